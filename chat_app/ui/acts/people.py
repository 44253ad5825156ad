"""Events about another person. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.people.search import search_people
from chat_app.ui.acts.state import Acts, Offers
from chat_app.ui.live.shapes import person_var
from chat_app.ui.transport.answering import answering

OFFERED: Final = 6
WORDS_MAX: Final = 320


@rx.event
async def write_to(state: Acts, username: str) -> Any:
    """Open the direct chat with a person."""
    async with answering(state, username) as ctx:
        chat = await start_direct_chat(ctx, username)
    return rx.redirect(f"/r/{chat.room.id}") if ctx.committed else None


@rx.event
async def block(state: Acts, username: str) -> None:
    """Block a person."""
    async with answering(state, username) as ctx:
        await block_person(ctx, username)


@rx.event
async def unblock(state: Acts, username: str) -> None:
    """Unblock a person."""
    async with answering(state, username) as ctx:
        await unblock_person(ctx, username)


@rx.event
async def offer(state: Acts, words: str) -> None:
    """Suggest people for the text in a person field."""
    words = storable(words)[:WORDS_MAX]
    sought = words.strip().removeprefix("@").strip()
    async with answering(state, "offers") as ctx:
        found = await search_people(ctx, sought, limit=OFFERED) if sought else []
        state.offers = Offers(words, [person_var(person) for person in found])
