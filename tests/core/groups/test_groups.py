"""A person's groups of people."""

import asyncio

import pytest

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.groups import commands
from chat_app.core.groups.commands import add_to_group, create_group, delete_group, remove_from_group, rename_group
from chat_app.core.groups.errors import GroupNameInvalid, GroupNotFound, GroupsFull
from chat_app.core.groups.queries import group_users, my_groups, view_group
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def test_a_group_from_beginning_to_end(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor(name="Ben")
    group = await do(aiko, create_group, "  Tea \n friends ")
    other = await do(aiko, create_group, "another")
    for who in (ben.person.username, f"@{ben.person.username}", f"{ben.person.username}@example.com"):
        await do(aiko, add_to_group, group.id, who)
    assert [(view.name, [person.name for person in view.people]) for view in await do(aiko, my_groups)] == [
        ("another", []),
        ("Tea friends", ["Ben"]),
    ]
    await do(aiko, rename_group, group.id, "Friends")
    assert (await do(aiko, view_group, group.id)).name == "Friends"
    await do(aiko, remove_from_group, group.id, ben.user_id)
    await do(aiko, remove_from_group, group.id, ben.user_id)
    assert await do(aiko, group_users, group.id) == []
    await do(aiko, delete_group, group.id)
    assert [view.id for view in await do(aiko, my_groups)] == [other.id]


async def test_a_group_is_nobody_elses(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    group = await do(aiko, create_group, "Friends")
    await do(aiko, add_to_group, group.id, ben.person.username)
    for attempt in (
        do(ben, view_group, group.id),
        do(ben, group_users, group.id),
        do(ben, rename_group, group.id, "Mine"),
        do(ben, delete_group, group.id),
        do(ben, add_to_group, group.id, ben.person.username),
        do(ben, remove_from_group, group.id, ben.user_id),
        do(ben, view_group, "nonsense"),
    ):
        with pytest.raises(GroupNotFound):
            await attempt
    assert await do(ben, my_groups) == []


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 61])
async def test_a_name_must_be_one(do: Do, make: Factory, name: str):
    with pytest.raises(GroupNameInvalid):
        await do(await make.actor(), create_group, name)


async def test_unknown_person_is_not_added(do: Do, make: Factory):
    aiko = await make.actor()
    group = await do(aiko, create_group, "Friends")
    for who in ("nobody", "", "nobody@example.com", str(group.id)):
        with pytest.raises(UserNotFound):
            await do(aiko, add_to_group, group.id, who)


async def test_number_and_size_of_groups_are_limited(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    aiko, *others = [await make.actor() for _ in range(4)]
    monkeypatch.setattr(commands, "GROUPS_MAX", 2)
    monkeypatch.setattr(commands, "PEOPLE_MAX", 2)
    codes = await asyncio.gather(*(code_of(do(aiko, create_group, "Friends")) for _ in range(5)))
    assert sorted(map(str, codes)) == ["None"] * 2 + ["groups_full"] * 3
    [group, _] = await do(aiko, my_groups)
    names = [other.person.username for other in others]
    codes = await asyncio.gather(*(code_of(do(aiko, add_to_group, group.id, name)) for name in names))
    assert sorted(map(str, codes)) == ["None"] * 2 + ["groups_full"]
    with pytest.raises(GroupsFull):
        await do(aiko, create_group, "One more")
