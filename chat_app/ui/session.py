"""Who is behind a browser tab: the cookie of its websocket handshake, looked up at every event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.accounts.sessions import recognise
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.web_session import token_from_cookie_header


@asynccontextmanager
async def acting(state: rx.State) -> AsyncIterator[Context]:
    """A unit of work of the person behind this tab; raises ``NotSignedIn``.

    Nothing that the tab sends can say who it is: not the event's arguments, not the client token.
    """
    token = token_from_cookie_header(state.router.headers.cookie)
    async with runtime().work.begin() as ctx:
        ctx.actor = await recognise(ctx, token) if token else None
        if ctx.actor is None:
            raise NotSignedIn()
        yield ctx
