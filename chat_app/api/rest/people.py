"""Finding people, and those whom one keeps at hand."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, Moment, PersonOut
from chat_app.core.people import contacts, search
from chat_app.core.people.events import PresenceState
from chat_app.core.rooms.profiles import view_profile

router = APIRouter(prefix="/users", tags=["people"])


class PeopleOut(BaseModel):
    """Several people."""

    users: list[PersonOut]


class NewContact(Asked):
    """Whom to keep at hand."""

    username: str = Field(max_length=100)


class PresenceOut(BaseModel):
    """Whether somebody is here, and when they last were."""

    id: str
    state: PresenceState
    seen: Moment


class RoomNameOut(BaseModel):
    """A room's name."""

    id: str
    name: str


class ProfileOut(PersonOut):
    """A person as the caller sees them: `rooms` are those in which both are. `presence` is not everybody's to see."""

    since: Moment
    contact: bool
    blocked: bool
    rooms: list[RoomNameOut]
    presence: PresenceOut | None


@router.get("/search", response_model=PeopleOut)
async def search_users(
    q: Annotated[str, Query(max_length=320)],
    ctx: SignedIn,
    limit: Annotated[int, Query(ge=1, le=search.FOUND_MAX)] = 10,
) -> Any:
    """People whose name or username has words that begin as those of `q`; contacts first."""
    return {"users": [person.as_json() for person in await search.search_people(ctx, q, limit=limit)]}


@router.get("/me/contacts", response_model=PeopleOut)
async def list_contacts(ctx: SignedIn) -> Any:
    """Whom the person keeps at hand, by name."""
    return {"users": [person.as_json() for person in await contacts.contacts(ctx)]}


@router.post("/me/contacts", status_code=201, response_model=PersonOut)
async def add_contact(body: NewContact, ctx: SignedIn) -> Any:
    """Keep somebody at hand. They are not told."""
    return (await contacts.add_contact(ctx, body.username)).as_json()


@router.get("/{username}", response_model=ProfileOut)
async def get_user_profile(username: str, ctx: SignedIn) -> Any:
    """A person, and what is between them and the caller."""
    profile = await view_profile(ctx, username)
    return {
        **profile.person.as_json(),
        "since": profile.since.isoformat(timespec="seconds"),
        "contact": profile.is_contact,
        "blocked": profile.is_blocked,
        "rooms": [{"id": str(room_id), "name": name} for room_id, name in profile.rooms],
        "presence": profile.presence.as_json() if profile.presence else None,
    }


@router.delete("/me/contacts/{user_id}", status_code=204)
async def remove_contact(user_id: str, ctx: SignedIn) -> None:
    """Keep somebody at hand no more."""
    await contacts.remove_contact(ctx, user_id)
