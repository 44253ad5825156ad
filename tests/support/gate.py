"""The network between a browser and the server: a TCP relay that a test can stall and cut."""

import asyncio
from contextlib import suppress
from types import TracebackType

from tests.support.ports import free_port

LEFT: list[int] = []
"""Ports of gates that are closed: browsers know the files that came from there."""


class Gate:
    """Relays to a port of this machine from a port of its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = True
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._stranded: list[asyncio.Event] = []
        self.mend()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Gate":
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", LEFT.pop() if LEFT else free_port())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        for flowing in (self._up, self._down, *self._stranded):
            flowing.set()
        LEFT.append(self.port)

    def stall(self, *, up: bool = True, down: bool = True) -> None:
        """Carry nothing on towards the server (`up`) or the browser (`down`); neither notices."""
        if up:
            self._up.clear()
        if down:
            self._down.clear()

    def strand(self) -> None:
        """Carry nothing more on the connections that stand, of which neither end learns; new ones are as usual."""
        self.stall()
        self._stranded += [self._up, self._down]
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self.mend()

    def cut(self, *, accepting: bool = False) -> None:
        """Drop every connection with the data on its way, and accept no new ones unless told to."""
        self._open = accepting
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Carry again, and let connections in."""
        self._open = True
        self._up.set()
        self._down.set()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        try:
            behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, behind_writer}
        self._writers |= ends
        if not self._open:  # it was cut while the connection behind was made
            self.cut()
        with suppress(OSError):
            await asyncio.gather(_pump(reader, behind_writer, self._up), _pump(behind_reader, writer, self._down))
        self._writers -= ends


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
    while data := await source.read(65536):
        await flowing.wait()
        sink.write(data)
        await sink.drain()
    sink.close()
