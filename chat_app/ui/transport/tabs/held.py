"""Read what a tab already has, its room and the defaults of its states, so that only changes are sent to it."""

from typing import Any, Final

import reflex as rx
from reflex.middleware import Middleware
from reflex.state import StateUpdate

from chat_app.ui.transport.state import FeedState
from chat_app.ui.transport.tabs.states import note_known

BOOT: Final = ".hydrate_and_load"
"""The end of the name of the event by which a tab connects."""

MOVE: Final = ".on_load_internal"
"""The end of the name of the event by which a tab goes to another page; it also follows ``BOOT``."""


class HeldByTab(Middleware):
    """Takes ``held`` from the events with which a tab opens a page, for :meth:`FeedState.arrive`.

    These are Reflex's own events without such an argument, but a separate event would arrive a round trip later.
    """

    async def preprocess(self, app: rx.App, state: rx.State, event: rx.event.Event) -> StateUpdate | None:
        """Return None to let the event through."""
        if event.name.endswith((BOOT, MOVE)) and isinstance(event.payload, dict):
            said = event.payload.pop("held", None)
            if event.name.endswith(BOOT):
                note_known(state, event.payload.get("hashes"))
            if said is not None or event.name.endswith(BOOT):
                (await state.get_state(FeedState))._held = _place(said)
        return None


def _place(said: Any) -> tuple[str, int] | None:
    """Return the room and its ``rev`` that the tab claims to have; any value is possible."""
    match said:
        case {"room": str(room), "rev": int(rev)} if not isinstance(rev, bool) and 0 < rev < 2**53:
            return room, rev
    return None
