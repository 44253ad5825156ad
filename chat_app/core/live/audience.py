"""Compare who hears a room in this process with the database: what a person may hear, and what a room has come to,
never hangs on a message that can be lost.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select
from sqlmodel import col

from chat_app.core.auth.sessions import ended_sessions
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.live.ops import RESYNC, message_op, rev_op, room_channel, session_channel
from chat_app.core.live.ports import Hub, LiveSockets
from chat_app.core.messages.queries import missed_messages
from chat_app.core.rooms.tables import Member, Room

EVERY: Final = 4  # seconds
APART: Final = 0.05
"""Seconds between two tabs that are told to begin anew, which costs a dozen queries for each."""

UNHEARD_EVERY: Final = 20
"""Seconds after which all tabs are told to begin anew once more, while nothing is heard of other processes."""

EVERYBODY_EVERY: Final = 300
"""Seconds after which they are told so in any case, where there are other processes.

One that is killed may have told nobody of an invitation, a role or a name, which is not compared.
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Audience:
    """A room with those of some people who are in it."""

    rev: int
    people: Sequence[UUID]


async def audiences(ctx: Context, people: Iterable[UUID]) -> dict[UUID, Audience]:
    """Return the rooms in which any of these people are, by their ids."""
    statement = (
        select(Room.id, Room.rev, func.array_agg(Member.user_id))
        .join(Member, Member.room_id == Room.id)
        .where(Member.user_id == any_(bindparam("people", list(people), ARRAY(Uuid))), col(Room.deleted_at).is_(None))
        .group_by(Room.id)
    )
    return {room_id: Audience(rev, found) for room_id, rev, found in await ctx.db.execute(statement)}


class AudienceCheck:
    """Looks every few seconds, and at once when the hub has subscribed anew."""

    def __init__(self, sockets: LiveSockets) -> None:
        self._sockets = sockets
        self._look, self._missed = asyncio.Event(), asyncio.Event()
        self._known: dict[UUID, int] = {}
        self._comparing = asyncio.Lock()

    def missed(self) -> None:
        """Ops may have been lost: compare now, and have every tab catch up."""
        self._look.set()
        self._missed.set()

    async def keep(self, work: UnitOfWork) -> None:
        """Compare until cancelled."""
        while True:
            await _either(self._look, EVERY)
            try:
                await self.compare(work)
            except Exception as error:
                log.warning("hearing_not_compared", error=type(error).__name__)

    async def compare(self, work: UnitOfWork) -> None:
        """End what sockets hear wrongly, begin what they should hear, and tell rooms how far they have come."""
        async with self._comparing:  # what was read first must not be applied last
            await self._compare(work)

    async def _compare(self, work: UnitOfWork) -> None:
        self._sockets.begin_comparing()
        async with work.begin() as ctx:
            ended = await ended_sessions(ctx, self._sockets.sessions())
            rooms = await audiences(ctx, self._sockets.people())
        for session_id in ended:
            await self._sockets.deliver(session_channel(session_id), [{"t": "signed_out"}])
        await self._sockets.correct_subscriptions({room_id: each.people for room_id, each in rooms.items()})
        await self._catch_up(work, rooms)

    async def _catch_up(self, work: UnitOfWork, rooms: Mapping[UUID, Audience]) -> None:
        """Deliver what this process has not heard of; each change is confirmed once, even in a silent room."""
        if behind := {
            room_id: rev for room_id, each in rooms.items() if (rev := self._heard(room_id, each)) < each.rev
        }:
            async with work.begin() as ctx:
                found = await missed_messages(ctx, behind)
            for message in found:
                await self._sockets.deliver(room_channel(message.room_id), [message_op(message)])
        for room_id in self._sockets.watched() & rooms.keys():
            if self._known.get(room_id) != rooms[room_id].rev:
                await self._sockets.deliver(room_channel(room_id), [rev_op(room_id, rooms[room_id].rev)])
        self._known = {room_id: each.rev for room_id, each in rooms.items()}
        known = set(map(str, rooms))  # what comes from Redis may be no id
        self._sockets.told = {room: rev for room, rev in self._sockets.told.items() if room in known}

    def _heard(self, room_id: UUID, now: Audience) -> int:
        return max(self._known.get(room_id, now.rev), self._sockets.told.get(str(room_id), 0))

    async def call_all(self, hub: Hub) -> None:
        """Have every tab catch up when ops may have been lost, and now and then while none can be heard; for ever."""
        called = time.monotonic()
        while True:
            missed = await _either(self._missed, UNHEARD_EVERY)
            if not missed and hub.hears and not (hub.is_shared and time.monotonic() - called > EVERYBODY_EVERY):
                continue
            called = time.monotonic()
            for sid in self._sockets.subscribed():
                await self._sockets.send(sid, RESYNC)
                await asyncio.sleep(APART)


async def _either(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, which is over then, but not longer; whether it came."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
            event.clear()
            return True
    return False
