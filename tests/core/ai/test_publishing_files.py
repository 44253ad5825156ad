"""A message that is published from an aside has copies of its files; those of the aside stay private."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.asking.publishing import Publishing
from chat_app.core.files.attached.copying import FileCopies
from chat_app.core.files.commands import UPLOADS
from chat_app.core.files.errors import AttachmentNotFound, StorageAway
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.queries import read_text, view_file
from chat_app.core.files.storage.keys import file_key, thumbnail_key
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.errors import SlowMode
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import update_room
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.search.files import index_file
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.refusal import refused
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[DiskStorage]:
    storage = DiskStorage(tmp_path / "storage", b"k" * 32)
    yield storage
    await storage.aclose()


@pytest.fixture
def publishing(work: UnitOfWork, storage: DiskStorage) -> Publishing:
    return Publishing(work, FileCopies(work, storage))


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor(name="Ben")


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    return await make.room({Role.MASTER: aiko, Role.MEMBER: ben})


async def keep(storage: DiskStorage, folder: Path, key: str, data: bytes) -> None:
    (folder / "made").write_bytes(data)
    await storage.keep(folder / "made", key, "image/png")


async def read(storage: DiskStorage, folder: Path, key: str) -> bytes:
    await storage.fetch(key, folder / "read")
    return (folder / "read").read_bytes()


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


@pytest.mark.parametrize("text", ["Look at this", ""])
async def test_published_message_has_copies_of_its_files(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
    text: str,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, text)
    published = await publishing.publish(aiko, private.id)
    assert (await publishing.publish(aiko, private.id)).id == published.id
    [seen] = (await do(ben, history, room.id)).messages
    assert (seen.id, seen.text) == (published.id, text)
    picture, note = seen.attachments
    assert {picture["id"], note["id"]}.isdisjoint({str(each.id) for each in files})
    assert (picture["name"], picture["caption"], picture["exclude_from_ai"]) == ("fox.png", "A fox", True)
    assert await do(ben, read_text, note["id"]) == {"text": "The lighthouse keeper", "whole": True}
    assert await read(storage, tmp_path, f"{picture['id']}/file") == b"fox.png"
    assert await read(storage, tmp_path, f"{picture['id']}/thumb1.webp") == b"small"
    for file in files:
        with pytest.raises(AttachmentNotFound):
            await do(ben, view_file, file.id, storage)
    for each in (picture, note):
        assert (await do(ben, view_file, each["id"], storage))["message"] == str(seen.id)
    await index_file(work, (await _row(work, note["id"])).id)
    assert [hit.message.id for hit in (await do(ben, search_messages, SearchFilter("lighthouse"))).hits] == [seen.id]
    await do(aiko, delete_message, private.id)  # the private one
    assert await do(ben, read_text, note["id"])
    assert len((await do(ben, history, room.id)).messages) == 1


async def _row(work: UnitOfWork, file_id: str) -> Attachment:
    async with work.begin() as ctx:
        return (await ctx.db.scalars(select(Attachment).where(Attachment.id == file_id))).one()


async def test_what_is_not_published_leaves_no_copies(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
):
    private, files = await ask(do, work, storage, tmp_path, ben, room, "Look")
    await do(aiko, update_room, room.id, slow_seconds=60)
    posting = Posting(work, gateway=None)  # type: ignore[arg-type]
    await posting.post(ben, room.id, "I have just said something")
    with pytest.raises(SlowMode):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}
    await storage.delete(file_key(files[1].id))
    await do(aiko, update_room, room.id, slow_seconds=0)
    with pytest.raises(AttachmentNotFound):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}


async def test_storage_that_is_away_leaves_nothing(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    aiko: Actor,
    room: Room,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")

    async def away(*_: object) -> None:
        raise StorageAway()

    monkeypatch.setattr(storage, "keep", away)
    with pytest.raises(StorageAway):
        await Publishing(work, FileCopies(work, storage)).publish(aiko, private.id)
    assert await _ids(work) == {each.id for each in files}
    assert (await do(aiko, history, room.id)).messages == []


async def test_storage_that_goes_away_half_way_leaves_what_a_job_deletes(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    aiko: Actor,
    room: Room,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    private, _ = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    before = _objects(tmp_path)
    keep_object, kept = storage.keep, list[str]()

    async def keep_one(path: Path, key: str, mime_type: str) -> None:
        if kept:
            raise StorageAway()
        await keep_object(path, key, mime_type)
        kept.append(key)

    async def away(*_: object) -> None:
        raise StorageAway()

    with monkeypatch.context() as patch:
        patch.setattr(storage, "keep", keep_one)
        patch.setattr(storage, "delete", away)
        with pytest.raises(StorageAway):
            await Publishing(work, FileCopies(work, storage)).publish(aiko, private.id)
    assert len(_objects(tmp_path)) == len(before) + 1
    await sweep_files(work, storage)
    assert _objects(tmp_path) == before


async def test_copies_whose_room_is_deleted_meanwhile_leave_no_objects(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    aiko: Actor,
    room: Room,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    before = _objects(tmp_path)
    keep_object = storage.keep

    async def keep_late(path: Path, key: str, mime_type: str) -> None:
        async with work.begin() as ctx:  # as the job that deletes files of deleted rooms does, once the lease is over
            theirs = Attachment.id.not_in([each.id for each in files])  # type: ignore[attr-defined]
            await ctx.db.execute(delete(Attachment).where(theirs))
        await keep_object(path, key, mime_type)

    monkeypatch.setattr(storage, "keep", keep_late)
    with pytest.raises(AttachmentNotFound):
        await Publishing(work, FileCopies(work, storage)).publish(aiko, private.id)
    assert _objects(tmp_path) == before


def _objects(folder: Path) -> set[str]:
    return {each.name for each in (folder / "storage" / "objects").iterdir()}


@pytest.mark.parametrize(("status", "copied"), [("pending", None), ("failed", None), ("done", "done")])
async def test_transcript_that_is_not_there_yet_is_made_anew_of_a_copy(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    room: Room,
    tmp_path: Path,
    status: str,
    copied: str | None,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Listen")
    async with work.begin() as ctx:
        file = await ctx.db.get_one(Attachment, files[1].id)
        file.kind, file.transcript = FileKind.AUDIO, {"status": status, "text": "The lighthouse keeper"}
    [_, shown] = (await publishing.publish(aiko, private.id)).attachments
    assert shown.get("transcript", {}).get("status") == copied
    async with work.begin() as ctx:
        queued = await ctx.db.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'attachment' = :id"), {"id": shown["id"]}
        )
    assert queued == (0 if copied else 1)


async def test_copies_count_as_uploads(
    do: Do, work: UnitOfWork, storage: DiskStorage, publishing: Publishing, aiko: Actor, room: Room, tmp_path: Path
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    await work.limit(UPLOADS, str(aiko.user_id))
    assert await work.admits(UPLOADS, str(aiko.user_id), count=UPLOADS.amount - 2)
    with pytest.raises(RateLimited):  # there are two files, and one more upload
        await publishing.publish(aiko, private.id)
    assert await _ids(work) == {each.id for each in files}


async def _ids(work: UnitOfWork) -> set[object]:
    async with work.begin() as ctx:
        return set(await ctx.db.scalars(select(Attachment.id)))


async def test_only_ones_own_aside_is_published(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    with refused("message_not_found"):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}


async def test_picture_that_was_not_drawn_has_nothing_to_publish(
    do: Do, work: UnitOfWork, publishing: Publishing, aiko: Actor, room: Room
):
    aside = (await do(aiko, open_aside, room.id)).room
    async with work.begin() as ctx:
        failed = Message(
            room_id=aside.id,
            seq=1,
            rev=1,
            is_ai=True,
            text="a fox",
            drawing={},
            status=Status.FAILED,
            created_at=ctx.now,
        )
        ctx.db.add(failed)
    with refused("nothing_to_publish"):
        await publishing.publish(aiko, failed.id)
