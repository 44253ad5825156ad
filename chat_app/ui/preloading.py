"""Load a page's state before a connection receives its state for the first time.

A tab that connects, or reconnects after its state has been deleted, would otherwise receive the defaults first: its
content would be replaced by the loading state, and text that is being typed would be lost.
"""

import asyncio
from typing import Final

import reflex as rx
import structlog
from reflex.middleware import Middleware
from reflex.state import StateUpdate
from reflex_base.registry import RegistrationContext

from chat_app.ui.page_state import PageState

PATIENCE: Final = 2  # seconds, after which the page shows that it is loading

log = structlog.get_logger()


class Preloading(Middleware):
    """Loads the page of a state that is not hydrated, and drops the ``load`` that Reflex sends after it."""

    async def preprocess(self, app: rx.App, state: rx.State, event: rx.event.Event) -> StateUpdate | None:
        """Return None to let the event through, an empty update to drop it."""
        if event.name.endswith(".load"):
            page = await state.get_state(RegistrationContext.get().event_handlers[event.name].states[0])
            if isinstance(page, PageState) and page._preloaded:
                page._preloaded = False
                return StateUpdate()
        elif not state._get_root_state().is_hydrated:
            pages = [await state.get_state(kind) for kind in _loaded_by(app, state.rx_router_url.path)]
            for page in pages:
                if page.status == "loading":
                    await _preload(page)
        return None


def _loaded_by(app: rx.App, path: str) -> list[type[PageState]]:
    """Return the states that the page at ``path`` loads."""
    kinds = [handler.state for handler in app.get_load_events(path) if isinstance(handler, rx.EventHandler)]
    return [kind for kind in kinds if kind and issubclass(kind, PageState)]


async def _preload(page: PageState) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await type(page).event_handlers["load"].fn(page)
        page._preloaded = True
    except Exception as error:  # the tab's connection does not depend on one page
        log.warning("page_not_loaded", page=type(page).__name__, error=type(error).__name__)
