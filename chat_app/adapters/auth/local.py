"""Local authentication: passwords and sessions are in Parley's own database alone."""

from collections.abc import Collection
from uuid import UUID

from chat_app.core.identities.ports import VouchedSession
from chat_app.core.kernel.context import UnitOfWork


class LocalAuth:
    """The adapter for sign-in without another service."""

    account_page = ""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie

    async def verify(self, work: UnitOfWork, token: str, *, bearer: bool = False) -> None:
        """Do nothing: the row is the session."""

    async def recheck(self, work: UnitOfWork, sessions: Collection[UUID]) -> None:
        """Do nothing: the rows are the sessions."""

    async def vouched(self, token: str) -> VouchedSession | None:
        """Return nothing: no other service keeps sessions."""
        return None

    async def way_in(self, token: str | None, return_to: str, *, new: bool) -> str | None:
        """Return nothing: people sign in on Parley's own pages."""
        return None

    async def end(self, session_id: UUID) -> None:
        """Do nothing: the session ends with its row."""

    async def on_event(self, event: object) -> None:
        """Do nothing: no session ends elsewhere."""

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""
