"""Pictures that were in the database go to the storage, and back, however often that is broken off."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.files.errors import StorageAway
from chat_app.core.kernel.actor import Actor
from chat_app.core.pictures.avatars import remove_avatar, set_avatar, set_small_avatar
from chat_app.core.pictures.keys import picture_key
from chat_app.core.pictures.moving import MovedPictures, bring_pictures_back, move_pictures
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.rows import BUSY
from chat_app.core.pictures.sweeping import sweep_pictures
from chat_app.core.pictures.tables import Picture
from tests.core.pictures.test_pictures import objects, png, shown
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.failing import Failing
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


async def unmoved(do: Do) -> int:
    async with do.work.begin() as ctx:
        return len((await ctx.db.scalars(select(Picture.id).where(Picture.image.is_not(None)))).all())


@pytest.fixture
async def three(do: Do, make: Factory) -> list[Actor]:
    """People whose pictures are in the database."""
    people = [await make.actor() for _ in range(3)]
    for person in people:
        await do(person, set_small_avatar, person.user_id.bytes)
    return people


async def all_are_shown(pictures: Pictures, people: list[Actor]) -> bool:
    return [await shown(pictures, each, each) for each in people] == [each.user_id.bytes for each in people]


async def test_pictures_move_once_and_back(do: Do, pictures: Pictures, storage: DiskStorage, three: list[Actor]):
    assert await all_are_shown(pictures, three)
    assert [await move_pictures(do.work, storage) for _ in range(2)] == [3, 0]
    assert (await unmoved(do), await all_are_shown(pictures, three)) == (0, True)
    assert [await bring_pictures_back(do.work, storage) for _ in range(2)] == [MovedPictures(3, 0), MovedPictures(0, 0)]
    assert (await unmoved(do), await all_are_shown(pictures, three)) == (3, True)
    assert await move_pictures(do.work, storage) == 3
    assert await all_are_shown(pictures, three)


@pytest.mark.parametrize("after", [False, True], ids=["before the object", "between object and row"])
async def test_a_move_that_is_broken_off_goes_on(
    do: Do,
    pictures: Pictures,
    storage: DiskStorage,
    clock: Clock,
    tmp_path: Path,
    three: list[Actor],
    after: bool,
):
    for left in (2, 1, 0):  # each attempt leaves one to the process that was broken off
        with pytest.raises(StorageAway):
            await move_pictures(do.work, Failing(storage, "put", after=after))
        assert await all_are_shown(pictures, three)
        assert await unmoved(do) == 3, left
    assert await move_pictures(do.work, storage) == 0, "they may still be under way"
    clock.advance(seconds=BUSY.total_seconds() + 1)
    assert await move_pictures(do.work, storage) == 3
    assert (objects(tmp_path), await all_are_shown(pictures, three)) == (3, True)


async def test_two_processes_move_each_picture_once(do: Do, storage: DiskStorage, three: list[Actor]):
    moved = await asyncio.gather(*(move_pictures(do.work, storage) for _ in range(4)))
    assert (sum(moved), await unmoved(do)) == (3, 0)


@pytest.mark.parametrize("end", ["removed", "replaced"])
async def test_picture_removed_during_the_move_leaves_no_object(
    do: Do,
    make: Factory,
    pictures: Pictures,
    storage: DiskStorage,
    tmp_path: Path,
    end: str,
):
    aiko = await make.actor()
    await do(aiko, set_small_avatar, b"as before")
    put = storage.put

    async def late(key: str, data: bytes, mime_type: str) -> None:
        if data == b"as before":
            await (do(aiko, remove_avatar) if end == "removed" else set_avatar(pictures, aiko, png()))
            assert await sweep_pictures(do.work, storage) == 0, "its object is being written"
        await put(key, data, mime_type)

    storage.put = late
    assert await move_pictures(do.work, storage) == 1
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == (end == "replaced")


async def test_lost_picture_does_not_stop_the_return_of_others(
    do: Do, pictures: Pictures, storage: DiskStorage, three: list[Actor]
):
    await move_pictures(do.work, storage)
    async with do.work.begin() as ctx:
        lost = (await ctx.db.scalars(select(Picture.id).order_by(Picture.id).limit(1))).one()
    await storage.delete(picture_key(lost))
    assert await bring_pictures_back(do.work, storage) == MovedPictures(2, 1)


@pytest.mark.parametrize("method", ["read", "delete"])
async def test_coming_back_is_broken_off_and_goes_on(
    do: Do, pictures: Pictures, storage: DiskStorage, three: list[Actor], method: str
):
    await move_pictures(do.work, storage)
    broken: Any = Failing(storage, method, after=True)
    with pytest.raises(StorageAway):
        await bring_pictures_back(do.work, broken)
    assert await all_are_shown(pictures, three)
    await bring_pictures_back(do.work, storage)
    assert (await unmoved(do), await all_are_shown(pictures, three)) == (3, True)
