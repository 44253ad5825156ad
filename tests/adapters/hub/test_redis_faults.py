"""The hub when Redis is away, frozen, cut off or full of invalid data."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from redis import Redis

from chat_app.adapters import redis_client
from chat_app.adapters.hub import redis_hub
from chat_app.adapters.hub.redis_hub import MESSAGE_MAX, PREFIX, RedisHub
from chat_app.core.live.ops.shared import RESYNC
from tests.adapters.hub.conftest import Inbox
from tests.adapters.hub.test_hub_contract import unhealthy
from tests.support.gate import Gate
from tests.support.redis import RedisServer
from tests.support.waiting import until


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@dataclass
class Process:
    """A hub, and the ops that it delivers."""

    hub: RedisHub
    inbox: Inbox = field(default_factory=Inbox)
    missed: int = 0

    async def start(self) -> None:
        self.hub.subscribe(self.inbox, self.miss)
        await self.hub.start()
        self.missed = 0

    def miss(self) -> None:
        self.missed += 1

    def has(self, number: int) -> bool:
        return {"n": number} in self.inbox.of("room:a")


@pytest.fixture
async def gate(server: RedisServer) -> AsyncIterator[Gate]:
    """Yield the proxy between the first process and Redis."""
    async with Gate(server.port) as gate:
        yield gate


@pytest.fixture
async def two(server: RedisServer, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Process]]:
    """Two processes; the first is behind the gate."""
    monkeypatch.setattr(redis_hub, "RETRY_SECONDS", 0.02)
    two = [Process(RedisHub(url)) for url in (f"redis://127.0.0.1:{gate.port}/0", server.url)]
    for each in two:
        await each.start()
    yield two
    for each in two:
        await each.hub.stop()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the calls of `two`, if that comes after, as long as they need on a busy machine."""
    monkeypatch.setattr(redis_client, "CALL_SECONDS", 60)
    for name in ("socket_timeout", "socket_connect_timeout"):
        monkeypatch.setitem(redis_client.TIMEOUTS, name, 60)


@pytest.fixture
def soon() -> Iterator[pytest.MonkeyPatch]:
    """Have a Redis that says nothing be noticed soon, until this is undone: one that is busy may be late."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redis_hub, "QUIET_SECONDS", 0.1)
        yield patch


async def heals(two: list[Process]) -> None:
    """Wait until both hubs are healthy and deliver each other's ops."""
    for each in two:
        await until(each.hub.healthy)
    for number, (one, other) in enumerate([two, two[::-1]]):
        one.hub.publish("room:a", {"n": 100 + number})
        await until(lambda other=other, number=number: other.has(100 + number))
    assert [sum(op["n"] >= 100 for op in each.inbox.of("room:a")) for each in two] == [2, 2], "nothing comes twice"


JUNK = {
    "not JSON": b"now then",
    "binary": bytes(range(256)),
    "nothing": b"",
    "another shape": b'{"t": "message"}',
    "no sender": b'[{"t": "message"}]',
    "no ops": b'["me", 1, "x", null]',
    "half a text": b'["me", {"t": "\\ud83c',
    "half a character": b'["me", {"t": "typing", "user": "\\uDfff"}]',
    "too deep": b"[" * 100_000,
    "too long": json.dumps(["me", {"t": "x" * MESSAGE_MAX}]).encode(),
}


async def test_invalid_message_from_redis_is_skipped(
    two: list[Process], server: RedisServer, capsys: pytest.CaptureFixture[str]
):
    with Redis.from_url(server.url) as redis:
        for junk in JUNK.values():
            redis.publish(f"{PREFIX}room:a", junk)
        redis.publish(PREFIX.encode() + b"\xff\xfe", b'["me", {"t": "x"}]')
    await heals(two)
    assert [each.missed for each in two] == [0, 0]
    assert capsys.readouterr().out.count("hub_message_skipped") == 2 * (len(JUNK) + 1)


@pytest.mark.parametrize("value", ["x" * MESSAGE_MAX, object()], ids=["too long", "no JSON"])
async def test_receivers_catch_up_after_unsendable_op(two: list[Process], value: object):
    for op in ({"n": 1}, {"n": 2, "value": value}, {"n": 3}):
        two[0].hub.publish("room:a", op)
    await until(lambda: two[1].inbox.of("room:a") == [{"n": 1}, RESYNC, {"n": 3}])
    assert two[1].missed == 0


async def test_too_long_batch_is_sent_in_parts(patient: None, two: list[Process]):
    ops = [{"n": n, "text": "x" * (MESSAGE_MAX // 4)} for n in range(14)]
    for op in ops:
        two[0].hub.publish("room:a", op)
    await until(lambda: two[1].inbox.of("room:a") == ops, 30)  # some megabytes


@pytest.mark.parametrize("fault", ["killed", "frozen", "subscriptions killed"])
async def test_a_fault_of_redis_is_noticed_and_heals(
    two: list[Process], server: RedisServer, fault: str, soon: pytest.MonkeyPatch
):
    if fault == "subscriptions killed":
        with Redis.from_url(server.url) as redis:
            redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    else:
        {"killed": server.stop, "frozen": server.freeze}[fault]()
        two[0].hub.publish("room:a", {"n": 1})
        await until(lambda: two[0].has(1))  # this process's own
        for each in two:
            await until(lambda each=each: not each.hub.hears)
            assert not await each.hub.healthy()
        {"killed": server.start, "frozen": server.thaw}[fault]()
    for each in two:
        await until(lambda each=each: each.missed)
    soon.undo()
    await heals(two)


@pytest.mark.parametrize("how", ["stalled", "cut"])
async def test_disconnected_process_notifies_the_others(
    two: list[Process], gate: Gate, how: str, soon: pytest.MonkeyPatch
):
    {"stalled": gate.stall, "cut": gate.cut}[how]()
    two[0].hub.publish("room:a", {"n": 1})
    await until(lambda: two[0].has(1))
    await until(lambda: not two[0].hub.hears)
    two[1].hub.publish("room:a", {"n": 2})
    await until(lambda: two[1].has(2))
    assert await two[1].hub.healthy()
    gate.mend()
    for each in two:
        await until(lambda each=each: each.missed)
    soon.undo()
    await heals(two)


@pytest.mark.parametrize("name", ["hub", "hub-sender", "hub-listener"])
async def test_a_task_that_dies_is_begun_again(two: list[Process], name: str, capsys: pytest.CaptureFixture[str]):
    for task in asyncio.all_tasks():
        if task.get_name() == name:
            task.cancel()
    for each in two:
        await until(lambda each=each: unhealthy(each.hub))
    await heals(two)
    assert "task_ended" in capsys.readouterr().out
