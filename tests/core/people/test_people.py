"""Search for people, and contacts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.rules import fold, sought
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Actor, Person
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.people.blocks import is_blocked
from chat_app.core.people.contacts import add_contact, list_contacts, remove_contact
from chat_app.core.people.errors import TooManyContacts
from chat_app.core.people.rules import patterns
from chat_app.core.people.search import LISTED, SEARCHES, list_people, search_people
from chat_app.core.people.tables import Block, Contact
from chat_app.core.personal.commands import delete_account
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do


async def found(do: Do, actor: Actor, query: str) -> list[str]:
    return [person.username for person in await do(actor, search_people, query)]


def place_of(page: list[Person]) -> NamePlace:
    return NamePlace(page[-1].name, page[-1].username)


async def block(work: UnitOfWork, blocker: Actor, blocked: Actor) -> None:
    async with work.begin() as ctx:
        ctx.db.add(Block(blocker_id=blocker.user_id, blocked_id=blocked.user_id, created_at=ctx.now))


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("chl", True),
        ("@chloe.d", True),
        ("dup", True),
        ("CHLOÉ", True),
        ("chloe", True),
        ("ｃｈｌｏｅ", True),
        ("dupont chloe", True),
        ("chloe@example.org", True),
        ("hloe", False),
        ("chloe@example", False),
        ("chloe dupond", False),
        ("%", False),
        ("_", False),
        ("", False),
        (" @ ", False),
        ("\x00", False),
    ],
)
async def test_a_person_is_found_by_the_beginnings_of_their_words(do: Do, make: Factory, query: str, finds: bool):
    await make.user(username="chloe.dupont", name="Chloé Dupont", email="chloe@example.org")
    assert await found(do, await make.actor(), query) == ["chloe.dupont"] * finds


@pytest.mark.parametrize("query", ["田中", "田", "中愛", "愛子", "タナカ", "たな", "ﾀﾅｶ"])
async def test_a_name_without_spaces_is_found_by_any_part(do: Do, make: Factory, query: str):
    await make.user(username="aiko", name="田中愛子 たなか")
    await make.user(username="ben", name="山本")
    assert await found(do, await make.actor(), query) == ["aiko"]


@given(st.text(max_size=60))
def test_name_matches_its_own_patterns(name: str):
    assert all(pattern in sought("someone", name) for pattern in patterns(name) if "@" not in name)
    assert fold(fold(name)) == fold(name)


async def test_contacts_come_first_then_usernames(do: Do, make: Factory):
    me = await make.actor()
    for username, name in (("zed", "Mara"), ("mara", "Zoe"), ("anna", "Mara B")):
        await make.user(username=username, name=name)
    assert await found(do, me, "mara") == ["mara", "zed", "anna"]
    await do(me, add_contact, "@Anna")
    assert await found(do, me, "mara") == ["anna", "mara", "zed"]


async def test_a_new_name_is_found_and_the_old_one_is_not(do: Do, make: Factory):
    user = await make.user(username="ben", name="Benjamin")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).name = "Robert"
    me = await make.actor()
    assert (await found(do, me, "robert"), await found(do, me, "benjamin")) == (["ben"], [])


async def test_search_excludes_oneself_and_people_with_a_block(do: Do, make: Factory):
    one, other = await make.actor(username="mara.one"), await make.actor(username="mara.two")
    assert (await found(do, one, "mara"), await found(do, other, "mara")) == (["mara.two"], ["mara.one"])
    await block(make.work, one, other)
    assert (await found(do, one, "mara"), await found(do, other, "mara")) == ([], [])
    third = await make.actor()
    assert await found(do, third, "mara") == ["mara.one", "mara.two"]
    async with make.work.begin() as ctx:
        assert await is_blocked(ctx, one.user_id, other.user_id)
        assert await is_blocked(ctx, other.user_id, one.user_id)
        assert not await is_blocked(ctx, one.user_id, third.user_id)


async def test_everyone_to_be_found_is_listed_by_name_page_after_page(do: Do, make: Factory):
    me, _ = await make.actor(username="me"), await make.actor(username="kept")
    one, other = await make.actor(username="blocks.me"), await make.actor(username="blocked")
    gone, suspended = await make.actor(username="gone"), await make.actor(username="suspended")
    await make.user(username="last", name="zzz")
    await do(me, add_contact, "kept")
    await block(make.work, one, me)
    await block(make.work, me, other)
    await do(gone, delete_account, PASSWORD)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, suspended.user_id)).suspended_at = ctx.now
    for n in reversed(range(LISTED)):
        await make.user(username=f"same{n:02}", name="EMILE" if n % 2 else "Emile")
    first, more = await do(me, list_people)
    assert (len(first), more) == (LISTED, True)
    second, more = await do(me, list_people, place_of(first))
    listed = [person.username for person in first + second]
    assert (listed[:-1], listed[-1], more) == (sorted(listed[:-1]), "last", False)
    assert set(listed) == {f"same{n:02}" for n in range(LISTED)} | {"last"}


async def test_contacts_are_listed_by_name_page_after_page(do: Do, make: Factory):
    me = await make.actor()
    made = [await make.user(username=f"same{n:02}", name="EMILE" if n % 2 else "Emile") for n in range(LISTED)]
    made.append(await make.user(username="first", name="Zoé"))
    async with make.work.begin() as ctx:
        ctx.db.add_all(Contact(user_id=me.user_id, contact_id=user.id, created_at=ctx.now) for user in made)
    first, more = await do(me, list_contacts)
    assert ([person.username for person in first], more) == (sorted(user.username for user in made[:-1]), True)
    last, more = await do(me, list_contacts, place_of(first))
    assert ([person.username for person in last], more) == (["first"], False)
    assert await do(me, list_contacts, place_of(last)) == ([], False)
    few, more = await do(me, list_contacts, None, 2)
    assert (few, more) == (first[:2], True)


async def test_the_number_of_contacts_is_limited(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    me = await make.actor()
    for username in ("ben", "chloe"):
        await make.user(username=username)
    monkeypatch.setattr("chat_app.core.people.contacts.CONTACTS_MAX", 1)
    await do(me, add_contact, "ben")
    with pytest.raises(TooManyContacts):
        await do(me, add_contact, "chloe")


@pytest.mark.slow
async def test_searching_is_counted(do: Do, make: Factory):
    me = await make.actor()
    for _ in range(SEARCHES.amount):
        await do(me, search_people, "x")
    with pytest.raises(RateLimited):
        await do(me, search_people, "x")


async def test_contacts_are_ones_own_and_by_name(do: Do, make: Factory):
    me, ben, aiko = await make.actor(), await make.actor(name="Ben"), await make.actor(name="Aiko")
    for other in (ben, aiko, ben):
        await do(me, add_contact, other.person.username)
    assert [person.name for person in (await do(me, list_contacts))[0]] == ["Aiko", "Ben"]
    assert await do(ben, list_contacts) == ([], False)
    await do(me, remove_contact, ben.user_id)
    assert [person.name for person in (await do(me, list_contacts))[0]] == ["Aiko"]


async def test_unknown_or_own_contact_is_refused(do: Do, make: Factory):
    me = await make.actor()
    for username in (me.person.username, "nobody", "", "\x00"):
        with pytest.raises(UserNotFound):
            await do(me, add_contact, username)
    for user_id in (me.user_id, "nonsense", None):
        with pytest.raises(UserNotFound):
            await do(me, remove_contact, user_id)
