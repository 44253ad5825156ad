"""A server of HTTP that answers with just these bytes, in the test's own loop."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

Step = bytes | str | tuple[bytes, float]
"""Bytes to send; `stay` until the client leaves, or `abort`; or bytes again and again, at intervals in seconds."""

DEFAULT: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class RawServer:
    """`async with RawServer({"/": (b"HTTP/1.1 …",)}) as server`; the path `*` is for all others. `heads` came in."""

    def __init__(self, answers: Mapping[str, tuple[Step, ...]]) -> None:
        self.answers = dict(answers)
        self.heads: list[str] = []
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "RawServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            length = next((line for line in head.lower().split("\r\n") if line.startswith("content-length:")), ":0")
            await reader.readexactly(int(length.partition(":")[2]))
            path = head.split(" ")[1]
            for step in self.answers.get(path, self.answers.get("*", (DEFAULT,))):
                await self._take(step, reader, writer)
        writer.close()

    async def _take(self, step: Step, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if step == "stay":
            await reader.read()
        elif step == "abort":
            writer.transport.abort()
        elif isinstance(step, tuple):
            while True:
                writer.write(step[0])
                await writer.drain()
                await asyncio.sleep(step[1])
        elif isinstance(step, bytes):
            writer.write(step)
            await writer.drain()


def answer(body: bytes = b"", kind: str = "application/json", head: str = "200 OK") -> bytes:
    """An answer; `head` may have further headers."""
    return f"HTTP/1.1 {head}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + body


class SessionServer(RawServer):
    """A server of MCP, of the version with sessions, that never ends a call, nor the session: it sends blank events."""

    def __init__(self) -> None:
        super().__init__({})
        self.called = asyncio.Event()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), ":0")
            asked = json.loads(await reader.readexactly(int(length.partition(":")[2])) or b"{}")
            for step in self._steps(asked.get("method"), asked.get("id")):
                await self._take(step, reader, writer)
        writer.close()

    def _steps(self, method: str | None, id_: object) -> tuple[Step, ...]:
        if method == "initialize":
            about = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "x", "version": "1"}}
            body = json.dumps({"jsonrpc": "2.0", "id": id_, "result": about}).encode()
            return (answer(body, head="200 OK\r\nMcp-Session-Id: one"),)
        if method and method.startswith("notifications/"):
            return (answer(head="202 Accepted\r\nContent-Length: 0"),)
        if method == "server/discover":
            return (DEFAULT,)
        if method == "tools/call":
            self.called.set()
        return answer(kind="text/event-stream"), (b": \n\n", 0.02)
