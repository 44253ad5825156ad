"""Find people and change their accounts, as the site's staff. Other people get not found."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import NameCursor, cursor_of, name_cursor, name_place_of, place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.administration import commands
from chat_app.core.administration.granting import GRANT_MAX, grant_credits
from chat_app.core.administration.people import PAGE_MAX, AccountOrder, AccountState, list_accounts, view_account
from chat_app.core.administration.views import AccountDetailsOut, AccountOut, AccountView
from chat_app.core.kernel.pages import NamePlace, Place
from chat_app.core.kernel.wire import PageJson
from chat_app.core.safety.suspending import restore_user, suspend_user

router = APIRouter(tags=["site"])

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Words = Annotated[str, Query(max_length=320)]
Role = Annotated[str, Query(max_length=40)]


class Roles(RequestBody):
    """All staff roles that a person is to have."""

    roles: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]


class SuspensionReason(RequestBody):
    """The reason of a suspension, which the person receives by mail."""

    reason: str = Field(max_length=20_000)


class NewGrant(RequestBody):
    """Token credits that a person is given, in millionths, and why. The `nonce`, made by the client, lets a resend
    grant once.
    """

    amount: int = Field(gt=0, le=GRANT_MAX, strict=True)
    reason: str = Field(max_length=20_000)
    nonce: UUID | None = None


class Named(RequestBody):
    """The username of the person, given again."""

    username: str = Field(max_length=100)


@router.get("/admin/people")
async def read_accounts(
    ctx: Reading,
    q: Words = "",
    role: Role = "",
    state: AccountState | Literal[""] = "",
    sort: AccountOrder = AccountOrder.NAME,
    cursor: NameCursor = "",
    limit: Limit = PAGE_MAX,
) -> PageJson[AccountOut]:
    """List accounts by name, or the newest first: those whose name, username or address matches `q`."""
    by_name = sort == AccountOrder.NAME
    after: Place | NamePlace | None = name_place_of(cursor) if by_name else place_of(cursor)
    found, more = await list_accounts(ctx, words=q, role=role, state=state, order=sort, after=after, limit=limit)
    return {"items": [each.as_json() for each in found], "next": _next(found[-1], sort) if more else ""}


@router.get("/admin/people/{user_id}")
async def read_account(ctx: Reading, user_id: str) -> AccountDetailsOut:
    """Show a person's account."""
    return (await view_account(ctx, user_id)).as_json()


@router.post("/admin/people/{user_id}/roles")
async def set_roles(ctx: InSession, user_id: str, body: Roles) -> AccountDetailsOut:
    """Set exactly these roles. Nobody can give themselves a role, and the last admin stays admin."""
    await commands.set_site_roles(ctx, user_id, body.roles)
    return (await view_account(ctx, user_id)).as_json()


@router.post("/admin/people/{user_id}/suspend", status_code=204)
async def suspend(ctx: InSession, user_id: str, body: SuspensionReason) -> None:
    """Suspend a person: all their sessions end at once. They receive the reason by mail."""
    await suspend_user(ctx, user_id, body.reason)


@router.post("/admin/people/{user_id}/restore", status_code=204)
async def restore(ctx: InSession, user_id: str) -> None:
    """Restore a suspended person."""
    await restore_user(ctx, user_id)


@router.post("/admin/people/{user_id}/sign-out", status_code=204)
async def sign_out(ctx: InSession, user_id: str) -> None:
    """End all sessions of a person."""
    await commands.sign_out_user(ctx, user_id)


@router.post("/admin/people/{user_id}/reset-second-factor", status_code=204)
async def reset_second_factor(ctx: InSession, user_id: str) -> None:
    """Turn off the second factor of a person who has lost it."""
    await commands.reset_second_factor(ctx, user_id)


@router.post("/admin/people/{user_id}/grant", status_code=204)
async def grant(ctx: InSession, user_id: str, body: NewGrant) -> None:
    """Grant a person token credits. It is in the log with its reason."""
    await grant_credits(ctx, user_id, body.amount, body.reason, body.nonce)


@router.post("/admin/people/{user_id}/delete", status_code=204)
async def delete_person(ctx: InSession, user_id: str, body: Named) -> None:
    """Delete a person's account. Messages stay without a name, and the person's rooms get other owners."""
    await commands.delete_user(ctx, user_id, body.username)


def _next(last: AccountView, sort: AccountOrder) -> str:
    if sort == AccountOrder.NAME:
        return name_cursor(NamePlace(last.name, last.username))
    return cursor_of(Place(last.created_at, last.id))
