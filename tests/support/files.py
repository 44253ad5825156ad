"""Files for tests: accepted and not sent yet, made the short way through the tables."""

from typing import Any

from chat_app.core.files.kinds import FileKind, FileStatus
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room

TYPES = {FileKind.IMAGE: "image/png", FileKind.PDF: "application/pdf", FileKind.TEXT: "text/plain"}


async def make_file(work: UnitOfWork, room: Room, uploader: Actor, name: str, *pages: str, **more: Any) -> Attachment:
    """A file with the text of these pages."""
    kind = more.pop("kind", FileKind.PDF if pages else FileKind.IMAGE)
    size = {"width": 800, "height": 600} if kind == FileKind.IMAGE else {"page_count": len(pages)}
    values = {"declared_type": TYPES[kind], "mime_type": TYPES[kind], "kind": kind, "size": 1_000, **size, **more}
    async with work.begin() as ctx:
        file = Attachment(room_id=room.id, uploader_id=uploader.user_id, name=name, created_at=ctx.now, **values)
        file.status = FileStatus.READY
        ctx.db.add(file)
        await ctx.db.flush()
        ctx.db.add_all(AttachmentPage(attachment_id=file.id, n=n, text=text) for n, text in enumerate(pages, 1))
    return file
