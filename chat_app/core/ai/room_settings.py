"""Change how the AI of a room answers."""

from collections.abc import Sequence
from typing import Any

from chat_app.core.ai.asking.assistants import room_assistant
from chat_app.core.ai.models.offers import check_offered
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.summaries import drop_summary
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.commands import set_room_ai


async def set_ai(
    ctx: Context,
    offered: Sequence[ModelInfo],
    room_id: AnyId,
    *,
    model: str | None = None,
    fallback_model: str | None = None,
    assistant: str | None = None,
    **change: Any,
) -> RoomAccess:
    """Change a room's AI settings, as :func:`set_room_ai` does; the models must be among those ``offered``, and the
    actor must be able to ask the ``assistant``, as must everybody else in a room that is not theirs alone.

    An empty ``model`` is the site's default, an empty ``fallback_model`` or ``assistant`` none.
    """
    chosen_one = await room_assistant(ctx, offered, room_id, assistant) if assistant else assistant
    for field, chosen in (("model", model), ("fallback_model", fallback_model)):
        if chosen:
            check_offered(ctx, offered, chosen, field=field)
    access = await set_room_ai(ctx, room_id, model=model, fallback_model=fallback_model, assistant=chosen_one, **change)
    if change.get("cutoff"):
        await drop_summary(ctx, access.room)
    return access
