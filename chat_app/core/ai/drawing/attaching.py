"""Attach the files that were made for answers."""

from chat_app.core.ai.drawing.painter import DrawnFile
from chat_app.core.ai.tables import AiRun
from chat_app.core.files.attached.sending import ATTACHMENTS_MAX, attach_made
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message


async def attach_drawn(ctx: Context, run: AiRun, message: Message, drawn: DrawnFile) -> None:
    """Note a picture in its run, and attach it to the message, unless that was deleted or it could not be kept.
    Both are held.

    Of a message that is a picture itself, the cost is shown. What a tool server has made costs nothing: of that, a
    message gets no more than people send with one.
    """
    if drawn.note:
        run.drawings = [*(run.drawings or ()), dict(drawn.note)]
    elif len(message.attachments or ()) >= ATTACHMENTS_MAX:
        return
    if message.deleted_at is not None or drawn.file_id is None:
        return
    await attach_made(ctx, message, [drawn.file_id])
    if message.drawing is not None and drawn.note.get("cost") is not None:
        message.drawing = {**message.drawing, "cost": drawn.note["cost"]}
