"""Delete the states of closed tabs, and check the sessions that another server keeps."""

import asyncio
import time
from collections import Counter
from typing import Final

import reflex as rx
import structlog
from reflex.istate.manager.memory import StateManagerMemory

from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.context import UnitOfWork
from chat_app.ui.transport.sockets.sending import sockets

EVERY: Final = 5  # seconds
KEPT: Final = 300
"""Seconds for which the state of a tab that has lost its connection stays: a train in a tunnel, a phone in a pocket."""

KEPT_OF_SESSION: Final = 2

_left: dict[str, float] = {}
"""Since when no socket has had a client token, by the token."""

log = structlog.get_logger()


async def clean_up(app: rx.App, work: UnitOfWork, auth: Auth) -> None:
    """Drop old states and check sessions, until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await auth.recheck(work, sockets.sessions())
            forget_states(app, time.monotonic())
        except Exception as error:
            log.warning("not_tidied", error=type(error).__name__)


def forget_states(app: rx.App, now: float) -> None:
    """Delete the states of client tokens without a socket.

    A page that reconnects gets everything again, and a client with ever new tokens would fill the memory. But choices
    in a page exist only in its state, so a session's newest states stay for a while.
    """
    manager, namespace = app.state_manager, app.event_namespace
    if not isinstance(manager, StateManagerMemory) or namespace is None:
        return
    connected = namespace.token_to_sid
    absent = {token.ident for _, token in manager._token_expires_at.values() if token.ident not in connected}
    for ident in _left.keys() - absent:
        del _left[ident]
    for ident in absent - _left.keys():
        _left[ident] = now
    kept = _kept(now)
    for key, (_, token) in manager._token_expires_at.items():
        if token.ident in absent - kept:
            manager._token_expires_at[key] = (0, token)
    manager._purge_expired_tokens()


def _kept(now: float) -> set[str]:
    """Return the tokens whose states stay although their tab is not connected: the newest of each session."""
    of_session: Counter[str] = Counter()
    kept: set[str] = set()
    for ident, since in sorted(_left.items(), key=lambda item: -item[1]):
        session, named, _ = ident.partition(":")  # see bound_to_session in chat_app/api/middleware/event_socket.py
        of_session[session] += 1
        if session and named and now - since < KEPT and of_session[session] <= KEPT_OF_SESSION:
            kept.add(ident)
    return kept
