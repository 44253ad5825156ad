"""Copies of files leave nothing behind after a failure of the storage, or the deletion of their room."""

import errno
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import delete

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.ai.asking.publishing import Publishing
from chat_app.core.files.attached.copying import FileCopies
from chat_app.core.files.errors import AttachmentNotFound, StorageAway, StorageFull
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.queries import history
from chat_app.core.rooms.tables import Room
from tests.core.ai.publishing_files.files import _ids, ask
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


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

    def full(**_: object) -> str:
        raise OSError(errno.ENOSPC, "a disk that is full")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(StorageFull):
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
