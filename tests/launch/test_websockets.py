"""Websockets that send too much, or read nothing."""

import gc
from weakref import ref

import pytest

from chat_app.launch.connections.websockets import SENT, WebSocket
from tests.launch.served import Place, ended, trickle
from tests.support.waiting import until


def frame(opcode: int, data: bytes = b"", *, final: bool = True) -> bytes:
    """A short frame as a client sends it, masked with nothing."""
    return bytes([final << 7 | opcode, 0x80 | len(data)]) + bytes(4) + data


async def test_client_that_does_not_read_is_disconnected_even_if_it_sends(place: Place):
    _, writer = await place.websocket(b"/stalled")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await trickle(writer, frame(9, b"x" * 100), 300)
    assert not place.connections


async def test_ping_that_is_not_read_ends_the_websocket():
    async with Place(ping_seconds=0.5) as place:
        _, writer = await place.websocket(b"/stalled")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: not place.connections)
        writer.transport.abort()


FLOODS = {
    "texts": frame(1, b"42"),
    "binaries": frame(2, b"42"),
    "pings": frame(9, b"ping"),
    "pongs": frame(10, b"pong"),
    "empty fragments": frame(0, final=False),
}


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_of_frames_ends_the_websocket(place: Place, kind: str):
    reader, writer = await place.websocket()
    begin = frame(1, b"42", final=False) if "fragments" in kind else b""
    writer.write(begin + FLOODS[kind] * int(SENT.burst * 1.2))
    answered = await ended(reader)
    assert answered.count(b"42") < SENT.burst


async def test_closed_websocket_needs_no_garbage_collector(place: Place):
    _, writer = await place.websocket()
    [connection] = [each for each in place.open if isinstance(each, WebSocket)]
    gone = ref(connection)
    gc.collect()
    gc.disable()
    try:
        del connection
        writer.close()
        await until(lambda: gone() is None)
    finally:
        gc.enable()


async def test_flood_of_bytes_ends_the_websocket(place: Place):
    reader, writer = await place.websocket()
    large = 2**20 - 100
    writer.write((b"\x81\xff" + large.to_bytes(8) + bytes(4) + b"x" * large) * 10)
    assert len(await ended(reader)) < 10 * large


async def test_busy_tab_keeps_its_websocket(place: Place):
    reader, writer = await place.websocket()
    for number in range(int(SENT.burst * 0.6)):
        writer.write(frame(1, b"%06d" % number))
    assert (await reader.readuntil(b"%06d" % number)).endswith(b"%06d" % number)
    assert place.connections == 1
