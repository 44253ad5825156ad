"""Add to messages in REST whether they are public in their room or in a person's aside."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.messages.wire.messages import MessageJson
from chat_app.core.rooms.tables import Room


async def message_json(ctx: Context, message: MessageView) -> MessageJson:
    """Return a message that the caller has accessed, with its visibility."""
    shape = message.as_json()
    await add_visibility(ctx, [(message, shape)])
    return shape


async def add_visibility(ctx: Context, messages: Iterable[tuple[MessageView, MessageJson]]) -> None:
    """Add their visibility to the shapes of messages that the caller has accessed."""
    shapes = list(messages)
    rooms = {view.room_id for view, _ in shapes}
    asides = select(col(Room.id)).where(col(Room.id).in_(rooms), col(Room.parent_id).is_not(None))
    private = set(await ctx.db.scalars(asides)) if rooms else set()
    for view, shape in shapes:
        shape["visibility"] = "private" if view.room_id in private else "public"
