"""Reindex, in the background, rows with words of an older version."""

import asyncio
import time
from typing import Final

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.search.indexing import WorkLeft, index_more

POLL_SECONDS: Final = 10.0
"""The seconds between checks whether the indexing process has died, or the database is back."""

log = structlog.get_logger()


class IndexWorker:
    """Indexes in a process. Ends once everything is indexed."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def index_all(self) -> None:
        """Index batch by batch, and pause after each for as long as it took, so that requests come first."""
        left = WorkLeft.SOME
        while left is not WorkLeft.NOTHING:
            begun = time.monotonic()
            try:
                async with self._work.begin() as ctx:
                    left = await index_more(ctx)
            except Exception:
                # The database may be away for a while; how far it came is still there when it is back.
                log.exception("not_indexed")
                left = WorkLeft.ELSEWHERE
            await asyncio.sleep(POLL_SECONDS if left is WorkLeft.ELSEWHERE else time.monotonic() - begun)
