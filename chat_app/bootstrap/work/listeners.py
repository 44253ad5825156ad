"""Register the listeners of commits: the feed at once, slow ones off the request."""

import asyncio
from contextlib import AsyncExitStack

from chat_app.adapters.audit.syslog import SyslogAudit
from chat_app.core.accounts.events import PersonChanged, ReceiptsChanged
from chat_app.core.auth.events import PasswordForgotten, SessionsRevoked
from chat_app.core.auth.password_changes import ResetLinks
from chat_app.core.auth.sessions.cache import SessionCache
from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.effects import Background
from chat_app.core.live.feed import Feed
from chat_app.core.live.people import People, Presences
from chat_app.core.live.ports import Hub
from chat_app.core.people.events import PresencesChanged
from chat_app.settings import Settings


def add_listeners(
    settings: Settings, work: UnitOfWork, hub: Hub, auth: Auth, known: SessionCache, stops: AsyncExitStack
) -> list[Background]:
    """Subscribe the feed to every commit; return the listeners that work off the request."""
    slow = [
        Background(People(work), PersonChanged, ReceiptsChanged),
        Background(Presences(work), PresencesChanged),
        Background(auth.on_event, SessionsRevoked),
        Background(ResetLinks(work), PasswordForgotten),
    ]
    work.listeners += [known.on_event, Feed(hub), *slow]
    hub.subscribe(known.hear, known.forget_all)
    stops.push_async_callback(_stop_all, slow)
    if settings.audit_syslog:
        audit = SyslogAudit(settings.audit_syslog)
        work.listeners.append(audit)
        stops.push_async_callback(audit.stop)
    return slow


async def _stop_all(slow: list[Background]) -> None:
    """Stop all listeners concurrently, because one that hangs takes seconds."""
    await asyncio.gather(*(each.stop() for each in slow))
