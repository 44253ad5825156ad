"""Assistants: whose they are, and who may ask them."""

import asyncio
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.assistants import commands
from chat_app.core.assistants.commands import (
    create_assistant,
    delete_assistant,
    update_assistant,
)
from chat_app.core.assistants.pictures import find_assistant_picture, remove_assistant_picture, set_assistant_picture
from chat_app.core.assistants.queries import (
    assistants_called,
    list_assistants,
    offered_assistants,
    own_assistants,
    view_assistant,
)
from chat_app.core.direct.blocking import block_person
from chat_app.core.kernel.actor import Actor
from chat_app.core.personal.commands import delete_account
from chat_app.core.pictures.pictures import Pictures
from tests.support.factory import PASSWORD, Factory
from tests.support.locks import WAITING, someone_waits
from tests.support.refusal import code_of, refused
from tests.support.use_cases import Do
from tests.support.waiting import until


def png(color: str = "teal") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), color).save(out, "PNG")
    return out.getvalue()


async def names(do: Do, actor: Actor, **which: Any) -> list[str]:
    return [each.assistant.handle for each in (await do(actor, list_assistants, **which))[0]]


async def offered(do: Do, actor: Actor) -> list[tuple[str, str]]:
    return [(each["handle"], each["by"]) for each in await do(actor, offered_assistants)]


async def test_an_assistant_from_beginning_to_end(do: Do, make: Factory):
    aiko = await make.actor()
    made = await do(aiko, create_assistant, "@Critic", " Critic ", instructions="Be strict", tools=["web", "web"])
    await do(aiko, update_assistant, made.id, name="批評家", description="In short", shared=True, model="home/sol")
    view = (await do(aiko, view_assistant, made.id)).as_json()
    assert (view["handle"], view["name"], view["model"], view["tools"]) == ("critic", "批評家", "home/sol", ["web"])
    assert (view["instructions"], view["shared"], view["author"]) == ("Be strict", True, aiko.person.as_json())
    await do(aiko, update_assistant, made.id, model="", shared=False)
    view = (await do(aiko, view_assistant, made.id)).as_json()
    assert (view["model"], view["shared"], view["name"]) == (None, False, "批評家")
    await do(aiko, delete_assistant, made.id)
    assert await names(do, aiko) == []


async def _are_waiting(do: Do, number: int) -> bool:
    async with do.work.begin() as ctx:
        return bool(await ctx.db.scalar(WAITING) == number)


async def test_assistant_is_not_deleted_while_it_is_changed(do: Do, make: Factory):
    aiko = await make.actor()
    made = await do(aiko, create_assistant, "critic", "Critic", shared=True)
    async with do.work.begin() as ctx:
        await ctx.lock_key("assistant @judge")
        changing = asyncio.create_task(do(aiko, update_assistant, made.id, handle="judge"))
        await someone_waits(do.work)
        deleting = asyncio.create_task(do(aiko, delete_assistant, made.id))
        await until(lambda: deleting.done() or _are_waiting(do, 2))
    assert (await changing).handle == "judge"
    await deleting
    assert await names(do, aiko) == []


async def test_private_assistant_is_nobody_elses(do: Do, make: Factory, pictures: Pictures):
    aiko, ben = await make.actor(), await make.actor()
    mine = await do(aiko, create_assistant, "mine", "Mine")
    await set_assistant_picture(pictures, aiko, mine.id, png())
    for stranger in (ben, await make.actor(is_admin=True)):
        for attempt in (
            do(stranger, view_assistant, mine.id),
            do(stranger, update_assistant, mine.id, name="Yours"),
            set_assistant_picture(pictures, stranger, mine.id, png()),
            do(stranger, delete_assistant, mine.id),
            do(stranger, find_assistant_picture, mine.id),
            do(stranger, view_assistant, "nonsense"),
        ):
            with refused("assistant_not_found"):
                await attempt
        assert await offered(do, stranger) == await names(do, stranger, shared=True) == []
        assert await do(stranger, assistants_called, {stranger.user_id}, handles={"mine"}) == {}


