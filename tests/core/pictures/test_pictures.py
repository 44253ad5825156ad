"""Pictures of people and assistants: their storage, their owners, and the deletion of replaced ones."""

import asyncio
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, text, update

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.assistants.commands import create_assistant, delete_assistant
from chat_app.core.assistants.pictures import find_assistant_picture, remove_assistant_picture, set_assistant_picture
from chat_app.core.files.errors import StorageAway
from chat_app.core.kernel.actor import Actor
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.queries import export_with_pictures
from chat_app.core.pictures.avatars import remove_avatar, set_avatar
from chat_app.core.pictures.keys import picture_key
from chat_app.core.pictures.pictures import BYTES_MAX, PICTURES, Pictures
from chat_app.core.pictures.queries import find_avatar
from chat_app.core.pictures.rows import BUSY
from chat_app.core.pictures.sweeping import sweep_pictures
from chat_app.core.pictures.tables import Picture
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.failing import Failing
from tests.support.refusal import refused
from tests.support.use_cases import Do


def png(color: str = "teal") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), color).save(out, "PNG")
    return out.getvalue()


def objects(folder: Path) -> int:
    return sum(1 for _ in (folder / "storage" / "objects").glob("*"))


async def shown(pictures: Pictures, who: Actor, of: Actor) -> bytes:
    return await pictures.show(who, partial(find_avatar, user_id=of.user_id))


async def version(do: Do, who: Actor) -> int | None:
    async with do.work.begin() as ctx:
        return await ctx.db.scalar(text("SELECT avatar FROM users WHERE id = :id"), {"id": who.user_id})


async def test_each_picture_has_a_version_of_its_own_and_one_object(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, clock: Clock, tmp_path: Path
):
    aiko, ben = await make.actor(), await make.actor()
    versions = [(await set_avatar(pictures, aiko, png(color))).avatar for color in ("teal", "plum")]
    with Image.open(BytesIO(await shown(pictures, ben, aiko))) as image:
        assert (image.format, image.size) == ("WEBP", (192, 192))
        assert image.convert("RGB").getpixel((9, 9))[0] > 100, "plum"
    assert objects(tmp_path) == 2
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == 1
    assert (await do(aiko, remove_avatar)).avatar is None
    with refused("user_not_found"):
        await shown(pictures, ben, aiko)
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == 0
    clock.advance(minutes=1)
    versions.append((await set_avatar(pictures, aiko, png())).avatar)
    assert len(set(versions)) == 3


async def test_replacing_and_removing_have_a_job_delete_the_object(do: Do, make: Factory, pictures: Pictures):
    aiko = await make.actor()
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sweep_pictures'")
    await set_avatar(pictures, aiko, png())
    async with do.work.begin() as ctx:
        assert await ctx.db.scalar(waiting) == 0
    await set_avatar(pictures, aiko, png("plum"))
    await do(aiko, remove_avatar)
    async with do.work.begin() as ctx:
        assert await ctx.db.scalar(waiting) == 1


@pytest.mark.parametrize("after", [False, True], ids=["nothing written", "written, and not told"])
async def test_a_storage_that_fails_changes_nothing_and_leaves_nothing(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, clock: Clock, tmp_path: Path, after: bool
):
    aiko = await make.actor()
    before = (await set_avatar(pictures, aiko, png())).avatar
    seen = await shown(pictures, aiko, aiko)
    broken = Pictures(do.work, Failing(storage, "put", after=after), pictures._cropper)
    with refused("storage_away"):
        await set_avatar(broken, aiko, png("plum"))
    assert (await version(do, aiko), await shown(pictures, aiko, aiko)) == (before, seen)
    assert await sweep_pictures(do.work, storage) == 0, "somebody may still be writing it"
    clock.advance(seconds=BUSY.total_seconds() + 1)
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == 1


async def test_a_sweep_that_is_broken_off_is_done_by_the_next(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, tmp_path: Path
):
    aiko = await make.actor()
    await set_avatar(pictures, aiko, png())
    await do(aiko, remove_avatar)
    for after in (False, True):  # before the object was deleted, and between it and the row
        with pytest.raises(StorageAway):
            await sweep_pictures(do.work, Failing(storage, "delete", after=after))
    assert objects(tmp_path) == 0
    assert await sweep_pictures(do.work, storage) == 1


async def test_a_picture_that_took_too_long_is_not_taken(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, clock: Clock
):
    aiko = await make.actor()
    put = storage.put

    async def slow(*args: Any) -> None:
        await put(*args)
        clock.advance(seconds=BUSY.total_seconds() + 1)

    storage.put = slow
    with refused("busy"):
        await set_avatar(pictures, aiko, png())
    assert await version(do, aiko) is None


