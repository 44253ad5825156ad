"""The state of the page ``/search``. Every argument is hostile until a use case has checked it."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.core.kernel.pages import Place
from chat_app.core.kernel.text import clean_line
from chat_app.core.people.search import search_people
from chat_app.core.search.errors import Unsearchable
from chat_app.core.search.queries import Found, Hit, search_messages
from chat_app.core.search.rules import QUERY_MAX, Wanted
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.page_state import PageState
from chat_app.ui.session import acting
from chat_app.ui.transport.answering import answering, refuse

MOST: Final = 50
"""The number of hits kept. Older ones replace the newest."""

_PAGE: Final = 25
_PEOPLE: Final = 5
_FIELDS: Final = ("q", "room", "from", "after", "before", "image", "starred")
_TYPED: Final = re.compile(r"\b(from|has|is):", re.IGNORECASE)
_NOBODY: Final = PersonVar(id="", username="", name="", color="slate", avatar=None)


@dataclass
class PartVar:
    """A part of an excerpt; ``hit`` if it matches."""

    text: str
    hit: bool


@dataclass
class HitVar:
    """A found message. ``room_name`` is empty for a direct chat, ``author.name`` for a deleted person."""

    id: str
    room: str
    room_name: str
    at: str
    ai: bool
    author: PersonVar
    excerpt: list[PartVar]


class SearchState(PageState, rx.State):
    """The hits. ``status`` is *idle* without a search, and may be *unsearchable*.

    The search is in the page's address, by the names of ``_FIELDS``: days as the times of their borders.
    """

    hits: list[HitVar] = []
    people: list[PersonVar] = []
    has_more: bool = False
    has_newer: bool = False
    """Whether newer hits than those kept have been dropped."""

    error: str = ""
    _asked: dict[str, str] = {}
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Search as the address says."""
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
        models = await _models()
        async with answering(self, "search") as ctx:
            found = await search_messages(ctx, _wanted(self._asked), after=self._next, limit=_PAGE)
            hits = [*self.hits, *_hits(found, models)]
            self.has_newer = self.has_newer or len(hits) > MOST
            self.hits = hits[-MOST:]
            _go_on(self, found)


async def _look(state: SearchState, given: Mapping[str, Any]) -> None:
    state._asked = {name: str(given.get(name) or "")[:QUERY_MAX] for name in _FIELDS}
    state.has_newer = False
    if not any(map(str.strip, state._asked.values())):
        _show(state, "idle", Found([], None), [], {})
        return
    models = await _models()
    try:
        async with acting(state) as ctx:
            people, found = await _people(ctx, state._asked), await _messages(ctx, state._asked)
        _show(state, "ready" if found else "unsearchable", found or Found([], None), people, models)
    except DomainError as error:
        _show(state, "failed", Found([], None), [], {})
        state.error = error.code
        if isinstance(error, NotSignedIn):
            await refuse(state, "", error)


async def _people(ctx: Context, asked: Mapping[str, str]) -> list[PersonVar]:
    """Return who goes by these words, where only words were given."""
    words = asked["q"].strip()
    narrowed = any(asked[name] for name in ("room", "from", "image", "starred"))
    if not words or narrowed or _TYPED.search(words):
        return []
    return [PersonVar(**person.as_json()) for person in await search_people(ctx, words, limit=_PEOPLE)]


async def _messages(ctx: Context, asked: Mapping[str, str]) -> Found | None:
    """Return what was found, ``None`` where nothing can be by such words."""
    try:
        return await search_messages(ctx, _wanted(asked), limit=_PAGE)
    except Unsearchable:
        return None


def _wanted(asked: Mapping[str, str]) -> Wanted:
    return Wanted(
        asked["q"],
        asked["room"] or None,
        clean_line(asked["from"]),
        _moment(asked["after"]),
        _moment(asked["before"]),
        bool(asked["image"]),
        bool(asked["starred"]),
    )


def _moment(text: str) -> datetime | None:
    """Return the moment that a text says, in UTC where it names no zone; ``None`` for what is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _show(state: SearchState, status: str, found: Found, people: list[PersonVar], models: Mapping[str, str]) -> None:
    state.status, state.people, state.hits = status, people, _hits(found, models)
    _go_on(state, found)


def _go_on(state: SearchState, found: Found) -> None:
    state._next, state.has_more = found.next, found.next is not None


async def _models() -> dict[str, str]:
    """Return the models' labels by id. Vendors may have to be asked: no transaction is open meanwhile."""
    return {model.id: model.label for model in await runtime().gateway.models()}


def _hits(found: Found, models: Mapping[str, str]) -> list[HitVar]:
    return [_hit(hit, models) for hit in found.hits]


def _hit(hit: Hit, models: Mapping[str, str]) -> HitVar:
    message = hit.message
    author = PersonVar(**message.author.as_json()) if message.author else _NOBODY
    if message.answer:
        model = message.answer.model or ""
        author = replace(_NOBODY, name=models.get(model, model) or "AI")
    return HitVar(
        id=str(message.id),
        room=str(message.room_id),
        room_name=hit.room_name,
        at=message.at.isoformat(timespec="milliseconds"),
        ai=message.answer is not None,
        author=author,
        excerpt=[PartVar(part.text, part.hit) for part in hit.excerpt],
    )
