"""The state of the page ``/admin/rooms``. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import reflex as rx

from chat_app.core.administration.rooms.commands import (
    archive_site_room,
    delete_site_room,
    give_site_room,
    revoke_room_links,
)
from chat_app.core.administration.rooms.queries import RoomFilter, RoomOrder, list_site_rooms, view_site_room
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import NumberPlace
from chat_app.ui.administration.rooms.shapes import ChosenRoom, SiteRoomVar, chosen_var, room_var
from chat_app.ui.administration.searched import LISTED_MOST, SortedState
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, loading, submitting
from chat_app.ui.transport.answering import answering, close_dialog, say

VALUE_MAX: Final = 100


class SiteRoomsState(SortedState, FormState, rx.State):
    """The rooms that match the search, and the one in the address."""

    rooms: list[SiteRoomVar] = []
    kind: str = ""
    order: str = RoomOrder.ACTIVE.value
    chosen: ChosenRoom = ChosenRoom()
    _next: NumberPlace | None = None

    @rx.event
    async def load(self) -> None:
        """Show the room that the address names, or the list."""
        which = self.router.url.query_parameters.get("room", "")
        self.chosen = ChosenRoom()
        async with loading(self) as ctx:
            if which:
                await _show(self, ctx, which)
            else:
                await self._begin(ctx)

    @rx.event
    async def narrow_kind(self, kind: str) -> None:
        """List the rooms of a kind."""
        self.kind = kind[:VALUE_MAX]
        await self._list()

    @rx.event
    async def archive(self) -> None:
        """Archive the chosen room."""
        await _act(self, archive_site_room)

    @rx.event
    async def unarchive(self) -> None:
        """Unarchive the chosen room."""
        await _act(self, _unarchive)

    @rx.event
    async def revoke_links(self) -> None:
        """Revoke the invite links of the chosen room."""
        await _act(self, revoke_room_links, "siteRooms.revoked")

    @rx.event
    async def give(self, fields: dict[str, Any]) -> None:
        """Make a member the owner of the chosen room."""
        async with submitting(self, "user") as ctx:
            await give_site_room(ctx, self.chosen.room.id, text_of(fields, "user"))
            await _show(self, ctx, self.chosen.room.id)
            close_dialog(ctx, self, "give-room")

    @rx.event
    async def delete(self, fields: dict[str, Any]) -> Any:
        """Delete the chosen room."""
        async with submitting(self, "name") as ctx:
            await delete_site_room(ctx, self.chosen.room.id, text_of(fields, "name"))
            close_dialog(ctx, self, "delete-site-room")
            say(ctx, self, "siteRooms.deleted")
        return rx.redirect("/admin/rooms", replace=True) if ctx.committed else None

    async def _begin(self, ctx: Context) -> None:
        self.rooms, self._next = [], None
        await self._add_page(ctx)

    async def _add_page(self, ctx: Context) -> None:
        wanted = RoomFilter(self.words, self.kind, self.standing)
        found, self._next = await list_site_rooms(ctx, wanted, self.order, after=self._next)
        self.rooms = [*self.rooms, *map(room_var, found)]
        self.more = self._next is not None and len(self.rooms) < LISTED_MOST


async def _unarchive(ctx: Context, room: str) -> None:
    await archive_site_room(ctx, room, archived=False)


async def _act(state: SiteRoomsState, use_case: Callable[[Context, str], Awaitable[Any]], said: str = "") -> None:
    which = state.chosen.room.id
    async with answering(state, which) as ctx:
        await use_case(ctx, which)
        await _show(state, ctx, which)
        if said:
            say(ctx, state, said)


async def _show(state: SiteRoomsState, ctx: Context, which: str) -> None:
    await ctx.db.flush()
    state.chosen = chosen_var(await view_site_room(ctx, which))
