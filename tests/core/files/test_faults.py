"""Files while what they need fails: an examination that is overtaken, a disk that is away, a process that ends."""

import asyncio
import errno
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.commands import delete_file
from chat_app.core.files.errors import FileRefused, StorageAway
from chat_app.core.files.objects import leases
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.storage.ports import Examined, Examiner, Presentation
from chat_app.core.files.tables import Attachment
from chat_app.core.files.usage import own_space
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import parse_id
from chat_app.core.rooms.tables import Room
from tests.core.files.conftest import Desk, png
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.failing import Failing
from tests.support.refusal import code_of
from tests.support.use_cases import Do
from tests.support.waiting import until

Begin = Callable[["Slow", str], Awaitable[asyncio.Task[str | None]]]


class Slow:
    """An examiner that has begun and goes on when it may; one that is `hurt` refuses the file then."""

    def __init__(self, real: Examiner, *, hurt: bool = False) -> None:
        self.begun, self.may = asyncio.Event(), asyncio.Event()
        self._real, self._hurt = real, hurt

    async def examine(self, path: Path, *, name: str, declared: str, into: Path) -> Examined:
        self.begun.set()
        await self.may.wait()
        if self._hurt:
            raise FileRefused("file_took_too_long")
        return await self._real.examine(path, name=name, declared=declared, into=into)

    async def aclose(self) -> None:
        await self._real.aclose()


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


@pytest.fixture
def elsewhere(work: UnitOfWork, desk: Desk, aiko: Actor) -> Begin:
    """Begins an examination in another process, by what examines there."""

    async def begin(slow: Slow, file: str) -> asyncio.Task[str | None]:
        attempt = Uploads(work, desk.storage, slow, None).complete(aiko, file)
        task = asyncio.create_task(code_of(attempt))
        await slow.begun.wait()
        return task

    return begin


@contextmanager
def away(desk: Desk) -> Iterator[None]:
    """Take the disk of the storage away for a while."""
    elsewhere = desk.folder.with_name("elsewhere")
    desk.folder.rename(elsewhere)
    desk.folder.mkdir()  # as a mount point is there
    yield
    desk.folder.rmdir()
    elsewhere.rename(desk.folder)


def objects(desk: Desk, kind: str = "") -> list[str]:
    return [path.name for path in (desk.folder / "objects").iterdir() if path.name.endswith(kind)]


@pytest.mark.parametrize("hurt", [True, False])
async def test_an_examination_that_was_overtaken_changes_nothing(
    elsewhere: Begin,
    aiko: Actor,
    room: Room,
    desk: Desk,
    examiner: Examiner,
    posting: Posting,
    clock: Clock,
    hurt: bool,
):
    file = (await desk.begin(aiko, room, png()))["id"]
    slow = Slow(examiner, hurt=hurt)
    late = await elsewhere(slow, file)
    clock.advance(minutes=3)
    done = await desk.uploads.complete(aiko, file)
    await posting.post(aiko, room.id, "Look", attachments=[file])
    slow.may.set()
    assert await late is not None
    assert await desk.served(done["url"])
    assert await desk.served(done["thumbnail_url"] or "")
    assert objects(desk, "upload") == []


async def test_an_examination_that_takes_long_is_not_overtaken(
    elsewhere: Begin,
    do: Do,
    aiko: Actor,
    room: Room,
    desk: Desk,
    examiner: Examiner,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.01)
    file = (await desk.begin(aiko, room, png()))["id"]
    slow = Slow(examiner)
    late = await elsewhere(slow, file)

    async def renewed() -> bool:
        async with do.work.begin() as ctx:
            found = await ctx.db.get_one(Attachment, parse_id(file, FileRefused))
            return found.checking_since == ctx.now

    for _ in range(4):
        clock.advance(seconds=20)
        await until(renewed)
    assert await code_of(desk.uploads.complete(aiko, file)) == "file_is_checked"
    slow.may.set()
    assert await late is None


async def test_file_swept_during_examination_leaves_no_objects(
    elsewhere: Begin, do: Do, aiko: Actor, room: Room, desk: Desk, examiner: Examiner, clock: Clock
):
    file = (await desk.begin(aiko, room, png()))["id"]
    slow = Slow(examiner)
    late = await elsewhere(slow, file)
    await do(aiko, delete_file, file)
    assert await sweep_files(do.work, desk.storage) == 0
    slow.may.set()
    assert await late == "attachment_not_found"
    clock.advance(minutes=10)
    assert await sweep_files(do.work, desk.storage) == 1
    assert objects(desk) == []


