"""Identify the person of a browser tab: the session of its websocket's handshake, checked at every event."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.auth.sessions.commands import recognise_session
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.web_session import SESSION_HEADER


def address_of(state: rx.State) -> str:
    """Return the tab's network address, for limits.

    The guard of the handshake (``api/middleware/event_socket.py``) sets it.
    """
    return str(state.rx_router_session.client_ip)


def header_of(state: rx.State, name: str) -> str | None:
    """Return a header of the tab's handshake."""
    # Not of ``state.router``, which composes five vars each time.
    return state.rx_router_headers.raw_headers.get(name)


@asynccontextmanager
async def acting(state: rx.State) -> AsyncIterator[Context]:
    """Open a unit of work of the tab's person, or without an actor if there is no valid session, so that every use case
    refuses. Neither the events' arguments nor the client token identify the person.
    """
    session_id = _session_of(state)
    with restored(state):
        async with runtime().work.begin() as ctx:
            ctx.actor = await recognise_session(ctx, session_id) if session_id else None
            yield ctx


@contextmanager
def restored(state: rx.State) -> Iterator[None]:
    """Restore the state's vars if its unit of work fails, even at the commit: a page shows no unsaved data."""
    before = {name: state.get_value(name) for name in state.base_vars}
    try:
        yield
    except BaseException:
        for name, value in before.items():
            if state.get_value(name) is not value:
                setattr(state, name, value)
        raise


async def sender(state: rx.State) -> Actor:
    """Return the person of this tab, by a session that was active seconds ago. Raises ``NotSignedIn``."""
    session_id = _session_of(state)
    actor = await runtime().known.by_id(session_id) if session_id else None
    if actor is None:
        raise NotSignedIn()
    return actor


def _session_of(state: rx.State) -> UUID | None:
    session_id = header_of(state, SESSION_HEADER)
    return UUID(session_id) if session_id else None
