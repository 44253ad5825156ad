"""The state of the page ``/groups``. Every argument is hostile until a use case has checked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from chat_app.core.groups.commands import (
    add_to_group,
    create_group,
    delete_group,
    remove_from_group,
    rename_group,
)
from chat_app.core.groups.queries import GroupView, my_groups
from chat_app.core.kernel.context import Context
from chat_app.ui.live.room_shapes import GroupVar
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, say


@dataclass
class ChosenGroup:
    """The selected group and its people; without an id if there is none."""

    id: str = ""
    name: str = ""
    members: list[PersonVar] = field(default_factory=list)


class GroupsState(PageState, FormState, rx.State):
    """The person's groups, and the selected one: the one in the address, or else the first."""

    groups: list[GroupVar] = []
    chosen: ChosenGroup = ChosenGroup()

    @rx.event
    async def load(self) -> None:
        """List the groups."""
        await _load(self)

    @rx.event
    async def create(self, fields: dict[str, Any]) -> Any:
        """Create a group, and show it."""
        async with submitting(self, "name") as ctx:
            group = await create_group(ctx, str(fields.get("name", "")))
            await _show(self, ctx, str(group.id))
        return rx.redirect(f"/groups?group={group.id}", replace=True) if ctx.committed else None

    @rx.event
    async def rename(self, fields: dict[str, Any]) -> None:
        """Rename the group."""
        async with submitting(self, "name") as ctx:
            await rename_group(ctx, self.chosen.id, str(fields.get("name", "")))
            await _show(self, ctx, self.chosen.id)
            say(ctx, self, "common.saved")

    @rx.event
    async def add(self, fields: dict[str, Any]) -> None:
        """Add a person to the group, by username or email."""
        async with submitting(self, "who") as ctx:
            await add_to_group(ctx, self.chosen.id, str(fields.get("who", "")))
            await _show(self, ctx, self.chosen.id)

    @rx.event
    async def remove(self, user: str) -> None:
        """Remove a person from the group."""
        async with answering(self, user) as ctx:
            await remove_from_group(ctx, self.chosen.id, user)
        await _load(self)

    @rx.event
    async def end(self) -> Any:
        """Delete the group, which the address may name."""
        async with answering(self, self.chosen.id) as ctx:
            await delete_group(ctx, self.chosen.id)
        await _load(self)
        return rx.redirect("/groups", replace=True) if ctx.committed else None


async def _load(state: GroupsState) -> None:
    """List the groups: also where what was to be done to one could not be, as another tab may have ended it."""
    async with loading(state) as ctx:
        await _show(state, ctx, state.router.url.query_parameters.get("group", state.chosen.id))


async def _show(state: GroupsState, ctx: Context, wanted: str) -> None:
    """Load the person's groups, and the people of the ``wanted`` one."""
    await ctx.db.flush()
    groups = await my_groups(ctx)
    state.groups = [GroupVar(str(group.id), group.name, len(group.people)) for group in groups]
    state.chosen = _chosen(groups, wanted)


def _chosen(groups: Sequence[GroupView], wanted: str) -> ChosenGroup:
    for group in sorted(groups, key=lambda group: str(group.id) != wanted)[:1]:
        return ChosenGroup(str(group.id), group.name, [person_var(person) for person in group.people])
    return ChosenGroup()
