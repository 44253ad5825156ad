"""The state of the page ``/assistants``. Every argument is hostile until a use case has checked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.ai.asking.assistants import change_assistant, make_assistant, start_chat_with
from chat_app.core.ai.models.offers import may_choose
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.assistants.commands import delete_assistant
from chat_app.core.assistants.pictures import remove_assistant_picture
from chat_app.core.assistants.queries import list_assistants, view_assistant
from chat_app.core.assistants.rules import keeps
from chat_app.core.assistants.views import AssistantView
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import NamePlace
from chat_app.ui.acts.tools import ToolGroupVar, groups_of
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, say

NEW: Final = "new"
"""The ``assistant`` of the address of the form for a new one."""
LISTED_MOST: Final = 300
"""The maximum number of assistants in a list: others are found by their names, in the composer."""
_FIELDS: Final = ("name", "handle", "description", "model", "instructions")


@dataclass
class AssistantVar:
    """An assistant in a list; ``author`` is empty for the person's own and the site's."""

    id: str
    handle: str
    name: str
    description: str
    picture: int
    shared: bool
    site: bool
    author: str


@dataclass
class ChosenAssistant:
    """The chosen assistant: its ``id`` is "" if there is none, and ``NEW`` for a new one."""

    id: str = ""
    handle: str = ""
    name: str = ""
    description: str = ""
    model: str = ""
    tools: list[str] = field(default_factory=list)
    model_other: str = ""
    """The name of a model that the person cannot choose."""
    instructions: str = ""
    picture: int = 0
    shared: bool = False
    site: bool = False
    author: str = ""
    kept: bool = False
    """Whether the person may change it."""
    deletable: bool = False


class AssistantsState(PageState, FormState, rx.State):
    """The person's assistants and those that they may ask, or the one in the address."""

    own: list[AssistantVar] = []
    more_own: bool = False
    """Whether there are further pages of own ones; of the others, ``more_shared``."""
    shared: list[AssistantVar] = []
    more_shared: bool = False
    chosen: ChosenAssistant = ChosenAssistant()
    is_admin: bool = False
    tools: list[ToolGroupVar] = []
    """The tools that the viewed assistant may be given."""

    @rx.event
    async def load(self) -> None:
        """Show the assistant of the address, or all."""
        here = runtime()
        offered, listed = await here.gateway.models(), await here.toolbox.tools()
        async with loading(self) as ctx:
            self.is_admin = site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED)
            await _show(self, ctx, self.router.url.query_parameters.get("assistant", ""))
            self.chosen = replace(self.chosen, model_other=_other(ctx, self.chosen.model, offered))
            waits = partial(here.toolbox.needs_approval, arguments={})
            kept = self.chosen.kept
            self.tools = groups_of(listed, self.chosen.tools, lambda info: waits(info.id)) if kept else []

    @rx.event
    async def save(self, fields: dict[str, Any]) -> Any:
        """Save the assistant. A new one stays on the page, so that it can be given a picture."""
        values: dict[str, Any] = {name: text_of(fields, name) for name in _FIELDS}
        values |= {"shared": bool(fields.get("shared")), "tools": texts_of(fields, "tools")}
        offered = await runtime().gateway.models()
        target = "/assistants"
        async with submitting(self, *_FIELDS, "tools") as ctx:
            if self.chosen.id == NEW:
                made = await make_assistant(ctx, offered, **values, site=bool(fields.get("site")))
                target = f"/assistants?assistant={made.id}"
                await _show(self, ctx, str(made.id))
            else:
                await change_assistant(ctx, offered, self.chosen.id, **values)
                await _show(self, ctx, "")
            say(ctx, self, "common.saved")
        return rx.redirect(target) if ctx.committed else None

    @rx.event
    async def end(self) -> Any:
        """Delete the chosen assistant, and show all."""
        async with answering(self, self.chosen.id) as ctx:
            await delete_assistant(ctx, self.chosen.id)
            await ctx.db.flush()
            await _show(self, ctx, "")
        return rx.redirect("/assistants", replace=True) if ctx.committed else None

    @rx.event
    async def remove_picture(self) -> None:
        """Remove the picture of the chosen assistant."""
        async with answering(self, self.chosen.id) as ctx:
            await remove_assistant_picture(ctx, self.chosen.id)
            self.chosen = replace(self.chosen, picture=0)

    @rx.event
    async def show_picture(self) -> None:
        """Show the uploaded picture; the text that is being written stays."""
        async with answering(self, self.chosen.id) as ctx:
            found = await view_assistant(ctx, self.chosen.id)
            self.chosen = replace(self.chosen, picture=found.assistant.picture or 0)

    @rx.event
    async def try_it(self) -> Any:
        """Begin a private chat with the chosen assistant, and go there."""
        offered = await runtime().gateway.models()
        async with answering(self, self.chosen.id) as ctx:
            room = await start_chat_with(ctx, offered, self.chosen.id)
        return rx.redirect(f"/r/{room.id}") if ctx.committed else None

    @rx.event
    async def show_more(self, shared: bool) -> None:
        """Show the next page of own assistants, or of other people's shared ones."""
        async with answering(self, "assistants") as ctx:
            await _add_page(self, ctx, shared=shared)


async def _show(state: AssistantsState, ctx: Context, wanted: str) -> None:
    state.own, state.shared = [], []
    state.chosen = await _chosen(ctx, wanted)
    if not state.chosen.id:
        for shared in (False, True):
            await _add_page(state, ctx, shared=shared)


async def _add_page(state: AssistantsState, ctx: Context, *, shared: bool) -> None:
    shown = state.shared if shared else state.own
    after = NamePlace(shown[-1].name, shown[-1].handle) if shown else None
    found, more = await list_assistants(ctx, shared=shared, after=after)
    shown = [*shown, *(_var(ctx, each) for each in found)]
    more = more and len(shown) < LISTED_MOST
    if shared:
        state.shared, state.more_shared = shown, more
    else:
        state.own, state.more_own = shown, more


async def _chosen(ctx: Context, wanted: str) -> ChosenAssistant:
    if wanted in ("", NEW):
        return ChosenAssistant(wanted, kept=bool(wanted))
    found = await view_assistant(ctx, wanted)
    it, kept = found.assistant, keeps(ctx.me, found.assistant.owner_id)
    return ChosenAssistant(
        **vars(_var(ctx, found)),
        model=it.model or "",
        tools=list(it.tools),
        instructions=it.instructions,
        kept=kept,
        deletable=kept or site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED),
    )


def _other(ctx: Context, model: str, offered: Sequence[ModelInfo]) -> str:
    """Return the label of a model that the actor cannot choose, "" for any other."""
    if not model or any(each.id == model and may_choose(ctx, each) for each in offered):
        return ""
    return next((each.label for each in offered if each.id == model), model)


def _var(ctx: Context, found: AssistantView) -> AssistantVar:
    it = found.assistant
    author = found.author.name if found.author and not found.is_of(ctx.me.user_id) else ""
    site = it.owner_id is None
    return AssistantVar(str(it.id), it.handle, it.name, it.description, it.picture or 0, it.shared, site, author)
