"""An aside with files, and the stored objects of a storage."""

from pathlib import Path

from sqlalchemy import select

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.keys import file_key, thumbnail_key
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.tables import AiRule, Room
from tests.support.files import make_file
from tests.support.use_cases import Do


async def keep(storage: DiskStorage, folder: Path, key: str, data: bytes) -> None:
    (folder / "made").write_bytes(data)
    await storage.keep(folder / "made", key, "image/png")


async def ask(
    do: Do, work: UnitOfWork, storage: DiskStorage, folder: Path, who: Actor, room: Room, text: str
) -> tuple[MessageView, list[Attachment]]:
    """Say something in an aside, with a picture and a note."""
    aside = (await do(who, open_aside, room.id)).room
    files = [
        await make_file(work, aside, who, "fox.png", thumbnails=1, caption="A fox", exclude_from_ai=True),
        await make_file(work, aside, who, "note.txt", "The lighthouse keeper", kind=FileKind.TEXT),
    ]
    for file in files:
        await keep(storage, folder, file_key(file.id), file.name.encode())
    await keep(storage, folder, thumbnail_key(files[0].id, 1), b"small")
    posting = Posting(work, gateway=None)  # type: ignore[arg-type]
    async with work.begin() as ctx:  # nobody answers
        (await ctx.db.get_one(Room, aside.id)).ai_rule = AiRule.MENTIONED
    return await posting.post(who, aside.id, text, attachments=[str(each.id) for each in files]), files


async def _ids(work: UnitOfWork) -> set[object]:
    async with work.begin() as ctx:
        return set(await ctx.db.scalars(select(Attachment.id)))
