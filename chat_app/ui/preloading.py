"""Load a page's state before a connection receives its state for the first time.

Otherwise, a tab that connects, or reconnects after its state was deleted, would first receive the defaults: its content
would be replaced by the loading state, and typed text would be lost. A tab that has moved to another address would
receive the data of the last one, with buttons that already act on the new one.
"""

import asyncio
from typing import Final

import reflex as rx
import structlog
from reflex.middleware import Middleware
from reflex.state import StateUpdate
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from chat_app.ui.page_state import PageState
from chat_app.ui.transport.tabs.held import BOOT, MOVE

PATIENCE: Final = 2  # seconds, after which the page shows that it is loading

log = structlog.get_logger()


class Preloading(Middleware):
    """Loads the page of a state that is not hydrated, and drops the ``load`` that Reflex sends after it."""

    async def preprocess(self, app: rx.App, state: rx.State, event: rx.event.Event) -> StateUpdate | None:
        """Return None to let the event through, an empty update to drop it."""
        url = state.rx_router_url
        address = f"{url.path}?{url.query}"
        if event.name.endswith(".load"):
            page = await state.get_state(RegistrationContext.get().event_handlers[event.name].states[0])
            return _note_load(page, address) if isinstance(page, PageState) else None
        connects = event.name.endswith(BOOT)
        moves = event.name.endswith(MOVE) and EventContext.get().parent_txid is None  # else it follows a connection
        waits = connects or not state._get_root_state().is_hydrated
        if not waits and not moves:
            return None
        for page in [await state.get_state(kind) for kind in _loaded_by(app, url.path)]:
            if connects or moves:
                page._preloaded = False  # what was to be loaded before is not any more
            if waits:
                await _preload(page, address)
        return None


def _note_load(page: PageState, address: str) -> StateUpdate | None:
    """Note for which address a page loads; return an empty update if that has been done already."""
    page._address = address
    if not page._preloaded:
        return None
    page._preloaded = False
    return StateUpdate()


def _loaded_by(app: rx.App, path: str) -> list[type[PageState]]:
    """Return the states that the page at ``path`` loads."""
    kinds = [handler.state for handler in app.get_load_events(path) if isinstance(handler, rx.EventHandler)]
    return [kind for kind in kinds if kind and issubclass(kind, PageState)]


async def _preload(page: PageState, address: str) -> None:
    """Load a page unless the tab has what is at this address."""
    if page._address != address:
        page._address, page.status = address, "loading"
    if page.status != "loading":
        return
    try:
        async with asyncio.timeout(PATIENCE):
            sent_on = await type(page).event_handlers["load"].fn(page)
        page._preloaded = sent_on is None  # a redirect is for Reflex to follow, once it loads the page itself
    except Exception as error:  # the tab's connection does not depend on one page
        log.warning("page_not_loaded", page=type(page).__name__, error=type(error).__name__)
