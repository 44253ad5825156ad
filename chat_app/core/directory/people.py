"""Provision people from a directory: create, change, suspend and unlink their accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.events import PersonChanged, ProfileChanged
from chat_app.core.accounts.tables import User
from chat_app.core.auth.password_changes import revoke_access
from chat_app.core.directory.errors import DirectoryConflict, DirectoryInvalid, DirectoryNotFound, DirectoryRefused
from chat_app.core.directory.members import make_member, take_over
from chat_app.core.directory.recording import SCIM
from chat_app.core.directory.suspending import restore_person, suspend_person, suspended_by
from chat_app.core.directory.tables import DirectoryUser
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name, cut

USER_NAME_MAX: Final = 320
EXTERNAL_ID_MAX: Final = 255


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """Hold a directory's data about a person."""

    user_name: str
    email: str
    name: str = ""
    external_id: str = ""
    active: bool | None = True
    """Whether the person is active; None if the directory does not say: a suspended person stays suspended."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A person of the directory, and their account."""

    row: DirectoryUser
    user: User


async def provision(ctx: Context, entry: DirectoryEntry) -> Provisioned:
    """Create the account of a person of the directory, or take over the account with their address.

    Raises :class:`DirectoryInvalid` or :class:`DirectoryConflict`.
    """
    entry = _checked(entry)
    await ctx.lock_key("directory")
    await _check_free(ctx, entry)
    by_address = select(User).where(col(User.email) == entry.email, col(User.deleted_at).is_(None)).with_for_update()
    user: User | None = await ctx.db.scalar(by_address)
    if user is None:
        hint = entry.user_name.partition("@")[0]
        profile = ProviderProfile("", "", entry.email, email_verified=True, username=hint, name=entry.name)
        user = await make_member(ctx, profile, locale="en")
    elif await ctx.db.get(DirectoryUser, user.id):
        raise DirectoryConflict()
    else:
        await take_over(ctx, user)
    row = DirectoryUser(user_id=user.id, user_name=entry.user_name, external_id=entry.external_id)
    ctx.db.add(row)
    await _apply(ctx, user, entry)
    await ctx.db.flush()
    return Provisioned(row, user)


async def change_provisioned(ctx: Context, user_id: AnyId, entry: DirectoryEntry) -> Provisioned:
    """Change a person as the directory sends it.

    An inactive person is suspended, and their sessions end. Raises :class:`DirectoryNotFound`,
    :class:`DirectoryInvalid`, :class:`DirectoryConflict` or :class:`DirectoryRefused`.
    """
    entry = _checked(entry)
    await ctx.lock_key("directory")
    found = await view_provisioned(ctx, user_id, lock=True)
    await _check_free(ctx, entry, found)
    found.row.user_name, found.row.external_id = entry.user_name, entry.external_id
    if found.user.email != entry.email:
        if found.user.site_roles or found.user.username in ctx.policy.break_glass:
            raise DirectoryRefused()  # a person who gets their mail could become them
        await _check_address(ctx, entry.email)
        found.user.email, found.user.email_verified_at = entry.email, ctx.now
    await _apply(ctx, found.user, entry)
    await ctx.db.flush()
    return found


async def deprovision(ctx: Context, user_id: AnyId) -> None:
    """Unlink a person from the directory: their account is suspended, and their API tokens are deleted.

    Their messages stay. Raises :class:`DirectoryNotFound` or :class:`DirectoryRefused`.
    """
    found = await view_provisioned(ctx, user_id, lock=True)
    await suspend_person(ctx, found.user, SCIM)
    await revoke_access(ctx, found.user.id)
    await ctx.db.delete(found.row)


async def view_provisioned(ctx: Context, user_id: AnyId, *, lock: bool = False) -> Provisioned:
    """Return a person of the directory. Raises :class:`DirectoryNotFound`."""
    which = parse_id(user_id, DirectoryNotFound)
    statement = _PEOPLE.where(col(DirectoryUser.user_id) == which)
    row = (await ctx.db.execute(statement.with_for_update() if lock else statement)).first()
    if row is None:
        raise DirectoryNotFound()
    return Provisioned(*row)


async def list_provisioned(
    ctx: Context, *, user_name: str | None, external_id: str | None, email: str | None, skip: int, most: int
) -> tuple[int, Sequence[Provisioned]]:
    """Return the number of matching people of the directory, and a page of them in the order of their ids."""
    wanted: list[ColumnElement[bool]] = [true()]
    if user_name is not None:
        wanted.append(col(DirectoryUser.user_name) == _line(user_name, USER_NAME_MAX).lower())
    if external_id is not None:
        wanted.append(col(DirectoryUser.external_id) == _line(external_id, EXTERNAL_ID_MAX))
    if email is not None:
        wanted.append(col(User.email) == _line(email, USER_NAME_MAX).lower())
    found = _PEOPLE.where(*wanted)
    total = await ctx.db.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = found.order_by(col(DirectoryUser.user_id)).offset(skip).limit(most)
    return total, [Provisioned(*row) for row in await ctx.db.execute(page)]


_PEOPLE: Final = (
    select(DirectoryUser, User)
    .join(User, col(User.id) == col(DirectoryUser.user_id))
    .where(col(User.deleted_at).is_(None))
)


def _checked(entry: DirectoryEntry) -> DirectoryEntry:
    try:
        email = rules.check_email(entry.email or entry.user_name)
    except InvalidField:
        raise DirectoryInvalid(field="emails") from None
    user_name = _line(entry.user_name, USER_NAME_MAX).lower()
    if not user_name:
        raise DirectoryInvalid(field="userName")
    name = cut(clean_name(entry.name), rules.NAME_MAX)
    return DirectoryEntry(user_name, email, name, _line(entry.external_id, EXTERNAL_ID_MAX), entry.active)


def _line(text: str, maximum: int) -> str:
    line = clean_line(text)
    if len(line) > maximum:
        raise DirectoryInvalid(field="")
    return line


async def _check_free(ctx: Context, entry: DirectoryEntry, own: Provisioned | None = None) -> None:
    holder = await ctx.db.scalar(
        select(col(DirectoryUser.user_id)).where(col(DirectoryUser.user_name) == entry.user_name)
    )
    if holder is not None and (own is None or holder != own.user.id):
        raise DirectoryConflict()


async def _check_address(ctx: Context, email: str) -> None:
    if await ctx.db.scalar(select(col(User.id)).where(col(User.email) == email)) is not None:
        raise DirectoryConflict()


async def _apply(ctx: Context, user: User, entry: DirectoryEntry) -> None:
    if entry.name and entry.name != user.name:
        user.name = entry.name
        ctx.emit(PersonChanged(user.person()))
        ctx.emit(ProfileChanged(user.person(), user.locale, user.theme))
    if entry.active is False:
        await suspend_person(ctx, user, SCIM)
    elif entry.active and user.suspended_at is not None and None not in await suspended_by(ctx, user):
        await restore_person(ctx, user, SCIM)
