"""The archive of a person's own data: their files unchanged, a piece at a time, as long as they may see them."""

import errno
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from chat_app.adapters.counters import MemoryCounters
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.files.errors import StorageFull
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.messages.commands import delete_message
from chat_app.core.personal.archive import ARCHIVES, DATA, PIECE, begin_archive, entry_name, written_archive
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.rooms.commands import leave_room
from tests.core.files.conftest import Desk, png
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

AT = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def workplace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are while they are sent."""
    (folder := desk.folder / "work").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def begun(do: Do, desk: Desk, pictures: Pictures, who: Actor) -> AsyncGenerator[bytes, None]:
    return written_archive(pictures, desk.storage, who, await do(who, begin_archive))


async def test_archive_has_the_visible_files_and_their_places(
    do: Do, make: Factory, desk: Desk, posting: Posting, pictures: Pictures, workplace: Path
):
    (aiko, _), ben = await make.signed_in(), await make.actor()
    room, left = [await make.room({Role.MASTER: ben, Role.MEMBER: aiko}) for _ in "12"]
    large = Random(0).randbytes(1_000_000).hex().encode()
    sent, again, gone, elsewhere, theirs = [
        await desk.file(who, place, data, name)
        for who, place, data, name in (
            (aiko, room, png(), "海 🙂.png"),
            (aiko, room, large, "海 🙂.txt"),
            (aiko, room, png(), "gone.png"),
            (aiko, left, png(), "left.png"),
            (ben, room, png(), "theirs.png"),
        )
    ]
    await desk.begin(aiko, room, png(), "unfinished.png")
    for who, place, file in ((aiko, room, sent), (aiko, left, elsewhere), (ben, room, theirs)):
        await posting.post(who, place.id, "Look", attachments=[file["id"]])
    deleted = await posting.post(aiko, room.id, "Not this", attachments=[gone["id"]])
    pieces = [piece async for piece in await begun(do, desk, pictures, aiko)]
    assert max(map(len, pieces)) < PIECE + 10_000, "no file is in memory whole"
    with ZipFile(BytesIO(b"".join(pieces))) as archive:
        assert len(archive.namelist()) == 5
    await do(aiko, delete_message, deleted.id)
    await do(aiko, leave_room, left.id)
    whole = b"".join([piece async for piece in await begun(do, desk, pictures, aiko)])
    with ZipFile(BytesIO(whole)) as archive:
        assert archive.testzip() is None
        day = again["expires_at"][:10]
        assert archive.namelist() == [f"files/{day} 海 🙂.png", f"files/{day} 海 🙂.txt", DATA]
        assert archive.read(archive.namelist()[0]) == await desk.served(str(sent["url"]))
        assert archive.read(archive.namelist()[1]) == large
        data = json.loads(archive.read(DATA))
    paths = {file["id"]: file["path"] for file in data["files"]}
    assert [paths[each["id"]] for each in (sent, again)] == archive.namelist()[:2]
    assert paths.get(gone["id"]) is paths[elsewhere["id"]] is None
    assert theirs["id"] not in paths
    assert "Look" in {message["text"] for message in data["messages"]}
    assert files_in(workplace) == []


async def test_archive_ends_with_the_session_or_the_membership(
    do: Do, make: Factory, desk: Desk, pictures: Pictures, workplace: Path
):
    aiko, _ = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    for _ in "12":
        await desk.file(aiko, room)
    left, pieces = [await begun(do, desk, pictures, aiko) for _ in "12"]
    await anext(left)
    assert files_in(workplace) != []
    await left.aclose()
    assert files_in(workplace) == []
    await anext(pieces)
    await do(aiko, sign_out)
    with pytest.raises(NotSignedIn):
        [piece async for piece in pieces]
    assert files_in(workplace) == []


async def test_full_disk_is_reported(
    do: Do, make: Factory, desk: Desk, pictures: Pictures, workplace: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    do.work.limiter = SlidingWindowCounterRateLimiter(MemoryCounters())  # as a site has it
    aiko, _ = await make.signed_in()
    await desk.file(aiko, await make.room({Role.MASTER: aiko}))
    pieces = await begun(do, desk, pictures, aiko)
    monkeypatch.setattr(desk.storage, "fetch", full)
    with pytest.raises(StorageFull):
        await anext(pieces)
    assert files_in(workplace) == []
    codes = [await code_of(do(aiko, begin_archive)) for _ in range(ARCHIVES.amount + 1)]
    assert codes == [*[None] * ARCHIVES.amount, "rate_limited"], "what could not be made does not count"


async def test_archives_are_counted(do: Do, make: Factory):
    aiko = await make.actor()
    codes = [await code_of(do(aiko, begin_archive)) for _ in range(ARCHIVES.amount + 1)]
    assert codes == [*[None] * ARCHIVES.amount, "rate_limited"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("beach.jpg", "beach.jpg"),
        ("../../etc/passwd", "etcpasswd"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("\u202egpj.exe.jpg", "gpj.exe.jpg"),
        ("🙂" * 100 + ".jpeg", "🙂" * 45 + ".jpeg"),
        ("CON", "CON"),
        ("", "file"),
    ],
)
def test_every_system_can_unpack_a_name(name: str, path: str):
    assert entry_name(AT, name, set()) == f"files/2026-11-28 {path}"


def test_names_that_differ_by_case_alone_are_told_apart():
    taken = set[str]()
    assert [entry_name(AT, name, taken)[6:] for name in ("a.PNG", "A.png", "a.PNG")] == [
        "2026-11-28 a.PNG",
        "2026-11-28 A (2).png",
        "2026-11-28 a (3).PNG",
    ]
