"""The entries of the list of rooms, as a tab receives them."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.context import Context
from chat_app.core.live.arrival import all_rooms_ops
from chat_app.core.live.shapes import UNSAID


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one room."""

    mentions: list[int]
    deleted: list[int]
    small: bool


async def room_notes(ctx: Context) -> dict[UUID, Notes]:
    """Return the notes of each of the actor's rooms."""
    _, told = await all_rooms_ops(ctx)
    rooms = [{**UNSAID, **each} for each in told["rooms"]]
    return {UUID(each["id"]): Notes(each["mentions"], each["deleted"], each["small"]) for each in rooms}
