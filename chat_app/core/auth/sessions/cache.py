"""Cache active sessions for seconds, so that not every message looks up its sender."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from chat_app.core.accounts.events import ProfileChanged, SiteRolesChanged
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import recognise, recognise_session
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.secrets.digests import digest

AGE_MAX: Final = timedelta(seconds=3)
"""The time for which a session is not looked up again: a process that receives no revocation accepts it for so long."""

SIZE_MAX: Final = 10_000


class SessionCache:
    """A small cache of recognised sessions, by the hashes of their tokens and by their ids.

    It listens to events that end a session, or change its person's profile or permissions. Events of this process
    arrive in time for every later request; those of other processes arrive through the hub. A change without an event
    is effective after :data:`AGE_MAX`. Data that was read before an event is not cached.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._known: dict[bytes | UUID, tuple[Actor, datetime]] = {}
        self._forgotten = 0

    async def by_token(self, token: str) -> Actor | None:
        """Return the actor whose live session has ``token``."""
        return await self._recognised(digest(token), recognise, token)

    async def by_id(self, session_id: UUID) -> Actor | None:
        """Return the actor of a session that was recognised by its token before."""
        return await self._recognised(session_id, recognise_session, session_id)

    async def on_event(self, event: object) -> None:
        """Forget whom an event of this process is about."""
        if isinstance(event, SessionsRevoked):
            ended = set(event.session_ids)
            self._forget(lambda actor: actor.session_id in ended)
        elif isinstance(event, ProfileChanged):
            self._forget(lambda actor: actor.user_id == event.person.id)
        elif isinstance(event, SiteRolesChanged):
            self._forget(lambda actor: actor.user_id == event.user_id)

    async def hear(self, channel: str, ops: Sequence[Mapping[str, Any]]) -> None:
        """Remove the people of these ops, which the hub delivers from this process or another."""
        kind, _, which = channel.partition(":")
        if kind == "session" and any(op["t"] == "signed_out" for op in ops):
            self._forget(lambda actor: str(actor.session_id) == which)
        elif kind == "user" and any(op["t"] in {"me", "site"} for op in ops):
            self._forget(lambda actor: str(actor.user_id) == which)

    def forget_all(self) -> None:
        """Forget everybody: news may have been lost."""
        self._forget(lambda actor: True)

    def _forget(self, concerns: Callable[[Actor], bool]) -> None:
        self._forgotten += 1
        self._known = {key: found for key, found in self._known.items() if not concerns(found[0])}

    async def _recognised(
        self, key: bytes | UUID, look_up: Callable[[Context, Any], Awaitable[Actor | None]], which: str | UUID
    ) -> Actor | None:
        now = self._work.clock()
        known = self._known.get(key)
        if known and now - known[1] < AGE_MAX:
            return known[0]
        forgotten = self._forgotten
        async with self._work.begin(single=True) as ctx:
            actor = await look_up(ctx, which)
        if actor and forgotten == self._forgotten:
            if len(self._known) >= SIZE_MAX:
                self._known.clear()
            self._known[key] = actor, now
        elif not actor:
            self._known.pop(key, None)
        return actor
