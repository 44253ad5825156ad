"""Connections belong to admins, their keys to nobody, and a change is published to every process."""

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import AsyncMock, Mock

import pytest
from sqlalchemy import select

from chat_app.adapters.llm.factory import Gateway, LlmConfig, Provider, build_gateway
from chat_app.core.accounts.tables import User
from chat_app.core.connections.checks.checking import check_connection, connect_pasted
from chat_app.core.connections.checks.first_run import connect_later, is_asked_to_connect
from chat_app.core.connections.commands import change_connection, create_connection, delete_connection
from chat_app.core.connections.errors import ConnectionInvalid, ConnectionNotFound, ModelNotListed, ProviderFailed
from chat_app.core.connections.events import ConnectionsChanged
from chat_app.core.connections.models import change_model, move_model
from chat_app.core.connections.queries import groups_for_models, list_connections, read_endpoints
from chat_app.core.connections.tables import Connection
from chat_app.core.groups.commands import add_to_group, create_group, delete_group, remove_from_group
from chat_app.core.groups.errors import GroupNotFound
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

KEY = "sk-a-very-secret-one"


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = build_gateway(LlmConfig({"vllm": Provider(base_url="http://127.0.0.1:1", models=("big",))}, None))
    yield gateway
    await gateway.aclose()


async def test_stored_key_is_neither_shown_nor_readable(do: Do, admin: Actor, gateway: Gateway, work: UnitOfWork):
    fields = {"kind": "openai", "name": "OpenAI", "key": KEY, "headers": f"X-Other: {KEY}"}
    await do(admin, create_connection, **fields)
    [_, shown] = await do(admin, list_connections, gateway)
    assert (shown.has_key, shown.headers, shown.slug) == (True, ("x-other",), "openai-2")
    assert KEY not in repr(shown)
    async with work.begin() as ctx:
        row = (await ctx.db.execute(select(Connection))).scalar_one()
        assert KEY not in repr(row.model_dump())
    [endpoint] = (await do(None, read_endpoints))[0]
    assert (endpoint.key, endpoint.headers) == (KEY, (("x-other", KEY),))
    assert KEY not in repr(endpoint)


async def test_key_is_not_sent_where_the_sites_secret_is_another(do: Do, admin: Actor, work: UnitOfWork):
    await do(admin, create_connection, kind="openai", name="OpenAI", key=KEY, headers="X-Team: blue")
    work.policy = Policy()
    [endpoint] = (await do(None, read_endpoints))[0]
    assert (endpoint.key, endpoint.headers) == (None, ())


async def test_key_goes_only_where_it_was_sent(do: Do, admin: Actor):
    connection = await do(admin, create_connection, kind="compatible", name="Own", base_url="http://a.example", key=KEY)
    with pytest.raises(ConnectionInvalid) as refused:
        await do(admin, change_connection, connection.id, base_url="http://b.example")
    assert refused.value.code == "connection_key_again"
    await do(admin, change_connection, connection.id, base_url="http://b.example", key="sk-new")
    [endpoint] = (await do(None, read_endpoints))[0]
    assert (endpoint.base_url, endpoint.key) == ("http://b.example", "sk-new")
    await do(admin, change_connection, connection.id, key="")
    await do(admin, change_connection, connection.id, base_url="http://c.example")
    assert (await do(None, read_endpoints))[0][0].key is None


async def test_each_change_is_published_and_a_disabled_connection_is_not_read(
    do: Do, admin: Actor, events: list[object]
):
    connection = await do(admin, create_connection, kind="ollama", name="Here")
    await do(admin, change_connection, connection.id, enabled=False)
    assert (await do(None, read_endpoints))[0] == []
    await do(admin, delete_connection, connection.id)
    assert [each for each in events if isinstance(each, ConnectionsChanged)] == [ConnectionsChanged()] * 3


async def test_deleted_connection_leaves_no_decisions_to_the_next_of_its_name(do: Do, admin: Actor, gateway: Gateway):
    with ScriptedVendor() as vendor:
        for label in ("Old", None):
            connection = await do(admin, create_connection, kind="compatible", name="Own", base_url=vendor.url)
            gateway.connect(*await do(None, read_endpoints))
            listed = await gateway.listed()
            assert [each.info.label for each in listed] == ["scripted", "big"]
            if label:
                await do(admin, change_model, listed, "own/scripted", {"label": label})
                await do(admin, delete_connection, connection.id)


