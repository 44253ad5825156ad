"""Go on with answers that were cut: by their greatest length, by a stop, or by a failure."""

from chat_app.core.ai.asking.commands import access_answer, queue_run, superseded
from chat_app.core.ai.asking.posts import ASKS
from chat_app.core.ai.errors import NothingToContinue, StillAnswering
from chat_app.core.ai.rules import is_unfinished
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import announce
from chat_app.core.messages.errors import MessageDeleted
from chat_app.core.messages.tables import LIVE
from chat_app.core.messages.views import MessageView
from chat_app.core.rooms.access import advance


async def continue_answer(ctx: Context, message_id: object, *, run: str | None = None) -> MessageView:
    """Have an unfinished answer continued by its model, in the same place: the actor's own, or any with
    ``Permission.REGENERATE_ANY_ANSWER``. Its text remains, and grows.

    With ``run``, the one that was cut, asking twice does it once. Raises :class:`StillAnswering` while it is being
    written, and :class:`NothingToContinue` where nothing is missing.
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
    if not is_unfinished(message.status, message.error, message.text):
        raise NothingToContinue()
    queued = await queue_run(ctx, message, message.model)
    queued.continues, message.error = True, None
    message.rev = advance(access.room.room)
    ctx.db.add(queued)
    return await announce(ctx, message)
