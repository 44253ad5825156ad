"""The limits of event sockets."""

import asyncio
import gc
from dataclasses import replace
from typing import Any
from weakref import ref

import pytest
from starlette.types import Receive, Scope, Send

from chat_app.api.app import mount
from chat_app.api.middleware.event_socket import OPENED
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.policy import Policy
from tests.api.conftest import ORIGIN, Clients
from tests.support.factory import Factory


class Sockets:
    """Opens event sockets, which stay open until they are closed."""

    def __init__(self, parts: Runtime) -> None:
        self._app = mount(self._stay, parts)
        self._cookie = parts.auth.cookie
        self._open: dict[asyncio.Task[None], asyncio.Event] = {}

    async def _stay(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        current = asyncio.current_task()
        assert current
        closed = self._open[current] = asyncio.Event()
        await closed.wait()

    async def open(self, token: str = "", address: str = "192.0.2.1", path: str = "/_event") -> int:
        """Return the status of another handshake: 101 where it is admitted."""
        said: asyncio.Queue[Any] = asyncio.Queue()

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        headers = [
            (b"host", b"parley.test"),
            (b"origin", ORIGIN.encode()),
            (b"cookie", f"{self._cookie}={token}".encode()),
        ]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
        task = asyncio.create_task(self._app(scope | {"client": (address, 1)}, receive, said.put))
        first = await said.get()
        if first["type"] == "websocket.accept":
            return 101
        await task
        if first["status"] == 429:
            assert dict(first["headers"])[b"retry-after"] == b"60"
        return int(first["status"])

    async def close(self, number: int) -> None:
        """Close some of the open sockets."""
        for task in list(self._open)[:number]:
            self._open.pop(task).set()
            await task


@pytest.fixture
async def sockets(parts: Runtime) -> Any:
    sockets = Sockets(parts)
    yield sockets
    await sockets.close(1000)


async def test_a_person_has_so_many_sockets_at_once_wherever_they_are(sockets: Sockets, make: Factory):
    (_, aiko), (_, ben) = await make.signed_in(), await make.signed_in()
    for number in range(Policy().tabs_person):
        assert await sockets.open(aiko, f"198.51.100.{number}") == 101
    assert await sockets.open(aiko) == 429
    assert await sockets.open(ben) == 101
    await sockets.close(1)
    assert await sockets.open(aiko) == 101
    assert await sockets.open(aiko) == 429


async def test_sockets_that_come_at_once_are_no_more(
    sockets: Sockets, parts: Runtime, make: Factory, monkeypatch: pytest.MonkeyPatch
):
    _, aiko = await make.signed_in()
    parts.work.policy = replace(parts.work.policy, tabs_person=5)
    hit, come = parts.work.limiter.hit, asyncio.Barrier(5)

    async def hit_elsewhere(*args: Any) -> bool:
        await come.wait()  # counters of Redis take their time
        return await hit(*args)

    monkeypatch.setattr(parts.work.limiter, "hit", hit_elsewhere)
    assert sorted(await asyncio.gather(*(sockets.open(aiko) for _ in range(8)))) == [101] * 5 + [429] * 3


async def test_strangers_at_one_address_have_so_many_sockets_at_once(sockets: Sockets, make: Factory):
    _, aiko = await make.signed_in()
    for attempt in range(Policy().tabs_address):
        assert await sockets.open("forged" * (attempt % 2)) == 101
    assert await sockets.open() == 429
    assert await sockets.open(address="192.0.2.2") == 101
    assert await sockets.open(aiko) == 101, "who has signed in is counted for themselves"


async def test_the_sites_admins_set_the_limits_and_a_refused_page_learns_why(
    sockets: Sockets, clients: Clients, parts: Runtime, make: Factory
):
    _, aiko = await make.signed_in()
    parts.work.policy = replace(parts.work.policy, tabs_person=5, tabs_address=10)
    assert [await sockets.open(aiko) for _ in range(6)] == [101] * 5 + [429]
    assert [await sockets.open() for _ in range(11)] == [101] * 10 + [429]
    assert (await clients(aiko).get("tabs")).json() == {"open": 5, "most": 5}
    assert (await clients().get("tabs")).json() == {"open": 10, "most": 10}
    assert (await clients(address="192.0.2.9").get("tabs")).json() == {"open": 0, "most": 10}
    parts.work.policy = replace(parts.work.policy, tabs_person=6)
    assert await sockets.open(aiko) == 101


async def test_the_hosts_of_one_network_are_one_stranger(sockets: Sockets):
    for number in range(Policy().tabs_address):
        assert await sockets.open(address=f"2001:db8:1:2::{number:x}") == 101
    assert await sockets.open(address="2001:db8:1:2:ffff::1") == 429


async def test_sockets_are_opened_only_so_often(sockets: Sockets, parts: Runtime):
    for _ in range(OPENED.amount):
        await parts.work.limiter.hit(OPENED, "192.0.2.1")
    assert await sockets.open() == 429
    assert await sockets.open(address="192.0.2.2") == 101


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/_event/../", "/_events", "/r/_event"])
async def test_socket_at_another_path_is_refused(sockets: Sockets, path: str):
    assert await sockets.open(path=path) == 404


@pytest.mark.parametrize("packet", ["", "x", "2probe", "4", "4[[[[", '451-/_event,["e"]', "43/_event,1[]", b"bytes"])
async def test_a_packet_that_no_page_sends_ends_the_connection(parts: Runtime, packet: str | bytes):
    heard = await hear(parts, packet)
    assert heard["type"] == "websocket.disconnect"


@pytest.mark.parametrize("packet", ["1", "3", "40/_event,", "41/_event,", '42/_event,["event",{}]'])
async def test_packets_of_pages_arrive(parts: Runtime, packet: str):
    assert (await hear(parts, packet))["text"] == packet


async def test_ended_socket_holds_no_connection(parts: Runtime):
    kept: list[Receive] = []

    async def keep(scope: Scope, receive: Receive, send: Send) -> None:
        kept.append(receive)

    class Connection:
        async def __call__(self) -> Any:
            raise AssertionError

    connection, said = Connection(), asyncio.Queue[Any]()
    gone = ref(connection)
    headers = [(b"host", b"parley.test"), (b"origin", ORIGIN.encode())]
    scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": headers, "subprotocols": []}
    await mount(keep, parts)(scope | {"client": ("192.0.2.1", 1)}, connection, said.put)
    del connection
    gc.collect()
    assert kept
    assert gone() is None


async def hear(parts: Runtime, packet: str | bytes) -> Any:
    """Return the event socket's input for a packet, behind all guards."""
    sent = {"type": "websocket.receive", "bytes" if isinstance(packet, bytes) else "text": packet}
    heard = []

    async def receive() -> Any:
        return sent

    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(await receive())

    headers = [(b"host", b"parley.test"), (b"origin", ORIGIN.encode())]
    scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": headers, "client": ("::1", 1)}
    await mount(listen, parts)(scope, receive, lambda _: asyncio.sleep(0))
    return heard[0]
