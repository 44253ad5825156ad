"""Continue answers that were cut: by their greatest length, by a stop, or by a failure."""

from collections.abc import Sequence

from chat_app.core.ai.asking.anew import queue_run
from chat_app.core.ai.asking.commands import access_answer, superseded
from chat_app.core.ai.asking.posts.counting import ASKS
from chat_app.core.ai.costs.charging import require_funds
from chat_app.core.ai.errors import ModelForAdmins, NothingToContinue, StillAnswering
from chat_app.core.ai.models.offers import may_choose
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.rules import is_unfinished
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.commands import announce
from chat_app.core.messages.errors import MessageDeleted
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.tables import Room


async def continue_answer(
    ctx: Context, message_id: AnyId, *, offered: Sequence[ModelInfo], run: str | None = None
) -> MessageView:
    """Have an unfinished answer continued by its model, in the same place: the actor's own, or any with
    ``Permission.REGENERATE_ANY_ANSWER``. Its text remains, and grows. With ``run``, the id of the unfinished run, a
    repeated request has no effect. Raises :class:`StillAnswering` while it is being written, :class:`NothingToContinue`
    if the answer is complete, and :class:`ModelForAdmins` if the actor may not ask its model any more.
    """
    await ctx.limit(ASKS, str(ctx.me.user_id))
    access = await access_answer(ctx, message_id)
    message = access.message
    if superseded(message, run):
        return await announce(ctx, message)
    if message.deleted_at is not None:
        raise MessageDeleted()
    if message.status in LIVE:
        raise StillAnswering()
    if message.drawing is not None or not is_unfinished(message.status, message.error, message.text):
        raise NothingToContinue()
    _check_model(ctx, message, access.room.room, offered)
    await require_funds(ctx, message.room_id, ctx.me.user_id, message.text, [message.model], offered)
    queued = await queue_run(ctx, message, message.model)
    queued.continues, message.error = True, None
    message.rev = advance(access.room.room)
    ctx.db.add(queued)
    return await announce(ctx, message)


def _check_model(ctx: Context, answer: Message, room: Room, offered: Sequence[ModelInfo]) -> None:
    """Raise :class:`ModelForAdmins` unless the actor may ask the answer's model.

    Everybody may ask the room's own model. A model that is not offered any more passes this check: its run fails, with
    the reason.
    """
    own = (room.ai_model, room.ai_fallback_model if answer.instead_of else None)
    of_room = answer.model in own or (answer.assistant_id and answer.assistant_id == room.ai_assistant_id)
    model = next((each for each in offered if each.id == answer.model), None)
    if model and not of_room and not may_choose(ctx, model):
        raise ModelForAdmins(model=model.label)