async def test_shared_assistant_is_everybodys_to_ask_and_its_owners_to_change(do: Do, make: Factory):
    aiko, ben = await make.actor(name="Aiko"), await make.actor(name="Ben")
    shared = await do(aiko, create_assistant, "critic", "Critic", instructions="Be strict", shared=True)
    own = await do(ben, create_assistant, "critic", "Mine")
    assert await offered(do, ben) == [("critic", ""), ("critic", "Aiko")]
    found = await do(ben, assistants_called, {ben.user_id, aiko.user_id}, handles={"critic"})
    assert [[each.id for each in found[who.user_id]] for who in (ben, aiko)] == [[own.id, shared.id], [shared.id]]
    assert (await do(ben, view_assistant, shared.id)).assistant.instructions == "Be strict"
    for attempt in (do(ben, update_assistant, shared.id, name="Mine"), do(ben, delete_assistant, shared.id)):
        with refused("not_allowed"):
            await attempt
    with refused("assistant_handle_taken"):
        await do(ben, update_assistant, own.id, shared=True)
    await do(aiko, update_assistant, shared.id, shared=False)
    with refused("assistant_not_found"):
        await do(ben, view_assistant, shared.id)
    await do(ben, update_assistant, own.id, shared=True)


async def test_sites_assistants_are_made_and_changed_by_its_admins(do: Do, make: Factory):
    aiko, one, other = await make.actor(), await make.actor(is_admin=True), await make.actor(is_admin=True)
    with refused("not_allowed"):
        await do(aiko, create_assistant, "guide", "Guide", site=True)
    guide = await do(one, create_assistant, "guide", "Guide", site=True)
    assert guide.shared
    assert await offered(do, aiko) == [("guide", "")]
    assert (await do(aiko, view_assistant, guide.id)).as_json()["author"] is None
    for attempt in (do(aiko, update_assistant, guide.id, name="Mine"), do(aiko, delete_assistant, guide.id)):
        with refused("not_allowed"):
            await attempt
    await do(other, update_assistant, guide.id, name="Site guide", shared=False)
    view = await do(aiko, view_assistant, guide.id)
    assert (view.assistant.name, view.assistant.shared) == ("Site guide", True)
    await do(other, delete_assistant, guide.id)
    logged = [entry.action for entry in (await do(one, list_audit)).items]
    assert logged == ["remove_assistant", "change_assistant", "add_assistant"]


async def test_admin_deletes_a_shared_assistant_which_is_logged(do: Do, make: Factory):
    aiko, admin = await make.actor(), await make.actor(is_admin=True)
    shared = await do(aiko, create_assistant, "spam", "Spam", shared=True)
    with refused("not_allowed"):
        await do(admin, update_assistant, shared.id, shared=False)
    await do(admin, delete_assistant, shared.id)
    assert await do(aiko, own_assistants) == []
    [entry] = (await do(admin, list_audit)).items
    assert (entry.action, entry.person) == ("delete_assistant", aiko.person)


@pytest.mark.parametrize("aiko_blocks", [True, False])
async def test_block_hides_shared_assistants(do: Do, make: Factory, *, aiko_blocks: bool):
    aiko, ben = await make.actor(), await make.actor()
    shared = await do(ben, create_assistant, "critic", "Critic", shared=True)
    one, other = (aiko, ben) if aiko_blocks else (ben, aiko)
    await do(one, block_person, other.person.username)
    assert await offered(do, aiko) == await names(do, aiko, shared=True) == []
    assert set(await do(aiko, assistants_called, {aiko.user_id, ben.user_id}, ids={shared.id})) == {ben.user_id}


async def test_suspended_and_deleted_people_share_nothing(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    for n, owner in enumerate((ben, chloe)):
        await do(owner, create_assistant, f"critic-{n}", "Critic", shared=True)
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.user_id)).suspended_at = ctx.now
    await do(chloe, delete_account, PASSWORD)
    assert await offered(do, aiko) == await names(do, aiko, shared=True) == []


