"""The state of the page ``/prompts``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.prompts.commands import create_prompt, delete_prompt, update_prompt
from chat_app.core.prompts.queries import list_prompts, view_prompt
from chat_app.core.prompts.rules import TEXT_MAX, variables_of
from chat_app.core.prompts.views import PromptView
from chat_app.ui.fields import text_of
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, say

NEW: Final = "new"
"""The ``prompt`` of the address of the form for a new one."""
LISTED_MOST: Final = 300
"""The maximum number of prompts in a list: others are found by their names, in the composer."""


@dataclass
class PromptVar:
    """A prompt in a list."""

    id: str
    name: str
    description: str
    shared: bool
    author: PersonVar


@dataclass
class ChosenPrompt:
    """The chosen prompt: its ``id`` is "" if there is none, and ``NEW`` for a new one."""

    id: str = ""
    name: str = ""
    description: str = ""
    text: str = ""
    shared: bool = False
    author: str = ""
    """The name of the person who shares it; "" for the person's own."""
    deletable: bool = False


class PromptsState(PageState, FormState, rx.State):
    """The person's prompts and other people's shared ones, or the one in the address."""

    own: list[PromptVar] = []
    more_own: bool = False
    """Whether there are further pages of own ones; of the others, ``more_shared``."""
    shared: list[PromptVar] = []
    more_shared: bool = False
    chosen: ChosenPrompt = ChosenPrompt()
    asks: list[str] = []
    """The names of the variables in the text that is written."""

    @rx.event
    async def load(self) -> None:
        """Show the prompt of the address, or all."""
        async with loading(self) as ctx:
            await _show(self, ctx, self.router.url.query_parameters.get("prompt", ""))

    @rx.event
    async def read(self, text: str) -> None:
        """Find the variables in the text that is being written."""
        self.asks = [each.name for each in variables_of(storable(text)[:TEXT_MAX])]

    @rx.event
    async def save(self, fields: dict[str, Any]) -> Any:
        """Save the prompt that is written, and show all."""
        values: dict[str, Any] = {name: text_of(fields, name) for name in ("name", "description", "text")}
        values["shared"] = bool(fields.get("shared"))
        async with submitting(self, "name", "description", "text") as ctx:
            if self.chosen.id == NEW:
                await create_prompt(ctx, **values)
            else:
                await update_prompt(ctx, self.chosen.id, **values)
            say(ctx, self, "common.saved")
            await _show(self, ctx, "")
        return rx.redirect("/prompts") if ctx.committed else None

    @rx.event
    async def end(self) -> Any:
        """Delete the chosen prompt, and show all."""
        async with answering(self, self.chosen.id) as ctx:
            await delete_prompt(ctx, self.chosen.id)
            await ctx.db.flush()
            await _show(self, ctx, "")
        return rx.redirect("/prompts", replace=True) if ctx.committed else None

    @rx.event
    async def show_more(self, shared: bool) -> None:
        """Show the next page of the person's prompts, or of other people's shared ones."""
        async with answering(self, "prompts") as ctx:
            await _add_page(self, ctx, shared=shared)


async def _show(state: PromptsState, ctx: Context, wanted: str) -> None:
    state.own, state.shared = [], []
    state.chosen = await _chosen(ctx, wanted)
    state.asks = [each.name for each in variables_of(state.chosen.text)]
    if not state.chosen.id:
        for shared in (False, True):
            await _add_page(state, ctx, shared=shared)


async def _add_page(state: PromptsState, ctx: Context, *, shared: bool) -> None:
    shown = state.shared if shared else state.own
    after = NamePlace(shown[-1].name, shown[-1].author.username) if shown else None
    found, more = await list_prompts(ctx, shared=shared, after=after)
    shown = [*shown, *map(_var, found)]
    more = more and len(shown) < LISTED_MOST
    if shared:
        state.shared, state.more_shared = shown, more
    else:
        state.own, state.more_own = shown, more


async def _chosen(ctx: Context, wanted: str) -> ChosenPrompt:
    if wanted in ("", NEW):
        return ChosenPrompt(wanted)
    prompt = await view_prompt(ctx, wanted)
    mine = prompt.author.id == ctx.me.user_id
    return ChosenPrompt(
        id=str(prompt.id),
        name=prompt.name,
        description=prompt.description,
        text=prompt.text,
        shared=prompt.shared,
        author="" if mine else prompt.author.name,
        deletable=mine or site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED),
    )


def _var(prompt: PromptView) -> PromptVar:
    return PromptVar(str(prompt.id), prompt.name, prompt.description, prompt.shared, person_var(prompt.author))
