"""Attach the files that were made for answers."""

from chat_app.core.ai.drawing.painter import DrawnFile
from chat_app.core.ai.tables import AiRun
from chat_app.core.files.attached.sending import ATTACHMENTS_MAX, attach_made
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message


async def attach_drawn(ctx: Context, run: AiRun, message: Message, drawn: DrawnFile) -> None:
    """Record a picture in its run, and attach it to the message, unless the message was deleted or the picture could
    not be stored. The caller has locked both. If the message itself is a picture, its cost is shown. Files of tool
    servers cost nothing; a message gets as many of them as people can send with one.
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
