"""Limit the events of each person, of all kinds together."""

from collections.abc import Mapping
from typing import Any, Final

import reflex as rx
from limits import RateLimitItemPerMinute
from reflex.middleware import Middleware
from reflex.state import StateUpdate

from chat_app.bootstrap import runtime
from chat_app.core.kernel.errors import RateLimited
from chat_app.ui.session import address_of, header_of
from chat_app.ui.transport.answering import refuse
from chat_app.web_session import PERSON_HEADER

EVENTS: Final = RateLimitItemPerMinute(600, namespace="events")
"""Events of a person in all their tabs, or of all strangers at one address. Typing and reading stay far below."""


class Allowance(Middleware):
    """Counts every event that has a handler, Reflex's own too, before any work is done for it."""

    async def preprocess(self, app: rx.App, state: rx.State, event: rx.event.Event) -> StateUpdate | None:
        """Return None to let the event through; otherwise refuse it, and return an empty update to drop it."""
        who = header_of(state, PERSON_HEADER) or address_of(state)
        if await runtime().work.limiter.hit(EVENTS, who):
            return None
        await refuse(state, _about(event.payload), RateLimited(retry_after=EVENTS.get_expiry()))
        return StateUpdate()


def _about(payload: Mapping[str, Any]) -> str:
    """Return the subject of the event's response."""
    return str(payload.get("nonce") or payload.get("message") or payload.get("room") or "")
