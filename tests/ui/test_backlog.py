"""The packets that wait for a socket that does not read."""

import asyncio

import pytest
from engineio.packet import MESSAGE, PING, Packet
from hypothesis import given
from hypothesis import strategies as st

from chat_app.ui.transport.sockets.backlog import BUDGET, HELD_MAX, Backlog, FeedPacket, frame_of

CAUGHT_UP = FeedPacket(MESSAGE, "resync")
ROOMY = 20 * BUDGET


class Socket:
    """The backlog of one, and who has been given up."""

    def __init__(self) -> None:
        self.given_up: list[Backlog] = []
        self.backlog = Backlog(lambda: CAUGHT_UP, self.given_up.append)

    async def take(self) -> list[Packet]:
        """Take all, as Engine.IO does."""
        taken = [await self.backlog.get()]
        self.backlog.task_done()
        while not self.backlog.empty():
            taken.append(self.backlog.get_nowait())
            self.backlog.task_done()
        return taken

    def held(self) -> int:
        """Bytes that wait."""
        return sum(len(packet.data or "") for packet in self.backlog._queue)


@pytest.fixture
async def it() -> Socket:
    return Socket()


@pytest.mark.parametrize("size", [100, 10_000, 400_000])
async def test_feed_is_dropped_beyond_the_budget(it: Socket, size: int):
    for _ in range(ROOMY // size):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * size))
        assert it.held() <= BUDGET + size
    assert not it.given_up


async def test_wide_letters_count_for_what_they_take(it: Socket):
    for _ in range(ROOMY // 4000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "🎉" * 1000))
        assert it.held() <= BUDGET / 4 + 1000


async def test_reader_who_comes_back_catches_up_once(it: Socket):
    for number in range(ROOMY // 10_000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, f"{number}".ljust(10_000)))
    assert [packet.data for packet in await it.take()] == ["resync"]
    it.backlog.put_nowait(FeedPacket(MESSAGE, "new"))
    assert [packet.data for packet in await it.take()] == ["new"]


async def test_reader_who_keeps_up_gets_everything(it: Socket):
    for _ in range(ROOMY // 100_000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * 100_000))
        [packet] = await it.take()
        assert len(packet.data) == 100_000


async def test_one_packet_may_be_larger_than_the_budget(it: Socket):
    it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * 2 * BUDGET))
    assert len(await it.take()) == 1


async def test_pages_own_packets_are_kept_in_order(it: Socket):
    it.backlog.put_nowait(Packet(MESSAGE, "first"))
    for _ in range(ROOMY // 10_000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * 10_000))
    it.backlog.put_nowait(Packet(PING))
    it.backlog.put_nowait(Packet(MESSAGE, "second"))
    it.backlog.put_nowait(None)
    taken = await it.take()
    assert [packet and packet.data for packet in taken] == ["first", None, "second", None, "resync"]
    assert not it.given_up


async def test_connection_with_too_much_that_cannot_be_dropped_is_given_up(it: Socket):
    for _ in range(BUDGET // 10_000 + 2):
        it.backlog.put_nowait(Packet(MESSAGE, "x" * 10_000))
    assert it.given_up == [it.backlog]


async def test_waiting_for_the_end_of_the_queue_ends_although_packets_are_dropped(it: Socket):
    for _ in range(ROOMY // 10_000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * 10_000))
    await it.take()
    await asyncio.wait_for(it.backlog.join(), 30)


class Wire:
    """A websocket that takes frames until it is paused."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self.on_writable = None
        self.written: list[str] = []

    def write(self, frame: bytes) -> None:
        """Keep the data of the packet in a frame."""
        assert self.writable.is_set()
        with_header = frame[2:] if frame[1] < 126 else frame[4:] if frame[1] == 126 else frame[10:]
        self.written.append(with_header[1:].decode().rstrip())

    def resume(self) -> None:
        """Take frames again."""
        self.writable.set()
        self.on_writable()


STEPS = st.lists(
    st.tuples(st.sampled_from(["feed", "page", "pause", "resume", "open"]), st.integers(1, BUDGET)), max_size=40
)


@given(STEPS)
def test_any_mix_of_written_and_waiting_packets_arrives_in_order(steps: list[tuple[str, int]]):
    asyncio.run(_arrives_in_order(steps))


async def _arrives_in_order(steps: list[tuple[str, int]]) -> None:
    wire = Wire()
    backlog = Backlog(lambda: CAUGHT_UP, lambda _: None)
    put: list[str] = []
    opened = False
    for kind, size in [*steps, ("open", 0)]:
        if kind in ("feed", "page"):
            put.append(f"{kind} {len(put)}")
            backlog.put_nowait((FeedPacket if kind == "feed" else Packet)(MESSAGE, put[-1].ljust(size)))
        elif kind == "pause":
            wire.writable.clear()
        elif not opened and kind == "open":
            opened = True
            backlog.open(wire)
        elif opened:
            wire.resume()
    wire.resume()
    missing = [data for data in put if data not in wire.written]
    assert [data for data in wire.written if data != "resync"] == [data for data in put if data not in missing]
    assert all(data.startswith("feed") for data in missing)
    if missing:  # then the tab is told to catch up, after the last one that it missed
        after = wire.written[::-1].index("resync")
        assert all(put.index(data) > put.index(missing[-1]) for data in wire.written[len(wire.written) - after :])
    backlog.close()
    assert wire.on_writable is None


async def test_packets_of_channels_wait_for_the_snapshot(it: Socket):
    it.backlog.hold()
    it.backlog.put_from_channel(FeedPacket(MESSAGE, "op"))
    it.backlog.put_nowait(FeedPacket(MESSAGE, "snapshot"))
    it.backlog.release()
    it.backlog.put_from_channel(FeedPacket(MESSAGE, "later"))
    assert [packet.data for packet in await it.take()] == ["snapshot", "op", "later"]


async def test_too_many_packets_while_a_snapshot_is_read_make_a_tab_catch_up(it: Socket):
    it.backlog.hold()
    for _ in range(HELD_MAX + 1):
        it.backlog.put_from_channel(FeedPacket(MESSAGE, "op"))
    it.backlog.release()
    assert [packet.data for packet in await it.take()] == ["resync"]


def test_lone_surrogate_in_a_state_does_not_stop_a_packet():
    packet = Packet(MESSAGE, '2["event","\ud800"]')
    assert frame_of(packet).endswith(b'2["event","?"]')
