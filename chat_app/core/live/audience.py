"""Compare the subscriptions of this process, and the rooms' revisions, with the database.

So neither depends on a message between processes, which can be lost.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select
from sqlmodel import col

from chat_app.core.auth.sessions.commands import ended_sessions
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.live.ops.shared import RESYNC, message_op, rev_op, room_channel, session_channel
from chat_app.core.live.ports import Hub, LiveSockets
from chat_app.core.messages.queries import missed_messages
from chat_app.core.rooms.tables import Member, Room

EVERY: Final = 4  # seconds
APART: Final = 0.05
"""Seconds between the ``resync`` of two tabs, which costs about a dozen queries each."""

UNHEARD_EVERY: Final = 20
"""Seconds after which all tabs get ``resync`` again, while ops of other processes cannot arrive."""

EVERYBODY_EVERY: Final = 300
"""Seconds after which all tabs get ``resync`` in any case, if there are other processes.

A killed process may not have published an invitation, a role or a name, which are not compared.
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Audience:
    """A room with its members among some people, each with the ``seq`` after which they see messages."""

    rev: int
    people: Mapping[UUID, int]


async def audiences(ctx: Context, people: Iterable[UUID]) -> dict[UUID, Audience]:
    """Return the rooms in which any of these people are, by their ids."""
    statement = (
        select(col(Room.id), col(Room.rev), func.array_agg(col(Member.user_id)), func.array_agg(col(Member.sees_after)))
        .join(Member, col(Member.room_id) == col(Room.id))
        .where(
            col(Member.user_id) == any_(bindparam("people", list(people), ARRAY(Uuid))), col(Room.deleted_at).is_(None)
        )
        .group_by(col(Room.id))
    )
    return {
        room_id: Audience(rev, dict(zip(found, starts, strict=True)))
        for room_id, rev, found, starts in await ctx.db.execute(statement)
    }


class AudienceCheck:
    """Checks every few seconds, and at once when the hub has resubscribed."""

    def __init__(self, sockets: LiveSockets) -> None:
        self._sockets = sockets
        self._look, self._missed = asyncio.Event(), asyncio.Event()
        self._known: dict[UUID, int] = {}
        self._comparing = asyncio.Lock()

    def missed(self) -> None:
        """Compare now, and let every tab catch up, because ops may have been lost."""
        self._look.set()
        self._missed.set()

    async def keep(self, work: UnitOfWork) -> None:
        """Compare until cancelled."""
        while True:
            await _either(self._look, EVERY)
            try:
                await self.compare(work)
            except Exception as error:
                log.warning("audience_not_compared", error=type(error).__name__)

    async def compare(self, work: UnitOfWork) -> None:
        """Correct the subscriptions of all sockets, and publish the current ``rev`` of rooms."""
        async with self._comparing:  # the earlier result must not be applied last
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
        """Deliver messages that this process has missed, and confirm each new ``rev`` once."""
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
        known = set(map(str, rooms))  # values from Redis may be no ids
        delivered = self._sockets.delivered_revs
        self._sockets.delivered_revs = {room: rev for room, rev in delivered.items() if room in known}

    def _heard(self, room_id: UUID, now: Audience) -> int:
        return max(self._known.get(room_id, now.rev), self._sockets.delivered_revs.get(str(room_id), 0))

    async def call_all(self, hub: Hub) -> None:
        """Have every tab catch up when ops may have been lost, and regularly while none can arrive, until cancelled."""
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
