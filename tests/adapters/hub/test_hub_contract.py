"""The contract of every hub, in one process or several."""

import asyncio
from collections.abc import Sequence

from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.core.live.ports import Hub, Op
from tests.adapters.hub.conftest import Inbox
from tests.support.redis import RedisServer
from tests.support.waiting import until


async def test_ops_arrive_in_order_at_every_receiver(hub: Hub):
    inboxes = [Inbox(), Inbox()]
    for inbox in inboxes:
        hub.subscribe(inbox)
    for number in range(200):
        hub.publish(f"room:{number % 3}", {"t": "message", "n": number, "text": "静か 😀"})
        if number % 40 == 0:
            await asyncio.sleep(0)
    for inbox in inboxes:
        await until(lambda inbox=inbox: sum(len(ops) for _, ops in inbox.batches) == 200)
        for room in range(3):
            assert [op["n"] for op in inbox.of(f"room:{room}")] == list(range(room, 200, 3))
        assert inbox.of("room:0")[0] == {"t": "message", "n": 0, "text": "静か 😀"}


async def test_concurrent_ops_are_sent_together(hub: Hub):
    inbox = Inbox()
    hub.subscribe(inbox)
    for number in range(50):
        hub.publish("room:a", {"n": number})
    await until(lambda: len(inbox.of("room:a")) == 50)
    assert len(inbox.batches) == 1


async def test_while_a_receiver_is_busy_ops_gather(hub: Hub):
    inbox, go_on = Inbox(), asyncio.Event()

    async def busy(channel: str, ops: Sequence[Op]) -> None:
        await inbox(channel, ops)
        await go_on.wait()

    hub.subscribe(busy)
    hub.publish("room:a", {"n": 0})
    await inbox.arrived.wait()
    for number in range(1, 20):
        hub.publish("room:a", {"n": number})
    go_on.set()
    await until(lambda: len(inbox.of("room:a")) == 20)
    assert [op["n"] for op in inbox.of("room:a")] == list(range(20))


async def test_a_failing_receiver_stops_nobody_else(hub: Hub):
    inbox = Inbox()

    async def broken(channel: str, ops: Sequence[Op]) -> None:
        raise RuntimeError

    hub.subscribe(broken)
    hub.subscribe(inbox)
    for number in range(3):
        hub.publish("room:a", {"n": number})
        await until(lambda number=number: len(inbox.of("room:a")) == number + 1)


async def test_unencodable_op_does_not_stop_later_ones(hub: Hub):
    inbox = Inbox()
    hub.subscribe(inbox)
    hub.publish("room:a", {"n": object(), "text": "\ud800"})
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    hub.publish("room:b", {"n": 1})
    await until(lambda: inbox.of("room:b"))


async def test_stopping_delivers_what_is_pending(new_hub: Hub):
    inbox = Inbox()

    async def slow(channel: str, ops: Sequence[Op]) -> None:
        await asyncio.sleep(0.01)
        await inbox(channel, ops)

    new_hub.subscribe(slow)
    await new_hub.start()
    assert await new_hub.healthy()
    new_hub.publish("room:a", {"n": 0})
    await asyncio.sleep(0.005)
    new_hub.publish("room:a", {"n": 1})
    new_hub.publish("room:b", {"n": 2})
    await new_hub.stop()
    assert sorted(op["n"] for _, ops in inbox.batches for op in ops) == [0, 1, 2]
    assert not await new_hub.healthy()


async def test_hub_that_never_started_can_be_stopped(new_hub: Hub):
    await new_hub.stop()


async def test_two_processes_hear_each_other_and_themselves(redis_server: RedisServer):
    hubs, inboxes = [RedisHub(redis_server.url) for _ in range(2)], [Inbox(), Inbox()]
    for hub, inbox in zip(hubs, inboxes, strict=True):
        hub.subscribe(inbox)
        await hub.start()
    for number in range(20):
        hubs[0].publish("room:a", {"from": 0, "n": number})
        hubs[1].publish("room:a", {"from": 1, "n": number})
        await asyncio.sleep(0)
    for inbox in inboxes:
        await until(lambda inbox=inbox: len(inbox.of("room:a")) == 40)
        for sender in range(2):
            assert [op["n"] for op in inbox.of("room:a") if op["from"] == sender] == list(range(20))
    for hub in hubs:
        await hub.stop()


async def test_a_hub_finds_its_way_back_to_redis(tmp_path_factory: object):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    hub, inbox = RedisHub(server.url), Inbox()
    hub.subscribe(inbox)
    await hub.start()
    hub.publish("room:a", {"n": 0})
    await until(lambda: inbox.of("room:a"))

    server.stop()
    await until(lambda: unhealthy(hub))
    hub.publish("room:a", {"n": 1})
    await until(lambda: {"n": 1} in inbox.of("room:a"))  # to this process it comes all the same
    server.start()
    await until(hub.healthy)
    hub.publish("room:a", {"n": 2})
    await until(lambda: {"n": 2} in inbox.of("room:a"))
    await hub.stop()
    server.stop()


async def unhealthy(hub: Hub) -> bool:
    return not await hub.healthy()


async def test_a_start_without_redis_does_not_wait_for_ever(tmp_path_factory: object, monkeypatch: object):
    monkeypatch.setattr("chat_app.adapters.hub.redis_hub.START_SECONDS", 0.1)
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    hub, inbox = RedisHub(server.url), Inbox()
    hub.subscribe(inbox)
    await hub.start()
    assert not await hub.healthy()
    server.start()
    await until(hub.healthy)
    hub.publish("room:a", {"n": 0})
    await until(lambda: inbox.of("room:a"))
    await hub.stop()
    server.stop()