async def test_slugs_stay_unique_and_a_rename_keeps_the_ids(do: Do, admin: Actor):
    first, second = [await do(admin, create_connection, kind="openai", name="My GPU!") for _ in range(2)]
    await do(admin, change_connection, first.id, name="Other")
    assert [each.slug for each in (await do(None, read_endpoints))[0]] == ["my-gpu", "my-gpu-2"]
    assert second.slug == "my-gpu-2"


async def test_decisions_about_models_are_for_listed_ones_and_can_be_taken_back(do: Do, admin: Actor, gateway: Gateway):
    listed = await gateway.listed()
    changes = {"label": "Large", "context_window": "64000", "price_in": 250, "offered": False, "admins_only": True}
    await do(admin, change_model, listed, "vllm/big", changes)
    gateway.connect(*await do(None, read_endpoints))
    [big] = await gateway.listed()
    assert (big.info.label, big.info.context_window, big.info.price_in) == ("Large", 64_000, 250)
    assert (big.offered, big.info.admins_only) == (False, True)
    assert big.info.abilities == ()
    await do(admin, change_model, listed, "vllm/big", {"abilities": ["tools", "vision", "x"]})
    gateway.connect(*await do(None, read_endpoints))
    assert (await gateway.listed())[0].info.abilities == ("vision", "tools")
    await do(admin, change_model, listed, "vllm/big", dict.fromkeys([*changes, "abilities"]))
    gateway.connect(*await do(None, read_endpoints))
    assert await gateway.listed() == listed
    with pytest.raises(ModelNotListed):
        await do(admin, change_model, listed, "vllm/none", {"offered": True})
    with pytest.raises(ConnectionInvalid):
        await do(admin, change_model, listed, "vllm/big", {"max_output": "many"})


async def test_moved_models_keep_their_order(do: Do, admin: Actor):
    gateway = build_gateway(LlmConfig({"v": Provider(base_url="http://127.0.0.1:1", models=("a", "b", "c"))}, None))
    for model, place, order in (("v/c", 0, "cab"), ("v/a", 9, "cba"), ("v/b", 0, "bca")):
        await do(admin, move_model, await gateway.listed(), model, place)
        gateway.connect(*await do(None, read_endpoints))
        assert [each.info.id for each in await gateway.listed()] == [f"v/{name}" for name in order]
    await gateway.aclose()


async def test_test_of_a_connection_stores_its_models_and_then_what_is_wrong(
    do: Do, admin: Actor, gateway: Gateway, work: UnitOfWork
):
    with ScriptedVendor(models=("one", "text-embedding-x", "two")) as vendor:
        vendor.key = KEY
        connection = await do(admin, create_connection, kind="compatible", name="Own", base_url=vendor.url, key=KEY)
        tested = await check_connection(work, gateway, admin, connection.id)
        assert (tested.problem, tested.tested_at is not None) == (None, True)
        gateway.connect(*await do(None, read_endpoints))
        assert [each.info.id for each in await gateway.listed()] == ["own/one", "own/two", "vllm/big"]
        vendor.key = "another"
        assert (await check_connection(work, gateway, admin, connection.id)).problem == "connection_key_refused"
    [endpoint] = (await do(None, read_endpoints))[0]
    assert [model.name for model in endpoint.served] == ["one", "two"]


async def test_pasted_address_becomes_a_connection_only_when_it_answers(
    do: Do, admin: Actor, gateway: Gateway, work: UnitOfWork
):
    with pytest.raises(ConnectionInvalid) as refused:
        await connect_pasted(work, gateway, admin, "127.0.0.1:1")
    assert (refused.value.code, refused.value.details["field"]) == ("connection_unreachable", "pasted")
    assert (await do(None, read_endpoints))[0] == []
    with ScriptedVendor() as vendor:
        connected = await connect_pasted(work, gateway, admin, vendor.url)
        assert (connected.kind, connected.name) == ("ollama", "Ollama")
        vendor.is_ollama = False
        connected = await connect_pasted(work, gateway, admin, vendor.url)
        assert (connected.kind, connected.base_url) == ("compatible", vendor.url)


