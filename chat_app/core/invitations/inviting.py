"""Invite people to a room, and report the outcome for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import and_, select, text, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.events import InvitationsSent, Invited
from chat_app.core.invitations.links import check_given_role
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.kernel.wire import PersonJson, one_of
from chat_app.core.people.blocks import blocked_among, blocked_ids
from chat_app.core.people.tables import Block
from chat_app.core.rooms.access import RoomAccess, access_room, start_of_newcomers
from chat_app.core.rooms.membership.tables import Ban
from chat_app.core.rooms.tables import InvitationStatus, Member, RoomInvitation

ASKED = RateLimitItemPerHour(1000, namespace="invitations")


class Outcome(StrEnum):
    """The outcome of an invitation."""

    INVITED = "invited"
    ALREADY_INVITED = "already_invited"
    ALREADY_IN = "already_in"
    BLOCKED = "blocked"
    BANNED = "banned"
    MAILED = "mailed"


class InviteOutcomeJson(TypedDict):
    """The outcome of an invitation; `mailed` is an address that has no account."""

    outcome: Annotated[str, one_of(Outcome)]
    person: PersonJson | None
    address: str


@dataclass(frozen=True, slots=True)
class InviteOutcome:
    """An invited person, or an invited address that has no account."""

    outcome: Outcome
    person: Person | None = None
    address: str = ""

    def as_json(self) -> InviteOutcomeJson:
        """Return its wire shape for REST and the live feed."""
        person = self.person.as_json() if self.person else None
        return {"outcome": self.outcome.value, "person": person, "address": self.address}


async def inviting_room(ctx: Context, room_id: AnyId, role: str) -> RoomAccess:
    """Lock and return the room, so that people who join in between are seen. A private chat becomes a shared room."""
    access = await access_room(ctx, room_id, Permission.INVITE, lock=True)
    check_given_role(access, role)
    start_of_newcomers(access.room)
    return access


async def invite_people(ctx: Context, access: RoomAccess, users: Sequence[User], role: str) -> list[InviteOutcome]:
    """Invite these people to a room that the caller has locked.

    People who have blocked the actor are invited like all others and never see it: a block must not show.
    """
    room, ids = access.room, [user.id for user in users]
    here = set(
        await ctx.db.scalars(
            select(col(Member.user_id)).where(col(Member.room_id) == room.id, col(Member.user_id).in_(ids))
        )
    )
    banned = set(
        await ctx.db.scalars(select(col(Ban.user_id)).where(col(Ban.room_id) == room.id, col(Ban.user_id).in_(ids)))
    )
    blocked = set(await blocked_ids(ctx)).intersection(ids)
    blockers = await blocked_among(ctx, ids) - blocked
    outcomes = dict.fromkeys(ids, Outcome.ALREADY_INVITED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    outcomes |= dict.fromkeys(banned, Outcome.BANNED) | dict.fromkeys(here, Outcome.ALREADY_IN)
    wanted = [user for user in users if user.id not in here | banned | blocked]
    rows = [
        {"id": new_id(), "room_id": room.id, "user_id": user.id, "role": role, "status": InvitationStatus.PENDING.value}
        | {"invited_by": ctx.me.user_id, "created_at": ctx.now}
        for user in wanted
    ]
    if rows:
        asked = _in_place_of_hidden(insert(RoomInvitation).values(rows), blockers)
        made = (await ctx.db.execute(asked.returning(col(RoomInvitation.id), col(RoomInvitation.user_id)))).all()
        outcomes |= {row.user_id: Outcome.INVITED for row in made}
        person = {user.id: user.person() for user in wanted}
        sent = [
            Invited(row.id, room.id, room.name, room.description, role, person[row.user_id], ctx.me.person, ctx.now)
            for row in made
        ]
        if sent:
            ctx.emit(InvitationsSent(room.id, tuple(sent), frozenset(blockers)))
    return [InviteOutcome(outcomes[user.id], user.person()) for user in users]


def _in_place_of_hidden(asked: Insert, blockers: Collection[UUID]) -> Insert:
    """Insert invitations. Replace a pending one that is hidden by a block, unless the new one would be hidden too."""
    blocks = select(col(Block.blocked_id), col(Block.blocker_id))
    hidden = tuple_(col(RoomInvitation.invited_by), col(RoomInvitation.user_id)).in_(blocks)
    return asked.on_conflict_do_update(
        index_elements=["user_id", "room_id"],
        index_where=text("status = 'pending'"),
        set_={name: asked.excluded[name] for name in ("id", "invited_by", "role", "created_at")},
        where=and_(hidden, col(RoomInvitation.user_id).not_in(blockers)),
    )
