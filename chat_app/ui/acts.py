"""The state through which a person acts, beside the feed: what dialogs, menus and settings do.

Its events stand with their features, as functions of it. There is one such state, because every open tab keeps its own
copy of each.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.ui.session import acting
from chat_app.ui.transport.answering import refuse


class Acts(rx.State):
    """Nothing that only one person may see is kept here: the state belongs to whoever shows its client token."""

    errors: dict[str, str] = {}
    """What is wrong with the form that was sent last: codes by fields."""


@asynccontextmanager
async def form(state: Acts, about: str) -> AsyncIterator[Context]:
    """A unit of work whose refusals of a field stay with the form; others are told as ``answering`` does."""
    state.errors = {}
    begun = False
    try:
        async with acting(state) as ctx:
            begun = True
            yield ctx
    except DomainError as error:
        if "field" in error.details:
            state.errors = {str(error.details["field"]): error.code}
        else:
            await refuse(state, about, error)
        if not begun:
            raise
