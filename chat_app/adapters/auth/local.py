"""Parley keeps people's passwords and sessions itself: what the database says of a session is all that there is."""

from collections.abc import Collection
from uuid import UUID

from chat_app.core.identities.ports import Vouched
from chat_app.core.kernel.context import UnitOfWork


class LocalAuth:
    """Nobody else has to be asked about anything."""

    account_page = ""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie

    async def verify(self, work: UnitOfWork, token: str, *, bearer: bool = False) -> None:
        """The row is the session."""

    async def recheck(self, work: UnitOfWork, sessions: Collection[UUID]) -> None:
        """The rows are the sessions."""

    async def vouched(self, token: str) -> Vouched | None:
        """Nobody's."""
        return None

    async def way_in(self, token: str | None, return_to: str, *, new: bool) -> str | None:
        """People sign in on Parley's own pages."""
        return None

    async def end(self, session_id: UUID) -> None:
        """Whoever ends the row ends the session."""

    async def on_event(self, event: object) -> None:
        """What has ended here has ended."""

    async def aclose(self) -> None:
        """There are no connections."""