@pytest.mark.parametrize("handle", ["Taken", "ai", "all", "sol"])
async def test_handle_of_a_person_a_model_or_a_mention_is_taken(do: Do, make: Factory, handle: str):
    aiko = await make.actor(username="taken")
    with refused("assistant_handle_taken"):
        await do(aiko, create_assistant, handle, "Mine", taken={"sol"})
    mine = await do(aiko, create_assistant, "mine", "Mine", taken={"sol"})
    with refused("assistant_handle_taken"):
        await do(aiko, update_assistant, mine.id, handle=handle, taken={"sol"})


async def test_handle_that_somebody_takes_later_stands_in_no_changes_way(do: Do, make: Factory):
    aiko = await make.actor()
    mine = await do(aiko, create_assistant, "sol", "Mine")
    await make.actor(username="sol")
    await do(aiko, update_assistant, mine.id, handle="sol", description="New", taken={"sol"})
    assert (await do(aiko, view_assistant, mine.id)).assistant.description == "New"


async def test_handle_is_used_once_by_its_owner_and_once_among_shared_ones(do: Do, make: Factory):
    people = [await make.actor() for _ in range(4)]
    own = [code_of(do(people[0], create_assistant, "mine", "Mine")) for _ in range(4)]
    assert sorted(map(str, await asyncio.gather(*own))) == ["None"] + ["assistant_handle_taken"] * 3
    shared = [code_of(do(each, create_assistant, "critic", "Critic", shared=True)) for each in people]
    assert sorted(map(str, await asyncio.gather(*shared))) == ["None"] + ["assistant_handle_taken"] * 3


async def test_number_of_assistants_is_limited(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    aiko = await make.actor()
    monkeypatch.setattr(commands, "ASSISTANTS_MAX", 2)
    codes = await asyncio.gather(*(code_of(do(aiko, create_assistant, f"a{i}", "Mine")) for i in range(5)))
    assert sorted(map(str, codes)) == ["None"] * 2 + ["assistants_full"] * 3


async def test_list_comes_by_pages(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    for n in range(5):
        await do(ben, create_assistant, f"critic-{n}", "Critic", shared=True)
    seen, after, more = list[str](), None, True
    while more:
        page, more = await do(aiko, list_assistants, shared=True, after=after, limit=2)
        seen += [each.assistant.handle for each in page]
        after = page[-1].place
    assert seen == [f"critic-{n}" for n in range(5)]


async def test_picture_is_reencoded_and_has_a_new_version_each_time(do: Do, make: Factory, pictures: Pictures):
    aiko, ben = await make.actor(), await make.actor()
    shared = await do(aiko, create_assistant, "critic", "Critic", shared=True)
    with refused("image_invalid") as refusal:
        await set_assistant_picture(pictures, aiko, shared.id, b"no picture")
    assert refusal.details["field"] == "picture"
    versions = [
        (await set_assistant_picture(pictures, aiko, shared.id, png(color))).picture for color in ("teal", "plum")
    ]
    assert versions[0] < versions[1]
    with Image.open(
        BytesIO(await pictures.show(ben, partial(find_assistant_picture, assistant_id=shared.id)))
    ) as shown:
        assert (shown.format, shown.size) == ("WEBP", (192, 192))
    with refused("not_allowed"):
        await do(ben, remove_assistant_picture, shared.id)
    await do(aiko, remove_assistant_picture, shared.id)
    with refused("assistant_not_found"):
        await do(aiko, find_assistant_picture, shared.id)


async def test_who_shares_a_room_with_its_answers_sees_the_picture_and_nothing_else(
    do: Do, make: Factory, pictures: Pictures
):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    mine = await do(aiko, create_assistant, "mine", "Mine")
    await set_assistant_picture(pictures, aiko, mine.id, png())
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await make.message(room, None, is_ai=True, assistant_id=mine.id, assistant_name="Mine")
    assert await do(ben, find_assistant_picture, mine.id)
    for attempt in (do(chloe, find_assistant_picture, mine.id), do(ben, view_assistant, mine.id)):
        with refused("assistant_not_found"):
            await attempt
