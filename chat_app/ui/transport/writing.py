"""The events of the feed by which a person writes, changes and marks messages. Every argument is hostile until a use
case has looked at it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.ai.asking.commands import edit_question, open_chat, regenerate_answer, start_chat, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.models.offers import check_offered, may_choose
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.live.ops.outcomes import StartedOp
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, pin_message, react, star_message
from chat_app.core.rooms.tables import Room
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, read_nonce, refuse, socket_of
from chat_app.ui.transport.sockets.sending import sockets


class WritingEvents(rx.State, mixin=True):  # type: ignore[call-arg]
    """The part of the feed's state by which messages are written, changed and marked."""

    @rx.event
    async def send(
        self,
        room: str,
        text: str,
        nonce: str,
        reply_to: str,
        model: str = "",
        assistant: str = "",
        attachments: list[str] | None = None,
    ) -> None:
        """Send a message with files, also to a ``model`` or an ``assistant``.

        It arrives through the room's feed, with the nonce.
        """
        asked: dict[str, Any] = {"model": model, "assistant": assistant, "attachments": attachments or ()}
        try:
            actor = await sender(self)
            await runtime().posting.post(actor, room, text, nonce=read_nonce(nonce), reply_to=reply_to, **asked)
        except DomainError as error:
            await refuse(self, nonce, error)

    @rx.event
    async def start(self, text: str, nonce: str, model: str) -> None:
        """Begin a private chat with the AI, and send the tab its room."""
        offered, drawers = await runtime().gateway.models(), await runtime().gateway.drawers()
        async with answering(self, nonce) as ctx:
            chosen, read = _chosen(ctx, offered, model), read_nonce(nonce)
            room = await start_chat(ctx, text, nonce=read, model=chosen, offered=offered, drawers=drawers)
            _tell_started(ctx, self, nonce, room)

    @rx.event
    async def open_chat(self, nonce: str, name: str, model: str) -> None:
        """Begin a private chat without a message, for files that were chosen at home, and send the tab its room."""
        offered = await runtime().gateway.models()
        async with answering(self, nonce) as ctx:
            room = await open_chat(ctx, name, nonce=read_nonce(nonce), model=_chosen(ctx, offered, model))
            _tell_started(ctx, self, nonce, room)

    @rx.event
    async def edit(self, message: str, text: str) -> None:
        """Change the person's own message."""
        offered = await runtime().gateway.models()
        async with answering(self, message) as ctx:
            await edit_question(ctx, message, text, offered=offered)

    @rx.event
    async def delete(self, message: str) -> None:
        """Take a message back."""
        async with answering(self, message) as ctx:
            await delete_message(ctx, message)

    @rx.event
    async def stop(self, message: str, run: str) -> None:
        """End an answer that is being written, unless it is another by now."""
        async with answering(self, message) as ctx:
            await stop_answer(ctx, message, run=run)

    @rx.event
    async def go_on(self, message: str, run: str) -> None:
        """Continue an answer that was cut, unless that has been done."""
        offered = await runtime().gateway.models()
        async with answering(self, message) as ctx:
            await continue_answer(ctx, message, offered=offered, run=run)

    @rx.event
    async def regenerate(self, message: str, run: str, model: str = "") -> None:
        """Regenerate an answer in its place, unless that has been done; with a ``model``, or the room's."""
        offered = await runtime().gateway.models()
        async with answering(self, message) as ctx:
            if model:
                check_offered(ctx, offered, model)
            await regenerate_answer(ctx, message, run=run, model=model, offered=offered)

    @rx.event
    async def react(self, message: str, emoji: str, on: bool) -> None:
        """Add a reaction to a message, or take it back."""
        async with answering(self, message) as ctx:
            await react(ctx, message, emoji, on=on)

    @rx.event
    async def pin(self, message: str, on: bool) -> None:
        """Pin or unpin a message."""
        async with answering(self, message) as ctx:
            await pin_message(ctx, message, on=on)

    @rx.event
    async def hide(self, message: str, on: bool) -> None:
        """Hide a message from models, or show it to them again."""
        async with answering(self, message) as ctx:
            await exclude_from_ai(ctx, message, on=on)

    @rx.event
    async def pin_for_ai(self, message: str, on: bool) -> None:
        """Pin a message for AI, so that models see it at any age, or unpin it."""
        async with answering(self, message) as ctx:
            await pin_for_ai(ctx, message, on=on)

    @rx.event
    async def star(self, message: str, on: bool) -> None:
        """Mark a message for oneself, or take the mark off."""
        async with answering(self, message) as ctx:
            await star_message(ctx, message, on=on)


def _chosen(ctx: Context, offered: Sequence[ModelInfo], model: str) -> str | None:
    """Return the model if the person may choose it, else ``None`` for the site's default."""
    return next((info.id for info in offered if info.id == model and may_choose(ctx, info)), None)


def _tell_started(ctx: Context, state: rx.State, nonce: str, room: Room) -> None:
    """Send the tab the room that was made for its nonce, once that has been committed."""
    started: StartedOp = {"t": "started", "nonce": nonce, "room": str(room.id)}
    ctx.after_commit(partial(sockets.send, socket_of(state), started))
