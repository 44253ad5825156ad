"""The state of the page for an address that does not exist."""

import reflex as rx

from chat_app.ui.session import acting
from chat_app.ui.transport.state import FeedState


class NotFoundState(rx.State):
    """The state of the page: whether the visitor is signed in, and the page has the sidebar."""

    stranger: bool = False

    @rx.event
    async def look(self) -> rx.event.EventType[()] | None:
        """Find out who visits; a signed-in person's tab then arrives as at any page."""
        async with acting(self) as ctx:
            self.stranger = ctx.actor is None
        return None if self.stranger else FeedState.arrive
