"""Hide files from models."""

from chat_app.core.access.permissions import Permission
from chat_app.core.files.access import access_file
from chat_app.core.files.tables import Attachment
from chat_app.core.files.views import show_changed
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.commands import announce
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.summaries import drop_summary
from chat_app.core.rooms.access import advance


async def exclude_file_from_ai(ctx: Context, attachment_id: AnyId, *, on: bool = True) -> Attachment:
    """Hide the actor's file from models, or show it to them again; with ``Permission.MANAGE_AI`` any file. Raises
    ``AttachmentNotFound``.
    """
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_file(ctx, attachment_id, lock=True)
    file, message, room = access.file, access.message, access.room
    room.require(Permission.SEND if file.uploader_id == ctx.me.user_id else Permission.MANAGE_AI)
    if file.exclude_from_ai == on:
        return file
    file.exclude_from_ai = on
    if message:
        show_changed(message, file)
        message.rev = advance(room.room)
        await drop_summary(ctx, room.room, message)
        await announce(ctx, message)
    return file
