"""Attempts that take seconds, which the tab that began them can cancel. They are events in the background."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import reflex as rx

_open: Final[dict[str, asyncio.Task[Any]]] = {}
T = TypeVar("T")


class Canceled(Exception):
    """The person has cancelled the attempt."""


async def attempt(state: rx.State, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of ``work``. Raises :class:`Canceled`; a tab has one attempt, and a new one ends the last."""
    cancel_attempt(state)
    tab = _tab(state)
    task = _open[tab] = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
        if _open.get(tab) is task:
            del _open[tab]
    if task.cancelled():
        raise Canceled
    return task.result()


def cancel_attempt(state: rx.State) -> None:
    """Cancel the attempt of the tab, if there is one."""
    if task := _open.get(_tab(state)):
        task.cancel()


def _tab(state: rx.State) -> str:
    return str(state.rx_router_session.session_id)
