"""The state of the form that gives credits to another person. Every argument is hostile until a use case checks it."""

from typing import Any

import reflex as rx

from chat_app.core.billing.giving import give_credits
from chat_app.core.kernel.ids import new_id
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, submitting
from chat_app.ui.transport.answering import close_dialog, read_nonce, say
from chat_app.ui.usage.shapes import micro_units


class GivingState(FormState, rx.State):
    """The form that gives credits."""

    _nonce: str = ""
    """The nonce of the gift: however often the form is sent, it is given once.

    It is no field of the form, which may be sent before a page has received a new gift's.
    """

    @rx.event
    def begin(self) -> None:
        """Begin a gift."""
        self.problems, self._nonce = {}, str(new_id())

    @rx.event
    async def give(self, fields: dict[str, Any]) -> None:
        """Give credits to the named person."""
        async with submitting(self, "to", "amount") as ctx:
            amount, nonce = micro_units(text_of(fields, "amount")), read_nonce(self._nonce)
            await give_credits(ctx, text_of(fields, "to"), amount, nonce)
            close_dialog(ctx, self, "give-credits")
            say(ctx, self, "usage.given")
