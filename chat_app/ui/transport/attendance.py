"""Store every few seconds which people have a tab open in this process."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.people.presence import note_presence, settle_presence
from chat_app.core.support.takeover import note_helpers
from chat_app.ui.transport.sockets.sending import sockets

EVERY: Final = 3  # seconds
AGAIN: Final = 15
"""The seconds after which a present person is published again: well below the time after which presence is stale."""

log = structlog.get_logger()


class Attendance:
    """The people of this process: their sockets show presence, and their tabs report when they are away."""

    def __init__(self) -> None:
        self._away: set[str] = set()
        self._said: dict[UUID, tuple[bool, float]] = {}

    def note(self, sid: str, *, away: bool) -> None:
        """Note that the person of a socket has left the tab alone, or is back."""
        (self._away.add if away else self._away.discard)(sid)

    async def keep(self, work: UnitOfWork) -> None:
        """Record who is present, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.say(work)
            except Exception as error:
                log.warning("presence_not_said", error=type(error).__name__)

    async def say(self, work: UnitOfWork) -> None:
        """Store who is present, if it is new or was stored a while ago, and publish the changes."""
        people = sockets.people()
        self._away &= {sid for sids in people.values() for sid in sids}
        here = {user_id: any(sid not in self._away for sid in sids) for user_id, sids in people.items()}
        due = self._due(here)
        async with work.begin() as ctx:
            if due:
                await note_presence(ctx, due)
                await note_helpers(ctx, due)
            await settle_presence(ctx)

    def _due(self, here: Mapping[UUID, bool]) -> dict[UUID, bool]:
        now = time.monotonic()
        said = {user_id: self._said[user_id] for user_id in here if user_id in self._said}
        due = {
            user_id: active
            for user_id, active in here.items()
            if user_id not in said or said[user_id][0] != active or now - said[user_id][1] > AGAIN
        }
        self._said = said | {user_id: (active, now) for user_id, active in due.items()}
        return due


attendance = Attendance()
