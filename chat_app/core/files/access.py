"""Load files with a permission check. Other code must not load them directly."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.errors import RoomNotFound


@dataclass(frozen=True, slots=True)
class FileAccess:
    """A file, the actor's access to its room, and the message that it was sent with; ``None`` before."""

    file: Attachment
    room: RoomAccess
    message: Message | None


async def access_file(
    ctx: Context, attachment_id: AnyId, permission: Permission = Permission.VIEW, *, lock: bool = False
) -> FileAccess:
    """Return a file, if the actor has ``permission`` in its room.

    An unsent file exists only for its uploader; a file of a deleted message does not exist. ``lock`` locks its row, and
    its room's row if the file was sent. Raises :class:`AttachmentNotFound`, and as ``access_room`` does.
    """
    wanted = parse_id(attachment_id, AttachmentNotFound)
    place = await ctx.db.execute(
        select(col(Attachment.room_id), col(Attachment.message_id)).where(col(Attachment.id) == wanted)
    )
    room_id, message_id = place.one_or_none() or (None, None)
    try:
        room = await access_room(ctx, room_id, Permission.VIEW, lock=lock and message_id is not None)
    except (RoomNotFound, MessageNotFound):
        raise AttachmentNotFound() from None
    file = await ctx.db.get(Attachment, wanted, with_for_update=True if lock else None, populate_existing=True)
    if file is None or file.room_id != room.room.id or (lock and file.message_id != message_id):
        raise AttachmentNotFound()
    message = await ctx.db.get(Message, file.message_id) if file.message_id else None
    if message is None and file.uploader_id != ctx.me.user_id:
        raise AttachmentNotFound()
    if message and (message.deleted_at is not None or not room.sees(message.seq)):
        raise AttachmentNotFound()
    room.require(permission)
    return FileAccess(file, room, message)
