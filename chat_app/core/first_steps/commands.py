"""Dismiss the first steps, and create the tour."""

from collections.abc import Sequence

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.queries import get_user
from chat_app.core.first_steps.queries import tour_id
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.messages.writing import index_message
from chat_app.core.rooms.access import access_room, advance
from chat_app.core.rooms.commands import count_room, create_room
from chat_app.core.rooms.tables import Room


async def dismiss_first_steps(ctx: Context) -> None:
    """Hide the first steps from the actor for good."""
    (await get_user(ctx, ctx.me.user_id)).steps_hidden_at = ctx.now


async def take_tour(ctx: Context, name: str, texts: Sequence[str]) -> Room:
    """Create the actor's tour, a private room with ``texts`` as the AI's messages, and return it.

    A person has at most one: returns the present one, or raises ``RoomNotFound`` after it was left or deleted.
    """
    room_id = tour_id(ctx.me.user_id)
    if await ctx.db.get(Room, room_id) is None:
        await count_room(ctx)
        await ctx.lock_key(str(room_id))
    if await ctx.db.get(Room, room_id):
        return (await access_room(ctx, room_id, Permission.VIEW)).room
    room = (await create_room(ctx, name=name, room_id=room_id, counted=True)).room
    for text in texts:
        parsed = await parse_text(text)
        room.last_seq += 1
        message = Message(
            room_id=room_id, seq=room.last_seq, rev=advance(room), is_ai=True, text=parsed.text, created_at=ctx.now
        )
        ctx.db.add(message)
        await ctx.db.flush()
        await index_message(ctx, message, parsed.words)
    return room