async def test_a_silent_server_is_asked_once(admin: Actor, work: UnitOfWork):
    connector = Mock(probe=AsyncMock(side_effect=ProviderFailed("connection_timeout")))
    with pytest.raises(ConnectionInvalid):
        await connect_pasted(work, connector, admin, "127.0.0.1:1")
    connector.probe.assert_awaited_once()


async def test_admin_is_asked_to_connect_while_there_is_the_demo_alone(do: Do, admin: Actor, make: Factory):
    demo = build_gateway(LlmConfig(local_ollama=None))
    offered = await demo.models()
    assert await do(admin, is_asked_to_connect, offered)
    assert not await do(await make.actor(), is_asked_to_connect, offered)
    await do(admin, connect_later)
    assert not await do(admin, is_asked_to_connect, offered)
    await demo.aclose()


async def test_others_find_nothing_of_it(do: Do, admin: Actor, make: Factory, gateway: Gateway, work: UnitOfWork):
    connection = await do(admin, create_connection, kind="ollama", name="Here")
    other, listed = await make.actor(), await gateway.listed()
    for use_case, *arguments in (
        (list_connections, gateway),
        (change_connection, connection.id),
        (delete_connection, connection.id),
        (change_model, listed, "vllm/big", {"offered": False}),
        (move_model, listed, "vllm/big", 0),
        (connect_later,),
    ):
        with pytest.raises(ConnectionNotFound):
            await do(other, use_case, *arguments)
    with pytest.raises(ConnectionNotFound):
        await do(other, create_connection, kind="ollama", name="Mine")
    with pytest.raises(ConnectionNotFound):
        await check_connection(work, gateway, other, connection.id)
    with pytest.raises(ConnectionNotFound):
        await connect_pasted(work, gateway, other, "127.0.0.1:1")


async def test_admins_who_move_models_at_once_both_succeed(do: Do, admin: Actor, make: Factory, work: UnitOfWork):
    names = tuple(f"m{number}" for number in range(40))
    gateway = build_gateway(LlmConfig({"v": Provider(base_url="http://127.0.0.1:1", models=names)}, None))
    listed = await gateway.listed()
    other = await make.actor(is_admin=True)
    for _ in range(5):
        await asyncio.gather(
            do(admin, move_model, listed, "v/m0", 20), do(other, move_model, list(reversed(listed)), "v/m39", 20)
        )
    await gateway.aclose()


async def test_people_of_a_group_may_choose_a_model_that_is_otherwise_for_admins(
    do: Do, admin: Actor, gateway: Gateway, make: Factory, events: list[object]
):
    aiko, ben = await make.actor(), await make.actor()
    group, other = await do(admin, create_group, "Design"), await do(aiko, create_group, "Aiko's")
    await do(admin, add_to_group, group.id, str(aiko.user_id))
    listed = await gateway.listed()
    for wrong in (other.id, group.owner_id, "x"):
        with pytest.raises(GroupNotFound):
            await do(admin, change_model, listed, "vllm/big", {"groups": [str(wrong)]})
    events.clear()
    await do(admin, change_model, listed, "vllm/big", {"admins_only": True, "groups": [str(group.id)] * 2})
    assert [each for each in events if isinstance(each, ConnectionsChanged)] == [ConnectionsChanged()]

    async def may_choose() -> list[bool]:
        gateway.connect(*await do(None, read_endpoints))
        [big] = await gateway.listed()
        return [big.info.is_for(each.user_id, is_manager="admin" in each.site_roles) for each in (admin, aiko, ben)]

    assert await may_choose() == [True, True, False]
    await do(admin, add_to_group, group.id, str(ben.user_id))
    await do(admin, remove_from_group, group.id, str(aiko.user_id))
    assert await may_choose() == [True, False, True]
    second = await make.actor(is_admin=True)
    assert [(each.name, each.owner) for each in await do(second, groups_for_models)] == [("Design", admin.person.name)]
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.user_id)).site_roles = []
    assert await may_choose() == [True, False, False]
    await do(admin, delete_group, group.id)
    assert await may_choose() == [True, False, False]
    assert await do(second, groups_for_models) == []
