"""The state of the page ``/search``. Every argument is hostile until a use case has checked it."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import reflex as rx

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.core.kernel.pages import Place
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.people.search import search_people
from chat_app.core.search.queries import HitPage, search_messages
from chat_app.core.search.rules import HAS, QUERY_MAX, SearchFilter
from chat_app.ui.acts.hits import HitVar, hit_vars, hits_for, labels
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.page_state import PageState
from chat_app.ui.session import acting
from chat_app.ui.transport.answering import answering, refuse

MOST: Final = 50
"""The number of hits kept. Older ones replace the newest."""

_PAGE: Final = 25
_PEOPLE: Final = 5
_FIELDS: Final = ("q", "room", "from", "after", "before", *HAS, "starred")
_TYPED: Final = re.compile(r"\b(from|has|is):", re.IGNORECASE)


class SearchState(PageState, rx.State):
    """The hits. ``status`` is *idle* without a search, and may be *unsearchable*.

    The search is in the page's address, by the names of ``_FIELDS``: days as the times of their borders.
    """

    hits: list[HitVar] = []
    words: str = ""
    """What is looked for, where only words were given: names of people and rooms may have them."""

    people: list[PersonVar] = []
    has_more: bool = False
    has_newer: bool = False
    """Whether newer hits than those kept have been dropped."""

    error: str = ""
    _asked: dict[str, str] = {}
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Search by the words and filters in the address."""
        await _look(self, self.router.url.query_parameters)

    @rx.event
    async def search(self, fields: dict[str, Any]) -> AsyncIterator[None]:
        """Search again after the address has changed."""
        if self.status in ("idle", "failed", "unsearchable"):
            self.status = "loading"
            yield
        await _look(self, fields)

    @rx.event
    async def more(self) -> None:
        """Load older hits."""
        if self._next is None:
            return
        models = await labels()
        async with answering(self, "search") as ctx:
            found = await search_messages(ctx, _wanted(self._asked), after=self._next, limit=_PAGE)
            hits = [*self.hits, *hit_vars(found, models)]
            self.has_newer = self.has_newer or len(hits) > MOST
            self.hits = hits[-MOST:]
            _go_on(self, found)


async def _look(state: SearchState, given: Mapping[str, Any]) -> None:
    state._asked = {name: str(given.get(name) or "")[:QUERY_MAX] for name in _FIELDS}
    state.has_newer = False
    state.words = _words(state._asked)
    if not any(map(str.strip, state._asked.values())):
        _show(state, "idle", HitPage([], None), [], {})
        return
    models = await labels()
    try:
        async with acting(state) as ctx:
            people, found = await _people(ctx, state.words), await hits_for(ctx, _wanted(state._asked), limit=_PAGE)
        _show(state, "ready" if found else "unsearchable", found or HitPage([], None), people, models)
    except DomainError as error:
        _show(state, "failed", HitPage([], None), [], {})
        state.error = error.code
        if isinstance(error, NotSignedIn):
            await refuse(state, "", error)


def _words(asked: Mapping[str, str]) -> str:
    words = asked["q"].strip()
    narrowed = any(asked[name] for name in _FIELDS if name != "q")
    return "" if narrowed or _TYPED.search(words) else words


async def _people(ctx: Context, words: str) -> list[PersonVar]:
    """Return the people whose names match the words."""
    if not words:
        return []
    return [PersonVar(**person.as_json()) for person in await search_people(ctx, words, limit=_PEOPLE)]


def _wanted(asked: Mapping[str, str]) -> SearchFilter:
    return SearchFilter(
        asked["q"],
        asked["room"] or None,
        clean_line(asked["from"]),
        _parsed_time(asked["after"]),
        _parsed_time(asked["before"]),
        frozenset(each for each in HAS if asked[each]),
        bool(asked["starred"]),
    )


def _parsed_time(text: str) -> datetime | None:
    """Return the time in a text, in UTC if it names no zone; ``None`` if it is not a time."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _show(state: SearchState, status: str, found: HitPage, people: list[PersonVar], models: Mapping[str, str]) -> None:
    state.status, state.people, state.hits = status, people, hit_vars(found, models)
    _go_on(state, found)


def _go_on(state: SearchState, found: HitPage) -> None:
    state._next, state.has_more = found.next, found.next is not None
