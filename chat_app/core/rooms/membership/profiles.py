"""Read people's profiles as other people see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.people.blocks import is_blocked
from chat_app.core.people.events import PresenceView
from chat_app.core.people.presence import presences
from chat_app.core.people.search import find_person
from chat_app.core.people.tables import Block, Contact
from chat_app.core.rooms.queries import share_room
from chat_app.core.rooms.tables import Member, Room
from chat_app.core.rooms.wire import ProfileJson

ROOMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PersonProfile:
    """A person, and their relation to the actor. Presence is shown to people with a shared room and no block."""

    person: Person
    since: datetime
    is_contact: bool
    is_blocked: bool
    """Whether the actor has blocked them. People do not learn that they were blocked."""
    rooms: list[tuple[UUID, str]]
    """The ids and names of shared rooms, the latest first."""
    presence: PresenceView | None

    def as_json(self) -> ProfileJson:
        """Return the shape in which REST gives a profile."""
        return {
            **self.person.as_json(),
            "since": self.since.isoformat(timespec="seconds"),
            "contact": self.is_contact,
            "blocked": self.is_blocked,
            "rooms": [{"id": str(room_id), "name": name} for room_id, name in self.rooms],
            "presence": self.presence.as_json() if self.presence else None,
        }


async def view_profile(ctx: Context, username: str) -> PersonProfile:
    """Return the profile of a person, or of the actor. Raises ``UserNotFound``."""
    me = ctx.me.user_id
    user = await find_person(ctx, username)
    presence = (await presences(ctx, [user.id])).get(user.id)
    apart = user.id != me and await is_blocked(ctx, me, user.id)
    return PersonProfile(
        person=user.person(),
        since=user.created_at,
        is_contact=await ctx.db.get(Contact, (me, user.id)) is not None,
        is_blocked=apart and await ctx.db.get(Block, (me, user.id)) is not None,
        rooms=await _rooms_of_both(ctx, user.id) if user.id != me else [],
        presence=presence if user.id == me or (not apart and await share_room(ctx, me, user.id)) else None,
    )


async def _rooms_of_both(ctx: Context, other: UUID) -> list[tuple[UUID, str]]:
    mine, theirs = aliased(Member), aliased(Member)
    statement = (
        select(col(Room.id), col(Room.name))
        .join(mine, (col(mine.room_id) == col(Room.id)) & (col(mine.user_id) == ctx.me.user_id))
        .join(theirs, (col(theirs.room_id) == col(Room.id)) & (col(theirs.user_id) == other))
        .where(col(Room.deleted_at).is_(None), col(Room.pair).is_(None))
        .order_by(col(Room.last_activity_at).desc())
        .limit(ROOMS_SHOWN)
    )
    return [(room_id, name) for room_id, name in await ctx.db.execute(statement)]
