"""The common part of the states whose lists are looked through by words, page by page."""

from typing import Final

import reflex as rx

from chat_app.core.kernel.context import Context
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering

WORDS_MAX: Final = 320
LISTED_MOST: Final = 300
"""The maximum number of rows of a list: others are found by words and filters."""


class SearchedState(PageState, rx.State, mixin=True):  # type: ignore[call-arg]
    """The vars and events of a list that words narrow. A subclass has ``_begin`` and ``_add_page``."""

    more: bool = False
    words: str = ""
    """The words that filter the list."""

    @rx.event
    async def search(self, words: str) -> None:
        """List what matches these words."""
        if (words := words.strip()[:WORDS_MAX]) != self.words:
            self.words = words
            await self._list()

    @rx.event
    async def show_more(self) -> None:
        """Show the next page."""
        async with answering(self, "more") as ctx:
            if self.more:
                await self._add_page(ctx)

    async def _list(self) -> None:
        async with loading(self) as ctx:
            await self._begin(ctx)

    async def _begin(self, ctx: Context) -> None:
        raise NotImplementedError

    async def _add_page(self, ctx: Context) -> None:
        raise NotImplementedError


class SortedState(SearchedState, rx.State, mixin=True):  # type: ignore[call-arg]
    """A searched list that also has a filter by state, and several orders."""

    standing: str = ""
    order: str = ""

    @rx.event
    async def narrow_state(self, standing: str) -> None:
        """List the items of a state."""
        self.standing = standing[:WORDS_MAX]
        await self._list()

    @rx.event
    async def sort(self, order: str) -> None:
        """List in another order."""
        self.order = order[:WORDS_MAX]
        await self._list()
