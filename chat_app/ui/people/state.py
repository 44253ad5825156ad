"""The state of the page ``/people``. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.direct.commands import GROUP_MAX, start_direct_chat, start_group_chat
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.people.contacts import list_contacts
from chat_app.core.people.search import find_person, list_people, search_people
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering

MOST: Final = 20
WORDS_MAX: Final = 320
LISTED_MOST: Final = 300
"""The maximum number of people in the list: others are found by their names."""


class PeopleState(PageState, FormState, rx.State):
    """The listed people, and those selected for a group chat."""

    searching: bool = False
    contacts: list[PersonVar] = []
    """The pages of the contacts that were loaded, without a search."""

    more_contacts: bool = False
    """Whether there are further pages of contacts."""

    people: list[PersonVar] = []
    """The people found or, without a search, the pages of the other people of the site that were loaded."""

    more: bool = False
    """Whether there are further pages of people."""

    cleared: int = 0
    """Counts the resets of the field: each reset replaces the input."""

    chosen: list[PersonVar] = []
    _words: str = ""
    """The words in the field, which is empty whenever the page opens."""

    @rx.var
    def chosen_ids(self) -> list[str]:
        """Return the ids of the chosen people."""
        return [person.id for person in self.chosen]

    @rx.event
    async def load(self) -> None:
        """List whom the field looks for, or everyone."""
        async with loading(self) as ctx:
            await _list(self, ctx)

    @rx.event
    async def search(self, words: str) -> None:
        """List people with such a name, or everyone if the text is empty."""
        wanted = words.strip()[:WORDS_MAX]
        if wanted == self._words and self.status == "ready":
            return  # the page is shown for the first time, and loaded already
        await _search(self, wanted)

    @rx.event
    async def show_everyone(self) -> None:
        """Empty the field, and list everyone."""
        self.cleared += 1
        await _search(self, "")

    @rx.event
    async def show_more(self) -> None:
        """Show the next page of people."""
        async with answering(self, "people") as ctx:
            if self.more:
                found, self.more = await list_people(ctx, _after(self.people))
                self.people = [*self.people, *map(person_var, found)]
                self.more = self.more and len(self.people) < LISTED_MOST

    @rx.event
    async def show_more_contacts(self) -> None:
        """Show the next page of contacts."""
        async with answering(self, "contacts") as ctx:
            if self.more_contacts:
                found, self.more_contacts = await list_contacts(ctx, _after(self.contacts))
                self.contacts = [*self.contacts, *map(person_var, found)]

    @rx.event
    async def choose(self, username: str) -> None:
        """Select a person for a group chat, or deselect them."""
        others = [person for person in self.chosen if person.username != username]
        if len(others) < len(self.chosen):
            self.chosen = others
            return
        async with answering(self, username) as ctx:
            if len(others) == GROUP_MAX:
                raise InvalidRoom("number_out_of_range", "usernames", minimum=1, maximum=GROUP_MAX)
            # Not out of the lists: the tab may still show another one.
            self.chosen = [*others, person_var((await find_person(ctx, username)).person())]

    @rx.event
    async def start_group(self, fields: dict[str, Any]) -> Any:
        """Open the chat with the selected people: with one alone, and no name, the direct chat."""
        usernames, name = [person.username for person in self.chosen], str(fields.get("name", ""))
        async with submitting(self, "name") as ctx:
            if len(usernames) == 1 and not name:
                chat = await start_direct_chat(ctx, usernames[0])
            else:
                chat = await start_group_chat(ctx, usernames, name=name)
        if not ctx.committed:
            return None
        self.chosen = []
        return rx.redirect(f"/r/{chat.room.id}")


async def _search(state: PeopleState, words: str) -> None:
    state._words = words
    async with answering(state, "people") as ctx:
        await _list(state, ctx)


async def _list(state: PeopleState, ctx: Context) -> None:
    words = state._words
    kept, more_kept = ([], False) if words else await list_contacts(ctx)
    found, more = (await search_people(ctx, words, limit=MOST), False) if words else await list_people(ctx)
    state.contacts, state.people = [person_var(person) for person in kept], [person_var(person) for person in found]
    state.searching, state.more_contacts, state.more = bool(words), more_kept, more


def _after(shown: list[PersonVar]) -> NamePlace:
    return NamePlace(shown[-1].name, shown[-1].username)