async def test_viewer_during_replacement_gets_the_new_picture(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage
):
    aiko = await make.actor()
    await set_avatar(pictures, aiko, png())
    read, seen = storage.read, []

    async def late(key: str) -> bytes:
        if not seen:
            seen.append(key)
            await set_avatar(pictures, aiko, png("plum"))
            await sweep_pictures(do.work, storage)
        return await read(key)

    storage.read = late
    with Image.open(BytesIO(await shown(pictures, aiko, aiko))) as image:
        assert image.convert("RGB").getpixel((9, 9))[0] > 100, "plum"


async def test_an_object_that_is_lost_is_not_found(do: Do, make: Factory, pictures: Pictures, storage: DiskStorage):
    aiko = await make.actor()
    await set_avatar(pictures, aiko, png())
    async with do.work.begin() as ctx:
        await storage.delete(picture_key((await ctx.db.scalars(select(Picture.id))).one()))
    with refused("not_found"):
        await shown(pictures, aiko, aiko)
    data = await export_with_pictures(pictures, aiko)
    assert data["account"]["picture"] is None


@pytest.mark.parametrize("end", ["account", "assistant", "its owner"])
async def test_with_its_owner_goes_the_picture(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, tmp_path: Path, end: str
):
    aiko = await make.actor()
    if end == "account":
        await set_avatar(pictures, aiko, png())
    else:
        critic = await do(aiko, create_assistant, "critic", "Critic")
        await set_assistant_picture(pictures, aiko, critic.id, png())
    if end == "assistant":
        await do(aiko, delete_assistant, critic.id)
    else:
        await do(aiko, delete_account, PASSWORD)
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == 0


async def test_deleting_the_account_during_upload_leaves_no_picture(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage
):
    aiko = await make.actor()
    put = storage.put

    async def late(*args: Any) -> None:
        await put(*args)
        await do(aiko, delete_account, PASSWORD)

    storage.put = late
    with refused("not_signed_in"):
        await set_avatar(pictures, aiko, png())
    assert await version(do, aiko) is None


async def test_two_concurrent_pictures_leave_one(do: Do, make: Factory, pictures: Pictures, storage: DiskStorage):
    aiko = await make.actor()
    await asyncio.gather(*(set_avatar(pictures, aiko, png(color)) for color in ("teal", "plum")))
    assert await sweep_pictures(do.work, storage) == 1
    assert await shown(pictures, aiko, aiko)


async def test_own_pictures_are_taken_along(do: Do, make: Factory, pictures: Pictures):
    aiko = await make.actor()
    critic = await do(aiko, create_assistant, "critic", "Critic")
    await do(aiko, create_assistant, "plain", "Plain")
    await set_avatar(pictures, aiko, png())
    await set_assistant_picture(pictures, aiko, critic.id, png("plum"))
    data = await export_with_pictures(pictures, aiko)
    with_picture = {each["handle"]: each["picture"] is not None for each in data["assistants"]}
    assert with_picture == {"critic": True, "plain": False}
    assert data["account"]["picture"] != data["assistants"][0]["picture"]
    await do(aiko, remove_assistant_picture, critic.id)
    with refused("assistant_not_found"):
        await pictures.show(aiko, partial(find_assistant_picture, assistant_id=critic.id))


async def test_a_person_changes_pictures_only_so_often(make: Factory, pictures: Pictures):
    aiko = await make.actor()
    for _ in range(PICTURES.amount):
        await pictures.work.limiter.hit(PICTURES, str(aiko.user_id))
    with refused("rate_limited"):
        await set_avatar(pictures, aiko, png())


@pytest.mark.parametrize(
    ("image", "code"), [(b"no picture", "image_invalid"), (bytes(BYTES_MAX + 1), "image_too_large")]
)
async def test_invalid_picture_is_reported_for_its_field(make: Factory, pictures: Pictures, image: bytes, code: str):
    with refused(code) as refusal:
        await set_avatar(pictures, await make.actor(), image)
    assert refusal.details["field"] == "avatar"


async def test_picture_in_the_database_is_shown_replaced_and_deleted(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, tmp_path: Path
):
    aiko = await make.actor()
    await set_avatar(pictures, aiko, png())
    async with do.work.begin() as ctx:
        await ctx.db.execute(update(Picture).values(image=b"as before"))
    assert await shown(pictures, aiko, aiko) == b"as before"
    await set_avatar(pictures, aiko, png("plum"))
    assert await shown(pictures, aiko, aiko) != b"as before"
    assert await sweep_pictures(do.work, storage) == 1
    assert objects(tmp_path) == 1
