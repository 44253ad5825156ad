"""Find people, and manage contacts."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import NameCursor, name_cursor, name_place_of, whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson, PersonJson
from chat_app.core.people import contacts, search
from chat_app.core.rooms.membership.profiles import view_profile
from chat_app.core.rooms.wire import ProfileJson

router = APIRouter(prefix="/users", tags=["people"])


class NewContact(RequestBody):
    """The person to add to the contacts."""

    username: str = Field(max_length=100)


@router.get("/search")
async def search_users(
    q: Annotated[str, Query(max_length=320)],
    ctx: Reading,
    limit: Annotated[int, Query(ge=1, le=search.FOUND_MAX)] = 10,
) -> PageJson[PersonJson]:
    """List people whose name or username has a word that begins with each word of `q`; contacts first."""
    return whole([person.as_json() for person in await search.search_people(ctx, q, limit=limit)])


@router.get("/me/contacts")
async def list_contacts(
    ctx: Reading, cursor: NameCursor = "", limit: Annotated[int, Query(ge=1, le=search.FOUND_MAX)] = search.FOUND_MAX
) -> PageJson[PersonJson]:
    """List the contacts, by name."""
    people, more = await contacts.list_contacts(ctx, name_place_of(cursor), limit)
    return {"items": [person.as_json() for person in people], "next": name_cursor(people[-1]) if more else ""}


@router.post("/me/contacts", status_code=201)
async def add_contact(body: NewContact, ctx: InSession) -> PersonJson:
    """Add a contact. They are not notified."""
    return (await contacts.add_contact(ctx, body.username)).as_json()


@router.get("/{username}")
async def get_user_profile(username: str, ctx: Reading) -> ProfileJson:
    """Return a person's profile, and their relation to the caller."""
    return (await view_profile(ctx, username)).as_json()


@router.delete("/me/contacts/{user_id}", status_code=204)
async def remove_contact(user_id: str, ctx: InSession) -> None:
    """Remove a contact."""
    await contacts.remove_contact(ctx, user_id)
