"""Read which first steps the actor has made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Uuid, bindparam, exists, select
from sqlmodel import col

from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.ai.tables import AiRun
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.people.tables import Contact
from chat_app.core.rooms.tables import Member, Room, RoomInvitation, RoomKind

_ME, _TOUR = bindparam("me", type_=Uuid), bindparam("tour", type_=Uuid)

# Built once: every tab that arrives at home goes through them.
_MINE = select(col(Room.id)).join(Member, col(Member.room_id) == col(Room.id)).where(col(Member.user_id) == _ME)
_OWN = _MINE.where(col(Room.created_by) == _ME, col(Room.kind) != RoomKind.DIRECT, col(Room.deleted_at).is_(None))
_ROOMS = _OWN.where(col(Room.kind).not_in([RoomKind.CHAT, RoomKind.ASIDE]), col(Room.id) != _TOUR)
_LINK = select(col(InviteLink.id)).where(col(InviteLink.room_id).in_(_OWN), col(InviteLink.created_by) == _ME)
_INVITATION = select(col(RoomInvitation.id)).where(
    col(RoomInvitation.room_id).in_(_OWN), col(RoomInvitation.invited_by) == _ME
)
_FACTS: tuple[ColumnElement[bool], ...] = (
    exists().where(col(AiRun.asked_by_id) == _ME, ~col(AiRun.unasked)),
    _ROOMS.exists(),
    _LINK.exists() | _INVITATION.exists(),
    exists().where(col(Contact.user_id) == _ME) | _MINE.where(col(Room.kind) == RoomKind.DIRECT).exists(),
    exists().where(col(Room.id) == _TOUR),
)
_NEWEST = _ROOMS.order_by(col(Room.created_at).desc()).limit(1).scalar_subquery()
_STEPS = select(*_FACTS, _NEWEST).select_from(User).where(col(User.id) == _ME, col(User.steps_hidden_at).is_(None))


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The first steps of a person, and whether each has been made."""

    asked: bool
    """They have asked the AI."""
    created: bool
    """They have created a room."""
    invited: bool
    """They have invited somebody to a room of theirs, or created an invite link."""
    met: bool
    """They have a contact or a direct chat."""
    toured: bool
    """The person has opened the tour. This is not a step, because it is optional."""
    room: UUID | None
    """The newest room that they created, to invite people to."""


async def first_steps(ctx: Context) -> FirstSteps | None:
    """Return the actor's first steps; ``None`` once all are made, or the list was dismissed."""
    me = ctx.me.user_id
    found: Any = (await ctx.db.execute(_STEPS, {"me": me, "tour": tour_id(me)})).first()
    if found is None:
        return None
    steps = FirstSteps(*found)
    if steps.asked and steps.created and steps.invited and steps.met:
        (await get_user(ctx, me)).steps_hidden_at = ctx.now
        return None
    return steps


def tour_id(user_id: UUID) -> UUID:
    """Return the id of a person's tour room, or nothing."""
    return uuid5(user_id, "tour")
