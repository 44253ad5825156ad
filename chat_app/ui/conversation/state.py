"""What a person does to a room. Every argument is hostile until a use case has looked at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.ai.commands import set_ai
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, Invalid
from chat_app.core.rooms.commands import archive_room, create_room, delete_room, leave_room, update_room
from chat_app.core.rooms.invites import create_invite_link, revoke_invite_link
from chat_app.ui.feed.answering import answering, close_dialog, refuse, socket_of
from chat_app.ui.feed.snapshots import links_op
from chat_app.ui.feed.sockets import sockets
from chat_app.ui.session import acting


class RoomActions(rx.State):
    """The acts of the dialogs and menus around a room; the room's feed shows what came of them.

    Nothing that only one person may see is kept here: the state belongs to whoever shows its client token.
    """

    errors: dict[str, str] = {}

    @asynccontextmanager
    async def _form(self, room: str) -> AsyncIterator[Context]:
        """A unit of work whose refusals of a field stay with the form."""
        self.errors = {}
        try:
            async with acting(self) as ctx:
                yield ctx
        except Invalid as error:
            self.errors = {str(error.details.get("field", "")): error.code}
        except DomainError as error:
            await refuse(self, room, error)

    @rx.event
    async def create(self, form: dict[str, Any]) -> Any:
        """Make a room and go there."""
        async with self._form("create") as ctx:
            access = await create_room(ctx, name=_text(form, "name"), description=_text(form, "description"))
            await close_dialog(self, "new-room")
            return rx.redirect(f"/r/{access.room.id}")

    @rx.event
    async def describe(self, form: dict[str, Any]) -> None:
        """Rename and describe a room."""
        async with self._form(_text(form, "room")) as ctx:
            await update_room(ctx, form.get("room"), name=_text(form, "name"), description=_text(form, "description"))
            await close_dialog(self, "describe")

    @rx.event
    async def set_rule(self, room: str, rule: str) -> None:
        """Choose when the room's AI speaks."""
        async with answering(self, room) as ctx:
            await set_ai(ctx, [], room, rule=rule)

    @rx.event
    async def set_model(self, room: str, model: str) -> None:
        """Choose the room's model."""
        offered = await runtime().gateway.models()
        async with answering(self, room) as ctx:
            await set_ai(ctx, offered, room, model=model)

    @rx.event
    async def archive(self, room: str, archived: bool) -> None:
        """Close a room for writing, or open it again."""
        async with answering(self, room) as ctx:
            await archive_room(ctx, room, archived=archived)

    @rx.event
    async def delete(self, room: str) -> Any:
        """End a room for everybody."""
        async with answering(self, room) as ctx:
            await delete_room(ctx, room)
            return rx.redirect("/")

    @rx.event
    async def leave(self, room: str) -> Any:
        """Leave a room."""
        async with answering(self, room) as ctx:
            await leave_room(ctx, room)
            return rx.redirect("/")

    @rx.event
    async def make_link(self, form: dict[str, Any]) -> None:
        """Make an invite link."""
        room = _text(form, "room")
        async with answering(self, room) as ctx:
            link = await create_invite_link(
                ctx, room, role=_text(form, "role"), hours=_number(form, "hours"), max_uses=_number(form, "uses")
            )
            await ctx.db.flush()
            await sockets.send(socket_of(self), await links_op(ctx, room, made=str(link.id)))

    @rx.event
    async def revoke_link(self, room: str, link: str) -> None:
        """Make a link useless."""
        async with answering(self, room) as ctx:
            await revoke_invite_link(ctx, room, link)
            await ctx.db.flush()
            await sockets.send(socket_of(self), await links_op(ctx, room))


def _text(form: dict[str, Any], name: str) -> str:
    return str(form.get(name) or "")


def _number(form: dict[str, Any], name: str) -> int | None:
    """A whole number from a form; empty for none."""
    value = _text(form, name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid("number_out_of_range", field=name, minimum=1, maximum=10_000)
    return int(value)
