"""Uploads: announced, received, examined, stored; quotas; and the deletion of remains."""

import asyncio
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.commands import announce_file, delete_file
from chat_app.core.files.errors import FileNotReady, FileRefused, QuotaFull
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.objects.workplace import WORKPLACE
from chat_app.core.files.queries import view_file
from chat_app.core.files.storage.ports import Examined, Examiner
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import parse_id
from chat_app.core.messages.commands import delete_message
from chat_app.core.rooms.commands import delete_room
from tests.core.files.conftest import Desk, png
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do
from tests.support.waiting import until


async def test_uploaded_file_is_examined_and_stored(do: Do, make: Factory, desk: Desk):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    told = await desk.begin(aiko, room, png((800, 600)), "../up/\u202egnp.exe\u202c holiday.png")
    assert (told["status"], told["url"], told["name"]) == ("pending", None, "gnp.exe holiday.png")
    done = await desk.uploads.complete(aiko, told["id"])
    assert (done["status"], done["mime_type"], done["kind"]) == ("ready", "image/png", "image")
    assert (done["width"], done["height"], done["thumbnails"]) == (800, 600, 2)
    assert await desk.served(done["url"]) is not None
    again = await desk.uploads.complete(aiko, told["id"])
    assert {name for name in done if done[name] != again[name]} <= {"url", "thumbnail_url", "expires_at"}
    assert desk.objects() == 3


async def test_upload_without_all_bytes_is_not_complete(make: Factory, desk: Desk):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    told = await desk.uploads.begin(aiko, room.id, name="a.png", mime_type="image/png", size=len(png()))
    with pytest.raises(FileNotReady):
        await desk.uploads.complete(aiko, told["id"])
    again = await desk.uploads.resume(aiko, told["id"])
    await desk.put(again["upload"], png())
    assert (await desk.uploads.complete(aiko, told["id"]))["status"] == "ready"
    assert "upload" not in await desk.uploads.resume(aiko, told["id"])


@pytest.mark.slow
async def test_concurrent_completions_examine_once(make: Factory, desk: Desk):
    aiko = await make.actor()
    told = await desk.begin(aiko, await make.room({Role.MASTER: aiko}), png((2000, 1500)))
    codes = await asyncio.gather(*(code_of(desk.uploads.complete(aiko, told["id"])) for _ in range(8)))
    assert set(codes) <= {None, "file_is_checked"}
    assert None in codes
    assert (await desk.uploads.complete(aiko, told["id"]))["status"] == "ready"


async def test_an_examination_that_was_broken_off_is_done_again(do: Do, make: Factory, desk: Desk, clock: Clock):
    aiko = await make.actor()
    told = await desk.begin(aiko, await make.room({Role.MASTER: aiko}), png())
    async with do.work.begin() as ctx:
        file = await ctx.db.get_one(Attachment, parse_id(told["id"], FileRefused))
        file.status, file.checking_since = FileStatus.CHECKING, ctx.now
    assert await code_of(desk.uploads.complete(aiko, told["id"])) == "file_is_checked"
    clock.advance(minutes=3)
    assert (await desk.uploads.complete(aiko, told["id"]))["status"] == "ready"


@dataclass
class Slow:
    """An examiner that begins when it may."""

    examiner: Examiner
    begun: int = 0
    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def examine(self, path: Path, **about: Any) -> Examined:
        self.begun += 1
        await self.may.wait()
        return await self.examiner.examine(path, **about)

    async def aclose(self) -> None: ...


@pytest.mark.slow
async def test_at_most_two_files_of_a_person_are_examined_at_once(make: Factory, desk: Desk):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    slow = Slow(desk.uploads._examiner)
    desk.uploads._examiner = slow
    files = [await desk.begin(aiko, room, png()) for _ in range(3)]
    first = [asyncio.create_task(desk.uploads.complete(aiko, each["id"])) for each in files[:2]]
    await until(lambda: slow.begun == 2)
    assert await code_of(desk.uploads.complete(aiko, files[2]["id"])) == "file_is_checked"
    other = asyncio.create_task(desk.uploads.complete(ben, (await desk.begin(ben, room, png()))["id"]))
    await until(lambda: slow.begun == 3)
    slow.may.set()
    done = [*await asyncio.gather(*first, other), await desk.uploads.complete(aiko, files[2]["id"])]
    assert {each["status"] for each in done} == {"ready"}


async def test_file_deleted_during_examination_leaves_no_objects(do: Do, make: Factory, desk: Desk, clock: Clock):
    aiko = await make.actor()
    slow = Slow(desk.uploads._examiner)
    desk.uploads._examiner = slow
    told = await desk.begin(aiko, await make.room({Role.MASTER: aiko}), png())
    examined = asyncio.create_task(desk.uploads.complete(aiko, told["id"]))
    await until(lambda: slow.begun == 1)
    await do(aiko, delete_file, told["id"])
    assert await sweep_files(do.work, desk.storage) == 0  # nor is it swept before that has ended
    slow.may.set()
    assert await code_of(examined) == "attachment_not_found"
    clock.advance(minutes=1)
    assert await sweep_files(do.work, desk.storage) == 1
    assert desk.objects() == 0


