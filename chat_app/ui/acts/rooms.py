"""Events that change a room. Every argument is hostile until a use case has checked it."""

from contextlib import suppress
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.ai.models.favorites import favorite_model as mark_favorite_model
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.transcription.transcribing import retry_transcript
from chat_app.core.invitations.links import create_invite_link, revoke_invite_link
from chat_app.core.kernel.errors import DomainError, Invalid
from chat_app.core.live.ops.answers import TranslatedOp
from chat_app.core.live.snapshots import links_op
from chat_app.core.rooms.commands import archive_room, create_room, delete_room, leave_room, mark_favorite, update_room
from chat_app.core.rooms.rules import PARAMETERS
from chat_app.ui.acts.state import Acts
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import submitting
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answer, answering, close_dialog, refuse, socket_of
from chat_app.ui.transport.sockets.sending import sockets

AI_SETTINGS: Final = "ai-settings"


@rx.event
async def create(state: Acts, fields: dict[str, Any]) -> Any:
    """Make a room and go there."""
    async with submitting(state, "name", "description") as ctx:
        access = await create_room(ctx, name=text_of(fields, "name"), description=text_of(fields, "description"))
        close_dialog(ctx, state, "new-room")
    return rx.redirect(f"/r/{access.room.id}") if ctx.committed else None


@rx.event
async def describe(state: Acts, fields: dict[str, Any]) -> None:
    """Rename and describe a room."""
    async with submitting(state, "name", "description") as ctx:
        await update_room(
            ctx, text_of(fields, "room"), name=text_of(fields, "name"), description=text_of(fields, "description")
        )
        close_dialog(ctx, state, "describe")


@rx.event
async def rename(state: Acts, fields: dict[str, Any]) -> None:
    """Rename a room."""
    async with submitting(state, "name") as ctx:
        await update_room(ctx, text_of(fields, "room"), name=text_of(fields, "name"))
        close_dialog(ctx, state, "rename-room")


@rx.event
async def favorite(state: Acts, room: str, on: bool) -> None:
    """Keep a room among the person's favorites, or remove it from them."""
    async with answering(state, room) as ctx:
        await mark_favorite(ctx, room, on=on)


@rx.event
async def set_rule(state: Acts, room: str, rule: str) -> None:
    """Choose the room's AI rule."""
    async with answering(state, room) as ctx:
        await set_ai(ctx, [], room, rule=rule)


@rx.event
async def set_model(state: Acts, room: str, model: str) -> None:
    """Choose the room's model, which then answers as no assistant."""
    offered = await runtime().gateway.models()
    async with answering(state, room) as ctx:
        await set_ai(ctx, offered, room, model=model, assistant="")


@rx.event
async def set_assistant(state: Acts, room: str, assistant: str) -> None:
    """Choose the assistant that answers in the room; empty for none."""
    offered = await runtime().gateway.models()
    async with answering(state, room) as ctx:
        await set_ai(ctx, offered, room, assistant=assistant)


@rx.event(background=True)
async def translate(state: Acts, message: str, language: str) -> None:
    """Show the person a message in their language. Other events of the tab continue during the translation."""
    try:
        done = await runtime().translator.translate(await sender(state), message, language)
    except DomainError as error:
        return await refuse(state, message, error)
    of, text, model = done["of"], done["text"], done["model"]
    op: TranslatedOp = {"t": "translated", "message": message, "of": of, "text": text, "model": model}
    await sockets.send(socket_of(state), op)


@rx.event
async def transcribe_again(state: Acts, attachment: str) -> None:
    """Transcribe a recording again."""
    async with answering(state, attachment) as ctx:
        await retry_transcript(ctx, attachment)


@rx.event
async def favorite_model(state: Acts, model: str, on: bool) -> None:
    """Add a model to the person's favorites, or remove it from them."""
    offered = await runtime().gateway.models()
    async with answering(state, model) as ctx:
        await mark_favorite_model(ctx, offered, model, on=on)


@rx.event
async def set_fallback(state: Acts, room: str, model: str) -> None:
    """Choose the model that answers where the room's cannot; empty for none."""
    offered = await runtime().gateway.models()
    async with answering(state, room) as ctx:
        await set_ai(ctx, offered, room, fallback_model=model)


@rx.event
async def set_parameters(state: Acts, fields: dict[str, Any]) -> None:
    """Set how models answer in a room; an empty field is the model's own."""
    async with submitting(state, *PARAMETERS) as ctx:
        parameters = {name: _parameter(text_of(fields, name)) for name in PARAMETERS}
        await set_ai(ctx, [], text_of(fields, "room"), parameters=parameters)
        close_dialog(ctx, state, AI_SETTINGS)


@rx.event
async def archive(state: Acts, room: str, archived: bool) -> None:
    """Close a room for writing, or open it again."""
    async with answering(state, room) as ctx:
        await archive_room(ctx, room, archived=archived)


@rx.event
async def delete(state: Acts, room: str) -> Any:
    """Delete a room for everybody."""
    async with answering(state, room) as ctx:
        await delete_room(ctx, room)
    return _away_from(state, room) if ctx.committed else None


@rx.event
async def leave(state: Acts, room: str) -> Any:
    """Leave a room."""
    async with answering(state, room) as ctx:
        await leave_room(ctx, room)
    return _away_from(state, room) if ctx.committed else None


@rx.event
async def make_link(state: Acts, fields: dict[str, Any]) -> None:
    """Make an invite link."""
    room = text_of(fields, "room")
    async with submitting(state) as ctx:
        link = await create_invite_link(
            ctx, room, role=text_of(fields, "role"), hours=_number(fields, "hours"), max_uses=_number(fields, "uses")
        )
        await ctx.db.flush()
        answer(ctx, state, await links_op(ctx, room, made=str(link.id)))


@rx.event
async def revoke_link(state: Acts, room: str, link: str) -> None:
    """Make a link useless."""
    async with answering(state, room) as ctx:
        await revoke_invite_link(ctx, room, link)
        await ctx.db.flush()
        answer(ctx, state, await links_op(ctx, room))


def _away_from(state: Acts, room: str) -> Any:
    """Go home where the page shows the room."""
    return rx.redirect("/") if state.router.url.path == f"/r/{room}" else None


def _parameter(text: str) -> object:
    """Return a number, or the text itself if it is none; None if it is empty."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


def _number(fields: dict[str, Any], name: str) -> int | None:
    """Return a whole number from a form; empty for none."""
    value = text_of(fields, name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid("number_out_of_range", field=name, minimum=1, maximum=10_000)
    return int(value)
