"""The app: pages, API, lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import reflex as rx
import structlog

from chat_app.api.app import mount
from chat_app.bootstrap import runtime
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.live.audience import AudienceCheck
from chat_app.ui import theme
from chat_app.ui.arguments import Arguments
from chat_app.ui.layouts.broken import error_boundary
from chat_app.ui.preloading import Preloading
from chat_app.ui.routes import add_pages
from chat_app.ui.transport.allowance import Allowance
from chat_app.ui.transport.attendance import attendance
from chat_app.ui.transport.bridge import FeedBridge
from chat_app.ui.transport.offers import send_models
from chat_app.ui.transport.policy import send_policy
from chat_app.ui.transport.sockets.sending import sockets
from chat_app.ui.transport.tabs.cleanup import clean_up
from chat_app.ui.transport.tabs.held import HeldByTab
from chat_app.ui.transport.tabs.states import TabStates

log = structlog.get_logger()


def _failed(exception: Exception) -> None:
    """Log a bug in an event handler, without showing it. An unavailable database is none."""
    if isinstance(exception, Unavailable):
        log.warning("event_not_handled", code=exception.code)
    else:
        log.error("event_failed", exc_info=exception)


def _page_failed(exception: Exception) -> None:
    """Log an error in a page, as the browser reports it. The report is not trusted, so it is shortened."""
    log.error("page_failed", report=storable(str(exception))[:500])


@asynccontextmanager
async def _running() -> AsyncIterator[None]:
    parts = runtime()
    audience_check = AudienceCheck(sockets)
    parts.hub.subscribe(sockets.deliver, audience_check.missed)
    parts.connections.listeners.append(send_models)
    parts.site.listeners.append(send_policy)
    loops = parts.supervisor
    loops.add("cleanup", partial(clean_up, app, parts.work, parts.auth))
    loops.add("attendance", partial(attendance.keep, parts.work))
    loops.add("audience", partial(audience_check.keep, parts.work))
    loops.add("catching-up", partial(audience_check.call_all, parts.hub))
    await parts.start()
    try:
        yield
    finally:
        await parts.stop()


app = rx.App(
    stylesheets=theme.STYLESHEETS,
    head_components=theme.head(),
    app_wraps={(55, "ErrorBoundary"): error_boundary, (10, "FeedBridge"): FeedBridge.wrap},
    toaster=None,
    api_transformer=mount,
    backend_exception_handler=_failed,
    frontend_exception_handler=_page_failed,
)
app.register_lifespan_task(_running)
app.add_middleware(HeldByTab())
app.add_middleware(Arguments())
app.add_middleware(Allowance())
app.add_middleware(Preloading())
sockets.attach(app)
TabStates.attach(app)
add_pages(app)
