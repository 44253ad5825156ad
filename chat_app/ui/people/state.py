"""The state of the page ``/people``. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.direct.commands import GROUP_MAX, start_group_chat
from chat_app.core.kernel.context import Context
from chat_app.core.people.contacts import contacts
from chat_app.core.people.search import search_people
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, refuse

MOST: Final = 20
WORDS_MAX: Final = 320


class PeopleState(PageState, FormState, rx.State):
    """The listed people, and those selected for a group chat."""

    searching: bool = False
    people: list[PersonVar] = []
    """The people found, or the contacts without a search."""

    chosen: list[PersonVar] = []
    _words: str = ""
    """The words in the field, which is empty whenever the page opens."""

    @rx.var
    def chosen_ids(self) -> list[str]:
        """Return the ids of those who are chosen."""
        return [person.id for person in self.chosen]

    @rx.event
    async def load(self) -> None:
        """List whom the field looks for, or the contacts."""
        async with loading(self) as ctx:
            await _list(self, ctx)

    @rx.event
    async def search(self, words: str) -> None:
        """List whoever has such a name, or the contacts where no words are given."""
        wanted = words.strip()[:WORDS_MAX]
        if wanted == self._words and self.status == "ready":
            return  # the page is shown for the first time, and loaded already
        self._words = wanted
        async with answering(self, "people") as ctx:
            await _list(self, ctx)

    @rx.event
    async def choose(self, user: str) -> None:
        """Select somebody of the list for a group chat, or deselect them."""
        others = [person for person in self.chosen if person.id != user]
        added = [person for person in self.people if person.id == user and len(others) == len(self.chosen)]
        if len(others) + len(added) > GROUP_MAX:
            await refuse(self, user, InvalidRoom("number_out_of_range", "usernames", minimum=1, maximum=GROUP_MAX))
        else:
            self.chosen = [*others, *added]

    @rx.event
    async def start_group(self, fields: dict[str, Any]) -> Any:
        """Start a group chat with the selected people, and open it."""
        usernames = [person.username for person in self.chosen]
        async with submitting(self, "name") as ctx:
            chat = await start_group_chat(ctx, usernames, name=str(fields.get("name", "")))
        if not ctx.committed:
            return None
        self.chosen = []
        return rx.redirect(f"/r/{chat.room.id}")


async def _list(state: PeopleState, ctx: Context) -> None:
    words = state._words
    found = await search_people(ctx, words, limit=MOST) if words else await contacts(ctx)
    state.people, state.searching = [person_var(person) for person in found], bool(words)
