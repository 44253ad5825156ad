"""What waits for a socket that does not read."""

import asyncio

import pytest
from engineio.packet import MESSAGE, PING, Packet

from chat_app.ui.transport.backlog import BUDGET, Backlog, FeedPacket

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


async def test_who_waits_for_the_end_of_the_queue_waits_for_nothing_dropped(it: Socket):
    for _ in range(ROOMY // 10_000):
        it.backlog.put_nowait(FeedPacket(MESSAGE, "x" * 10_000))
    await it.take()
    await asyncio.wait_for(it.backlog.join(), 5)
