"""Saved prompts: whose they are, and who is offered them."""

import asyncio
from typing import Any

import pytest

from chat_app.core.accounts.tables import User
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.direct.blocking import block_person
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.personal.commands import delete_account
from chat_app.core.prompts import commands, queries
from chat_app.core.prompts.commands import create_prompt, delete_prompt, update_prompt
from chat_app.core.prompts.errors import PromptNameTaken, PromptNotFound
from chat_app.core.prompts.queries import fill_prompt, list_prompts, offered_prompts, own_prompts, view_prompt
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def names(do: Do, actor: Actor, **which: Any) -> list[str]:
    return [each.name for each in (await do(actor, list_prompts, **which))[0]]


async def offered(do: Do, actor: Actor, typed: str = "") -> list[tuple[str, str]]:
    return [(each["name"], each["by"]) for each in (await do(actor, offered_prompts, typed))[0]]


async def test_a_prompt_from_beginning_to_end(do: Do, make: Factory):
    aiko = await make.actor()
    prompt = await do(aiko, create_prompt, "/Summary", "Sum up {{topic}}", " In short ")
    await do(aiko, create_prompt, "another", "Hello")
    assert await names(do, aiko) == ["another", "summary"]
    await do(aiko, update_prompt, prompt.id, name="short", text="Sum up {{topic=tea}}", shared=True)
    view = await do(aiko, view_prompt, prompt.id)
    assert (view.name, view.description, view.shared, view.author) == ("short", "In short", True, aiko.person)
    _, text = await do(aiko, fill_prompt, prompt.id, {})
    assert text == "Sum up tea"
    await do(aiko, delete_prompt, prompt.id)
    assert await names(do, aiko) == ["another"]


async def test_private_prompt_is_nobody_elses(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    prompt = await do(aiko, create_prompt, "mine", "Hello")
    for stranger in (ben, await make.actor(is_admin=True)):
        for attempt in (
            do(stranger, view_prompt, prompt.id),
            do(stranger, fill_prompt, prompt.id, {}),
            do(stranger, update_prompt, prompt.id, name="yours"),
            do(stranger, delete_prompt, prompt.id),
            do(stranger, view_prompt, "nonsense"),
        ):
            with pytest.raises(PromptNotFound):
                await attempt
        assert await offered(do, stranger) == await names(do, stranger, shared=True) == []


async def test_shared_prompt_is_everybodys_to_use_and_its_owners_to_change(do: Do, make: Factory):
    aiko, ben = await make.actor(name="Aiko"), await make.actor(name="Ben")
    shared = await do(aiko, create_prompt, "summary", "Sum up", shared=True)
    await do(ben, create_prompt, "tea", "Tea")
    await do(ben, create_prompt, "summary", "Mine")
    assert await offered(do, ben) == [("summary", ""), ("tea", ""), ("summary", "Aiko")]
    assert await offered(do, ben, "ＳＵＭ") == [("summary", ""), ("summary", "Aiko")]
    assert await names(do, ben, shared=True) == ["summary"]
    for attempt in (do(ben, update_prompt, shared.id, text="Mine"), do(ben, delete_prompt, shared.id)):
        with pytest.raises(NotAllowed):
            await attempt
    await do(aiko, update_prompt, shared.id, shared=False)
    with pytest.raises(PromptNotFound):
        await do(ben, view_prompt, shared.id)


async def test_admin_deletes_a_shared_prompt_which_is_logged(do: Do, make: Factory):
    aiko, admin = await make.actor(), await make.actor(is_admin=True)
    shared = await do(aiko, create_prompt, "spam", "Spam", shared=True)
    with pytest.raises(NotAllowed):
        await do(admin, update_prompt, shared.id, shared=False)
    await do(admin, delete_prompt, shared.id)
    assert await do(aiko, own_prompts) == []
    [entry] = (await do(admin, list_audit)).items
    assert (entry.action, entry.person) == ("delete_prompt", aiko.person)


@pytest.mark.parametrize("aiko_blocks", [True, False])
async def test_block_hides_shared_prompts(do: Do, make: Factory, *, aiko_blocks: bool):
    aiko, ben = await make.actor(), await make.actor()
    shared = await do(ben, create_prompt, "summary", "Sum up", shared=True)
    one, other = (aiko, ben) if aiko_blocks else (ben, aiko)
    await do(one, block_person, other.person.username)
    assert await offered(do, aiko) == await names(do, aiko, shared=True) == []
    with pytest.raises(PromptNotFound):
        await do(aiko, view_prompt, shared.id)


async def test_suspended_and_deleted_people_share_nothing(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    for owner in (ben, chloe):
        await do(owner, create_prompt, "summary", "Sum up", shared=True)
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.user_id)).suspended_at = ctx.now
    await do(chloe, delete_account, PASSWORD)
    assert await offered(do, aiko) == await names(do, aiko, shared=True) == []


async def test_name_is_used_once_by_its_owner(do: Do, make: Factory):
    aiko = await make.actor()
    first, second = [await do(aiko, create_prompt, name, "Hello") for name in ("one", "two")]
    for attempt in (do(aiko, create_prompt, "ONE", "Hello"), do(aiko, update_prompt, second.id, name="one")):
        with pytest.raises(PromptNameTaken):
            await attempt
    await do(aiko, update_prompt, first.id, name="one", text="Changed")
    at_once = [code_of(do(aiko, create_prompt, "three", "Hello")) for _ in range(4)]
    assert sorted(map(str, await asyncio.gather(*at_once))) == ["None"] + ["prompt_name_taken"] * 3


async def test_number_of_prompts_is_limited(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    aiko = await make.actor()
    monkeypatch.setattr(commands, "PROMPTS_MAX", 2)
    codes = await asyncio.gather(*(code_of(do(aiko, create_prompt, f"p{i}", "Hello")) for i in range(5)))
    assert sorted(map(str, codes)) == ["None"] * 2 + ["prompts_full"] * 3


async def test_list_comes_by_pages(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    aiko = await make.actor()
    people = [await make.actor() for _ in range(3)]
    for person in people:
        for name in ("a", "b"):
            await do(person, create_prompt, name, "Hello", shared=True)
    seen, after, more = list[tuple[str, str]](), None, True
    while more:
        page, more = await do(aiko, list_prompts, shared=True, after=after, limit=4)
        seen += [(each.name, each.author.username) for each in page]
        after = page[-1].place
    assert len(seen) == 6
    assert [name for name, _ in seen] == ["a"] * 3 + ["b"] * 3
    monkeypatch.setattr(queries, "OFFERED_MAX", 4)
    found, more = await do(aiko, offered_prompts)
    assert (len(found), more) == (4, True)
    assert [each["name"] for each in (await do(aiko, offered_prompts, "b"))[0]] == ["b"] * 3
