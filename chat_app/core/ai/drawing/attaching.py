"""Give answers the files that were made for them."""

from chat_app.core.ai.drawing.painter import Drawn
from chat_app.core.ai.tables import AiRun
from chat_app.core.files.sending import attach_made
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message


async def attach_drawn(ctx: Context, run: AiRun, message: Message, drawn: Drawn) -> None:
    """Note what was drawn in its run, and give it to the message, unless that was deleted meanwhile. Both are held.

    Of a message that is a picture itself, the cost is shown.
    """
    run.drawings = [*(run.drawings or ()), dict(drawn.note)]
    if message.deleted_at is not None:
        return
    await attach_made(ctx, message, [drawn.file_id])
    if message.drawing is not None and drawn.note["cost"] is not None:
        message.drawing = {**message.drawing, "cost": drawn.note["cost"]}
