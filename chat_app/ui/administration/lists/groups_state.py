"""The state of the page ``/admin/groups``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from chat_app.core.administration.groups import (
    SiteGroup,
    delete_site_group,
    list_site_groups,
    rename_site_group,
    view_site_group,
)
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.ui.administration.searched import LISTED_MOST, SearchedState
from chat_app.ui.fields import text_of
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.page_state import FormState, loading, submitting
from chat_app.ui.transport.answering import answering, say

VALUE_MAX: Final = 100
PEOPLE_SHOWN: Final = 50


@dataclass
class SiteGroupVar:
    """A group as the staff see it: without an id if there is none, without a name for a person's private group."""

    id: str = ""
    name: str = ""
    owner: PersonVar = field(default_factory=lambda: person_var(None))
    source: str = ""
    members: int = 0
    created_at: str = ""


class SiteGroupsState(SearchedState, FormState, rx.State):
    """The groups that match the search, and the one in the address."""

    groups: list[SiteGroupVar] = []
    source: str = ""
    chosen: SiteGroupVar = SiteGroupVar()
    people: list[PersonVar] = []
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Show the group that the address names, or the list."""
        which = self.router.url.query_parameters.get("group", "")
        self.chosen, self.people = SiteGroupVar(), []
        async with loading(self) as ctx:
            if which:
                await _show(self, ctx, which)
            else:
                await self._begin(ctx)

    @rx.event
    async def narrow(self, source: str) -> None:
        """List the groups of a source."""
        self.source = source[:VALUE_MAX]
        await self._list()

    @rx.event
    async def rename(self, fields: dict[str, Any]) -> None:
        """Rename the chosen group."""
        async with submitting(self, "name") as ctx:
            await rename_site_group(ctx, self.chosen.id, text_of(fields, "name"))
            await _show(self, ctx, self.chosen.id)
            say(ctx, self, "common.saved")

    @rx.event
    async def delete(self) -> Any:
        """Delete the chosen group."""
        async with answering(self, self.chosen.id) as ctx:
            await delete_site_group(ctx, self.chosen.id)
            say(ctx, self, "siteGroups.deleted")
        return rx.redirect("/admin/groups", replace=True) if ctx.committed else None

    async def _begin(self, ctx: Context) -> None:
        self.groups, self._next = [], None
        await self._add_page(ctx)

    async def _add_page(self, ctx: Context) -> None:
        page = await list_site_groups(ctx, words=self.words, source=self.source, after=self._next)
        self.groups, self._next = [*self.groups, *map(_group_var, page.items)], page.next
        self.more = page.next is not None and len(self.groups) < LISTED_MOST


async def _show(state: SiteGroupsState, ctx: Context, which: str) -> None:
    await ctx.db.flush()
    found = await view_site_group(ctx, which)
    state.chosen, state.people = _group_var(found), [person_var(each) for each in found.people[:PEOPLE_SHOWN]]


def _group_var(found: SiteGroup) -> SiteGroupVar:
    it = found.as_json()
    return SiteGroupVar(it["id"], it["name"], person_var(found.owner), it["source"], it["members"], it["created_at"])
