"""Keep a file for one examination: another one begins only where the process of this one has ended, or hangs."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final

import structlog
from sqlalchemy import ColumnElement, or_, update
from sqlmodel import col

from chat_app.core.files.commands import own_unsent
from chat_app.core.files.errors import FileNotReady
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context, UnitOfWork

LEASE_SECONDS: Final = 30
"""The seconds that a lease lasts. Afterwards, the next attempt replaces a dead process."""
RENEWAL_SECONDS: Final = 8

log = structlog.get_logger()


class Lease:
    """Renews itself while it is entered. Findings about the file count only while it lasts."""

    def __init__(self, work: UnitOfWork, file: Attachment) -> None:
        self._work, self._file_id, self._since = work, file.id, file.checking_since
        self._over, self._one = asyncio.Event(), asyncio.Lock()

    async def __aenter__(self) -> "Lease":
        """Begin to renew it."""
        self._renewing = asyncio.create_task(self._renew_often())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Stop renewing, and wait for a renewal that is under way, so that the last time is known."""
        self._over.set()
        await self._renewing

    async def renew(self) -> None:
        """Renew the lease. Raises ``FileNotReady`` if it was lost, also with the file."""
        async with self._one:
            mine = (col(Attachment.id) == self._file_id, col(Attachment.checking_since) == self._since)
            async with self._work.begin() as ctx:
                renewed = update(Attachment).where(*mine).values(checking_since=ctx.now).returning(col(Attachment.id))
                if await ctx.db.scalar(renewed) is None:
                    raise FileNotReady("file_is_checked", retry_after=1)
            self._since = ctx.now

    async def hold(self, ctx: Context) -> Attachment:
        """Return the file, locked, to end its examination. Raises ``FileNotReady`` if the lease was lost."""
        file = await own_unsent(ctx, self._file_id, lock=True)
        if file.status != FileStatus.CHECKING or file.checking_since != self._since:
            raise FileNotReady("file_is_checked", retry_after=1)
        return file

    async def _renew_often(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), RENEWAL_SECONDS)
                return
            try:
                await self.renew()
            except FileNotReady:
                return
            except Exception as error:  # the database's error: it may be available again in time
                log.warning("lease_not_renewed", error=type(error).__name__)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Return whether no examination of a file is under way."""
    since = col(Attachment.checking_since)
    return or_(since.is_(None), since < now - timedelta(seconds=LEASE_SECONDS))


def is_leased(file: Attachment, now: datetime) -> bool:
    """Return whether an examination of the file is under way."""
    return file.checking_since is not None and now - file.checking_since <= timedelta(seconds=LEASE_SECONDS)