async def test_an_examination_that_takes_long_spoils_nothing_of_the_next(
    do: Do, make: Factory, desk: Desk, posting: Posting, clock: Clock
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    slow, sound = Slow(desk.uploads._examiner), desk.uploads._examiner
    desk.uploads._examiner = slow
    told = await desk.uploads.begin(aiko, room.id, name="a.txt", mime_type="text/plain", size=5)
    await desk.put(told["upload"], b"hello")
    other = await desk.begin(aiko, room, png())
    late = [asyncio.create_task(desk.uploads.complete(aiko, each["id"])) for each in (told, other)]
    await until(lambda: slow.begun == 2)
    clock.advance(minutes=3)
    second = Uploads(do.work, desk.storage, sound, None)  # of another process
    for each in (told, other):
        assert (await second.complete(aiko, each["id"]))["status"] == "ready"
    await posting.post(aiko, room.id, "Look", attachments=[other["id"]])
    slow.may.set()
    assert [await code_of(each) for each in late] == ["file_is_checked"] * 2  # of no account any more
    for each in (told, other):
        assert await desk.served((await do(aiko, view_file, each["id"], desk.storage))["url"] or "")


async def test_refused_file_stays_refused_and_leaves_no_objects(do: Do, make: Factory, desk: Desk):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    told = await desk.begin(aiko, room, b"GIF89a is no picture", "a.png")
    for _ in range(2):
        with pytest.raises(FileRefused):
            await desk.uploads.complete(aiko, told["id"])
    shown = await do(aiko, view_file, told["id"], desk.storage)
    assert (shown["status"], shown["url"]) == ("refused", None)
    assert desk.objects() == 0
    for name, size, code in (("a", 0, "file_empty"), ("a", -1, "file_empty"), ("a", 2**40, "file_too_large")):
        begun = desk.uploads.begin(aiko, room.id, name=name, mime_type="", size=size)
        assert await code_of(begun) == code


async def test_the_address_of_an_upload_changes_nothing_that_was_examined(make: Factory, desk: Desk):
    aiko = await make.actor()
    told = await desk.begin(aiko, await make.room({Role.MASTER: aiko}), png())
    done = await desk.uploads.complete(aiko, told["id"])
    before = await desk.served(done["url"])
    evil = b"<script>" + bytes(len(png()) - 8)
    assert await code_of(desk.put(told["upload"], evil)) == "attachment_not_found"
    assert await desk.served(done["url"]) == before
    assert await desk.served((await desk.uploads.complete(aiko, told["id"]))["url"]) == before


@pytest.mark.parametrize("whose", ["person", "room", "site"])
async def test_quotas_hold_also_for_announcements_at_once(do: Do, make: Factory, whose: str):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    other = await make.room({Role.MASTER: aiko})
    narrow = Do(replace(do.work, policy=replace(do.work.policy, **{f"quota_{whose}_bytes": 25})))
    tries = (narrow(aiko, announce_file, room.id, name="a", mime_type="", size=10) for _ in range(4))
    codes = await asyncio.gather(*map(code_of, tries))
    assert sorted(codes, key=str) == [None, None, f"quota_{whose}_full", f"quota_{whose}_full"]
    elsewhere = {"person": (ben, room), "room": (aiko, other), "site": None}[whose]
    if elsewhere:
        await narrow(elsewhere[0], announce_file, elsewhere[1].id, name="a", mime_type="", size=10)
    else:
        with pytest.raises(QuotaFull):
            await narrow(ben, announce_file, room.id, name="a", mime_type="", size=10)


@pytest.mark.slow
async def test_files_that_nobody_can_see_are_swept_and_no_others(
    do: Do, make: Factory, desk: Desk, posting: Posting, clock: Clock
):
    aiko = await make.actor()
    room, gone = await make.room({Role.MASTER: aiko}), await make.room({Role.MASTER: aiko})
    kept = await desk.file(aiko, room)
    await posting.post(aiko, room.id, "Kept", attachments=[kept["id"]])
    deleted = await desk.file(aiko, room)
    message = await posting.post(aiko, room.id, "", attachments=[deleted["id"]])
    await do(aiko, delete_message, message.id)
    unsent = await desk.file(aiko, room)
    removed = await desk.file(aiko, room)
    await do(aiko, delete_file, removed["id"])
    await posting.post(aiko, gone.id, "Gone", attachments=[(await desk.file(aiko, gone))["id"]])
    await do(aiko, delete_room, gone.id)
    assert await sweep_files(do.work, desk.storage) == 3
    assert await desk.served(unsent["url"])
    clock.advance(days=2)
    assert await sweep_files(do.work, desk.storage) == 1
    assert desk.objects() == 1 + (kept.get("thumbnails") or 0)
    assert await desk.served(kept["url"])
    async with do.work.begin() as ctx:
        await ctx.db.delete(await ctx.db.get_one(User, aiko.user_id))
    assert await sweep_files(do.work, desk.storage) == 0  # the message is still there


async def test_folders_of_processes_that_ended_are_removed(do: Do, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(desk.folder))
    old, fresh, other = [desk.folder / name for name in (f"{WORKPLACE}old", f"{WORKPLACE}fresh", "other")]
    for each in (old, fresh, other):
        each.mkdir()
    (old / "upload").write_bytes(b"1")
    for each in (old, other):
        os.utime(each, (0, 0))
    await sweep_files(do.work, desk.storage)
    assert [each.exists() for each in (old, fresh, other)] == [False, True, True]


async def test_a_storage_that_is_away_loses_nothing(make: Factory, desk: Desk, work: UnitOfWork):
    aiko = await make.actor()
    told = await desk.begin(aiko, await make.room({Role.MASTER: aiko}), png())
    objects = desk.folder / "objects"
    moved = objects.rename(desk.folder / "elsewhere") if objects.exists() else None
    objects.write_text("no folder")
    assert await code_of(desk.uploads.complete(aiko, told["id"])) is not None
    objects.unlink()
    if moved:
        moved.rename(objects)
    assert isinstance(desk.uploads, Uploads)
    assert (await desk.uploads.complete(aiko, told["id"]))["status"] == "ready"
