"""People, as SCIM's users."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Response
from scim2_models import Context, Email, Meta, Name, User

from chat_app.api.auth import Parts
from chat_app.api.scim.answers import address_of, answer, created, listed
from chat_app.api.scim.requests import Body, Directory, Listed, parsed, patched, wanted
from chat_app.bootstrap import Runtime
from chat_app.core.directory.people import (
    DirectoryEntry,
    Provisioned,
    change_provisioned,
    deprovision,
    list_provisioned,
    provision,
    view_provisioned,
)

router = APIRouter(prefix="/Users")

_FILTERS: Final = {
    "username": "user_name",
    "externalid": "external_id",
    "emails.value": "email",
    "emails": "email",
}


@router.get("")
async def list_users(page: Listed, ctx: Directory, parts: Parts) -> Response:
    """List the people of the directory."""
    total, found = await list_provisioned(ctx, **wanted(page, User, _FILTERS), skip=page.skip, most=page.count)
    return listed(User[Any], [shown(parts, each) for each in found], total, page.start)


@router.post("", status_code=201)
async def create_user(body: Body, ctx: Directory, parts: Parts) -> Response:
    """Provision a person."""
    entry = entry_of(parsed(User[Any], body))
    return created(shown(parts, await provision(ctx, replace(entry, active=entry.active is not False))))


@router.get("/{user_id}")
async def get_user(user_id: str, ctx: Directory, parts: Parts) -> Response:
    """Return a person."""
    return answer(shown(parts, await view_provisioned(ctx, user_id)), Context.RESOURCE_QUERY_RESPONSE)


@router.put("/{user_id}")
async def replace_user(user_id: str, body: Body, ctx: Directory, parts: Parts) -> Response:
    """Replace the data of a person."""
    changed = await change_provisioned(ctx, user_id, entry_of(parsed(User[Any], body)))
    return answer(shown(parts, changed), Context.RESOURCE_REPLACEMENT_RESPONSE)


@router.patch("/{user_id}")
async def patch_user(user_id: str, body: Body, ctx: Directory, parts: Parts) -> Response:
    """Change a person; with `active` false they are suspended, and their sessions end."""
    known = shown(parts, await view_provisioned(ctx, user_id, lock=True))
    changed = await change_provisioned(ctx, user_id, entry_of(patched(User[Any], known, body), known))
    return answer(shown(parts, changed), Context.RESOURCE_PATCH_RESPONSE)


@router.delete("/{user_id}", status_code=204)
async def delete_user(user_id: str, ctx: Directory) -> None:
    """Unlink a person: their account is suspended."""
    await deprovision(ctx, user_id)


def shown(parts: Runtime, person: Provisioned) -> User[Any]:
    """Return a person in SCIM's shape."""
    user, row = person.user, person.row
    return User(
        id=str(user.id),
        external_id=row.external_id or None,
        user_name=row.user_name,
        name=Name(formatted=user.name),
        display_name=user.name,
        emails=[Email(value=user.email, type="work", primary=True)],
        active=user.suspended_at is None,
        meta=Meta(resource_type="User", created=user.created_at, location=address_of(parts, "Users", user.id)),
    )


def entry_of(sent: User[Any], before: User[Any] | None = None) -> DirectoryEntry:
    """Return a directory's data about a person.

    If the directory sends two names, the one that differs from ``before`` counts.
    """
    emails = sorted(sent.emails or [], key=lambda each: not each.primary)
    return DirectoryEntry(
        user_name=sent.user_name or "",
        email=str(emails[0].value or "") if emails else "",
        name=_name_of(sent, before),
        external_id=sent.external_id or "",
        active=sent.active,
    )


def _name_of(sent: User[Any], before: User[Any] | None) -> str:
    name = sent.name or Name()
    parts = " ".join(part for part in (name.given_name, name.family_name) if part)
    names = [each for each in (sent.display_name, parts, name.formatted) if each]
    known = before.display_name if before else None
    return next((each for each in names if each != known), names[0] if names else "")
