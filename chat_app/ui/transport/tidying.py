"""What a process lets go of: the states of tabs that have gone. Sessions that others keep are looked at meanwhile."""

import asyncio
from typing import Final

import reflex as rx
import structlog
from reflex.istate.manager.memory import StateManagerMemory

from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.context import UnitOfWork
from chat_app.ui.transport.sockets import sockets

EVERY: Final = 5  # seconds

log = structlog.get_logger()


async def keep_tidy(app: rx.App, work: UnitOfWork, auth: Auth) -> None:
    """Tidy up until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await auth.recheck(work, sockets.sessions())
            forget_states(app)
        except Exception as error:
            log.warning("not_tidied", error=type(error).__name__)


def forget_states(app: rx.App) -> None:
    """Drop the states of client tokens that no socket has.

    Reflex keeps them for a while, but nothing in them outlives a connection: a page that connects again is told all
    anew. Whoever knocks again and again, with ever new tokens, would fill the memory.
    """
    manager, namespace = app.state_manager, app.event_namespace
    if not isinstance(manager, StateManagerMemory) or namespace is None:
        return
    connected = namespace.token_to_sid
    for key, (_, token) in manager._token_expires_at.items():
        if token.ident not in connected:
            manager._token_expires_at[key] = (0, token)
    manager._purge_expired_tokens()
