"""The log of the staff at a syslog server."""

import asyncio
import json
import re
import socket
from datetime import UTC, datetime

import pytest

from chat_app.adapters.audit.syslog import SyslogAudit, message_of
from chat_app.core.audit.events import Audited
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.ids import new_id


def entry(reason: str = "Spam\n愛") -> Audited:
    actor = Person(new_id(), "grace", "Grace", "teal")
    at = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    return Audited(new_id(), at, actor, "suspend_user", new_id(), None, None, None, {"reason": reason})


def test_a_message_is_one_of_rfc_5424():
    message = message_of(entry())
    head = r"<109>1 2026-11-28T09:00:00\.000\+00:00 \S+ parley \d+ suspend_user - (\{.*\})"
    found = re.fullmatch(head, message)
    assert found
    assert message.isascii()
    assert json.loads(found[1])["details"] == {"reason": "Spam\n愛"}


async def test_entries_arrive_by_datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        audit = SyslogAudit(f"udp://127.0.0.1:{server.getsockname()[1]}")
        await audit(object())  # which is not an entry
        await audit(sent := entry())
        received = await asyncio.to_thread(server.recv, 65_536)
        assert received.decode() == message_of(sent)
        await audit.stop()


async def test_entries_arrive_in_a_stream_with_their_lengths():
    got: asyncio.Queue[bytes] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = await reader.readuntil(b" ")
        got.put_nowait(await reader.readexactly(int(length)))
        writer.close()  # the next one needs another connection, or is told as lost

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        audit = SyslogAudit(f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await audit(sent := entry())
        assert (await asyncio.wait_for(got.get(), 20)).decode() == message_of(sent)
        await audit.stop()


@pytest.mark.parametrize("scheme", ["udp", "tcp", "tls"])
async def test_a_server_that_is_away_disturbs_nobody(scheme: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening
        audit = SyslogAudit(f"{scheme}://127.0.0.1:{taken.getsockname()[1]}")
        for _ in range(3):
            await audit(entry())
        await audit.stop()