async def test_a_disk_that_is_away_is_told_and_not_taken_for_a_file_that_is_missing(
    elsewhere: Begin, do: Do, aiko: Actor, room: Room, desk: Desk, examiner: Examiner
):
    first, second = [(await desk.begin(aiko, room, png()))["id"] for _ in range(2)]
    gone = (await desk.file(aiko, room))["id"]
    await do(aiko, delete_file, gone)
    slow = Slow(examiner)
    late = await elsewhere(slow, second)
    with away(desk):
        assert await code_of(desk.uploads.complete(aiko, first)) == "storage_away"
        assert await code_of(sweep_files(do.work, desk.storage)) == "storage_away"
        slow.may.set()
        assert await late == "storage_away"
    for file in (first, second):
        assert (await desk.uploads.complete(aiko, file))["status"] == "ready"
    assert await sweep_files(do.work, desk.storage) == 1
    assert len(objects(desk, "file")) == 2


async def test_uploaded_object_is_deleted_after_the_process_has_died(
    do: Do, aiko: Actor, room: Room, desk: Desk, posting: Posting, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    file = (await desk.begin(aiko, room, png()))["id"]

    async def end(*keys: str) -> None:
        raise StorageAway

    with monkeypatch.context() as patch:
        patch.setattr(desk.storage, "delete", end)
        assert (await desk.uploads.complete(aiko, file))["status"] == "ready"
    assert len(objects(desk, "upload")) == 1
    await posting.post(aiko, room.id, "Look", attachments=[file])
    clock.advance(hours=3)
    assert await sweep_files(do.work, desk.storage) == 0
    assert objects(desk, "upload") == []
    assert len(objects(desk, "file")) == 1


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "storage_full"), (errno.EROFS, "storage_away")])
async def test_a_disk_of_temporary_files_that_fails_is_told(
    aiko: Actor, room: Room, desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, code: str
):
    file = (await desk.begin(aiko, room, png()))["id"]

    def fail(**_: object) -> str:
        raise OSError(number, "a disk that fails")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkdtemp", fail)
        assert await code_of(desk.uploads.complete(aiko, file)) == code
    assert (await desk.uploads.complete(aiko, file))["status"] == "ready"


async def test_addresses_expire_by_the_clock_that_all_processes_share(tmp_path: Path):
    ahead = datetime.now(UTC) + timedelta(hours=1)
    one, other = [DiskStorage(tmp_path, bytes(32), None, lambda: ahead) for _ in range(2)]
    stray = DiskStorage(tmp_path, bytes(32))
    shown = Presentation("text/plain", "a.txt")
    assert other.permit("GET", one.url("key", shown, 300).removeprefix("/files/"))
    assert other.permit("GET", stray.url("key", shown, 300).removeprefix("/files/")) is None


@pytest.mark.parametrize("after", [False, True], ids=["before the objects", "between objects and rows"])
async def test_a_sweep_that_is_broken_off_is_done_by_the_next(
    desk: Desk, work: UnitOfWork, do: Do, aiko: Actor, room: Room, after: bool
):
    files = [await desk.file(aiko, room) for _ in range(2)]
    for file in files:
        await do(aiko, delete_file, file["id"])
    with pytest.raises(StorageAway):
        await sweep_files(work, Failing(desk.storage, "delete", after=after))
    assert (desk.objects() == 0) is after
    assert await sweep_files(work, desk.storage) == 2
    assert desk.objects() == 0


async def test_upload_that_the_storage_refuses_leaves_nothing(
    desk: Desk, work: UnitOfWork, do: Do, aiko: Actor, room: Room, examiner: Examiner
):
    """The client never learns its id, and announces it again: it must not count twice."""
    broken = Uploads(work, Failing(desk.storage, "begin", after=True), examiner, None)
    for _ in range(3):
        with pytest.raises(StorageAway):
            await broken.begin(aiko, room.id, name="a.png", mime_type="image/png", size=40)
    assert await sweep_files(work, desk.storage) == 3
    assert (await do(aiko, own_space))["used"] == 0
    assert not list((desk.folder / "uploads").iterdir())


async def test_a_process_that_ends_before_it_noted_the_upload_leaves_one_that_goes_on(
    desk: Desk, work: UnitOfWork, aiko: Actor, room: Room
):
    begun = await desk.uploads.begin(aiko, room.id, name="a.png", mime_type="image/png", size=len(png()))
    async with work.begin() as ctx:
        (await ctx.db.get_one(Attachment, parse_id(begun["id"], StorageAway))).upload_token = ""
    resumed = await desk.uploads.resume(aiko, begun["id"])
    await desk.put(resumed["upload"], png())
    assert (await desk.uploads.complete(aiko, begun["id"]))["status"] == "ready"
