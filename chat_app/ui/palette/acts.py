"""Events of the palette. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.accounts.commands import update_profile
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.people.search import search_people
from chat_app.core.search.queries import HitPage
from chat_app.core.search.rules import QUERY_MAX, SearchFilter
from chat_app.ui.acts.hits import hit_vars, hits_for, labels
from chat_app.ui.acts.state import Acts, PaletteResults
from chat_app.ui.live.shapes import person_var
from chat_app.ui.transport.answering import answering

MOST: Final = 4
_CHOICES: Final = ("locale", "theme")


@rx.event
async def seek(state: Acts, words: str) -> None:
    """Find people and messages for the words in the palette; none for no words."""
    words = storable(words)[:QUERY_MAX]
    if not words.strip():
        state.sought = PaletteResults()
        return
    models = await labels()
    async with answering(state, "palette") as ctx:
        people = await search_people(ctx, words.strip().removeprefix("@"), limit=MOST)
        found = await hits_for(ctx, SearchFilter(words), limit=MOST) or HitPage([], None)
        state.sought = PaletteResults(words, [person_var(person) for person in people], hit_vars(found, models))


@rx.event
async def choose(state: Acts, what: str, value: str) -> None:
    """Keep the language or the theme that the tab shows already."""
    choice: dict[str, Any] = {what: value}
    if what in _CHOICES:
        async with answering(state, what) as ctx:
            await update_profile(ctx, **choice)
