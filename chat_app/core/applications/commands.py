"""Add, change and remove applications, as the site's admins. The log records every change."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, func, select, update
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.applications import rules
from chat_app.core.applications.errors import ApplicationIsPublic, ApplicationNotFound, ApplicationsFull
from chat_app.core.applications.tables import Application, Consent, Grant
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.secrets.digests import digest, new_secret

CHANGES: Final = RateLimitItemPerMinute(60, namespace="applications")
APPLICATIONS_MAX: Final = 100


async def add_application(
    ctx: Context,
    *,
    name: str,
    redirect_uris: Iterable[str],
    logout_uris: Iterable[str] = (),
    scopes: Iterable[str] = (),
    public: bool = False,
    trusted: bool = False,
    signing_alg: str = "RS256",
) -> tuple[Application, str]:
    """Add an application. Returns it and its secret, which is not stored; "" for a public one. Raises
    ``ApplicationNotFound`` without the permission, ``InvalidField``, :class:`ApplicationsFull` or ``RateLimited``.
    """
    await _count(ctx)
    secret = "" if public else new_secret()
    application = Application(
        name=rules.check_name(name),
        secret_hash=digest(secret) if secret else None,
        redirect_uris=rules.check_addresses(redirect_uris, "redirect_uris", native=public),
        logout_uris=rules.check_addresses(logout_uris, "logout_uris", native=public, least=0),
        scopes=rules.check_scopes(scopes),
        trusted=trusted,
        signing_alg=rules.check_algorithm(signing_alg),
        created_at=ctx.now,
    )
    await ctx.lock_key("applications")
    if (await ctx.db.scalar(select(func.count()).select_from(Application)) or 0) >= APPLICATIONS_MAX:
        raise ApplicationsFull(maximum=APPLICATIONS_MAX)
    ctx.db.add(application)
    await ctx.db.flush()
    record(ctx, Action.ADD_APPLICATION, application=str(application.id), name=application.name, trusted=trusted)
    return application, secret


async def change_application(
    ctx: Context,
    application_id: AnyId,
    *,
    name: str | None = None,
    redirect_uris: Iterable[str] | None = None,
    logout_uris: Iterable[str] | None = None,
    scopes: Iterable[str] | None = None,
    trusted: bool | None = None,
    signing_alg: str | None = None,
    enabled: bool | None = None,
) -> Application:
    """Change an application; what is None stays. One that is disabled loses all tokens.

    Raises ``ApplicationNotFound``, ``InvalidField`` or ``RateLimited``.
    """
    await _count(ctx)
    application = await access_application(ctx, application_id)
    before, native = _shown(application), application.secret_hash is None
    if name is not None:
        application.name = rules.check_name(name)
    if redirect_uris is not None:
        application.redirect_uris = rules.check_addresses(redirect_uris, "redirect_uris", native=native)
    if logout_uris is not None:
        application.logout_uris = rules.check_addresses(logout_uris, "logout_uris", native=native, least=0)
    if scopes is not None:
        application.scopes = rules.check_scopes(scopes)
    if trusted is not None:
        application.trusted = trusted
    if signing_alg is not None:
        application.signing_alg = rules.check_algorithm(signing_alg)
    if enabled is not None:
        await _enable(ctx, application, on=enabled)
    changed = sorted(name for name, value in _shown(application).items() if before[name] != value)
    if changed:
        record(ctx, Action.CHANGE_APPLICATION, application=str(application.id), name=application.name, changed=changed)
    return application


async def rotate_secret(ctx: Context, application_id: AnyId) -> str:
    """Replace an application's secret, which is not kept; the old one is no longer valid.

    Raises ``ApplicationNotFound``, :class:`ApplicationIsPublic` or ``RateLimited``.
    """
    await _count(ctx)
    application = await access_application(ctx, application_id)
    if application.secret_hash is None:
        raise ApplicationIsPublic()
    secret = new_secret()
    application.secret_hash = digest(secret)
    record(ctx, Action.ROTATE_SECRET, application=str(application.id), name=application.name)
    return secret


async def delete_application(ctx: Context, application_id: AnyId) -> None:
    """Delete an application with its tokens and people's consents. Raises ``ApplicationNotFound``."""
    application = await access_application(ctx, application_id)
    await ctx.db.execute(delete(Consent).where(col(Consent.client) == str(application.id)))
    await ctx.db.delete(application)
    record(ctx, Action.DELETE_APPLICATION, application=str(application.id), name=application.name)


async def list_applications(ctx: Context) -> Sequence[Application]:
    """Return all applications by name. Raises ``ApplicationNotFound`` without the permission."""
    access_site(ctx, SitePermission.MANAGE_SITE, ApplicationNotFound)
    by_name = select(Application).order_by(func.lower(col(Application.name)), col(Application.id))
    return (await ctx.db.scalars(by_name)).all()


async def access_application(ctx: Context, application_id: AnyId) -> Application:
    """Lock and return an application, for who manages them. Raises ``ApplicationNotFound``."""
    access_site(ctx, SitePermission.MANAGE_SITE, ApplicationNotFound)
    which = parse_id(application_id, ApplicationNotFound)
    application = await ctx.db.get(Application, which, with_for_update=True, populate_existing=True)
    if application is None:
        raise ApplicationNotFound()
    return application


async def revoke_grants(ctx: Context, application_id: UUID, user_id: UUID | None = None) -> None:
    """Revoke all tokens of an application, or only those for one person."""
    which = [col(Grant.application_id) == application_id, col(Grant.revoked_at).is_(None)]
    if user_id:
        which.append(col(Grant.user_id) == user_id)
    await ctx.db.execute(update(Grant).where(*which).values(revoked_at=ctx.now))


async def _count(ctx: Context) -> None:
    """Check that the actor may, and count the change before anything is locked."""
    access_site(ctx, SitePermission.MANAGE_SITE, ApplicationNotFound)
    await ctx.limit(CHANGES, str(ctx.me.user_id))


async def _enable(ctx: Context, application: Application, *, on: bool) -> None:
    if on == (application.disabled_at is None):
        return
    application.disabled_at = None if on else ctx.now
    if not on:
        await revoke_grants(ctx, application.id)


def _shown(application: Application) -> dict[str, object]:
    names = ("name", "redirect_uris", "logout_uris", "scopes", "trusted", "signing_alg", "disabled_at")
    return {name: getattr(application, name) for name in names}
