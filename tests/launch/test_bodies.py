"""A body whose length was announced is read as it comes; all else in small slices, which are counted."""

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chat_app.launch.connections.requests import SLICE, Requests
from tests.launch.test_connections import HOST, Place, ended
from tests.support.waiting import until

BODY = b"x" * 100_000
CLOSE = b"Connection: close\r\n"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the pieces for the parser."""
    lengths = list[int]()
    parse = HttpToolsProtocol.data_received

    def noted(protocol: HttpToolsProtocol, data: bytes) -> None:
        lengths.append(len(data))
        parse(protocol, data)

    monkeypatch.setattr(HttpToolsProtocol, "data_received", noted)
    return lengths


async def answered(sent: bytes, *more: bytes) -> bytes:
    """Have one connection read this, each in one piece, and return what it answers until it is closed."""
    async with Place() as place:
        reader, writer = await place.connect()
        await until(lambda: place.connections == 1)
        [protocol] = place.open
        assert isinstance(protocol, Requests)
        for piece in (sent, *more):
            protocol.data_received(piece)
        answer = await ended(reader)
        writer.close()
        return answer


def post(*headers: bytes) -> bytes:
    return b"".join((b"POST / HTTP/1.1\r\n", HOST, CLOSE, *headers, b"\r\n"))


async def test_announced_body_is_read_at_once(read: list[int]):
    head = post(b"Content-Length: 100000\r\n")
    answer = await answered(head, BODY[:70_000], BODY[70_000:])
    assert answer.endswith(b"\r\n\r\n100000")
    assert read == [len(head), 70_000, 30_000]


async def test_body_that_comes_with_its_head_is_read_at_once_after_the_first_slice(read: list[int]):
    head = post(b"Content-Length: 100000\r\n")
    answer = await answered(head + BODY)
    assert answer.endswith(b"\r\n\r\n100000")
    assert read == [SLICE, len(head) + len(BODY) - SLICE]


async def test_next_request_is_read_apart_from_the_body_before_it(read: list[int]):
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n"
    following = post(b"Content-Length: 3\r\n") + b"abc"
    answer = await answered(head, BODY + following)
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.endswith(b"\r\n\r\n3")
    assert read == [len(head), len(BODY), len(following)]


async def test_body_of_no_announced_length_is_read_in_slices(read: list[int]):
    head, chunk = post(b"Transfer-Encoding: chunked\r\n"), b"186a0\r\n" + BODY + b"\r\n0\r\n\r\n"
    answer = await answered(head, chunk)
    assert answer.endswith(b"\r\n\r\n100000")
    assert max(read) == SLICE


async def test_announcement_ends_with_its_request(read: list[int]):
    """What follows a head is judged by that head alone, not by the one before it."""
    first = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    answer = await answered(first, b"GET / HTTP/1.1\r\n" + HOST + b"a: " + b"b" * 20_000 + b"\r\n" + CLOSE + b"\r\n")
    assert answer.count(b"HTTP/1.1 200") == 2
    assert max(read) == SLICE
