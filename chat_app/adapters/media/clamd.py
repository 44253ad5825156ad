"""Ask ClamAV's clamd whether a file has a virus: its command ``INSTREAM``."""

import asyncio
import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

import structlog

from chat_app.core.files.errors import ScannerAway

CONNECT_SECONDS: Final = 5.0
SCAN_SECONDS: Final = 120.0
"""The seconds that sending a file and its scan may take together."""

_PIECE: Final = 256 * 1024
_ANSWER_MAX: Final = 4096
_SIZE: Final = struct.Struct(">I")

_log: Final = structlog.get_logger(__name__)


class Clamd:
    """A client of one clamd, at ``tcp://host:port`` or ``unix:/path``.

    Its ``StreamMaxLength`` limits the size of files.
    """

    def __init__(self, url: str, *, seconds: float = SCAN_SECONDS) -> None:
        self._url = urlsplit(url)
        self._seconds = seconds

    async def scan(self, path: Path) -> str | None:
        """Return the name of the virus in a file, or ``None``.

        Raises ``ScannerAway`` for every other outcome: a file never passes because its scan has failed.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await self._connect()
        except OSError as error:  # TimeoutError is one
            raise self._away(repr(error)) from None
        try:
            async with asyncio.timeout(self._seconds):
                return self._verdict(await _answer_about(path, reader, writer))
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise self._away(repr(error)) from None
        finally:
            writer.transport.abort()  # not closed gracefully: that would wait for a blocked scanner to read
            with suppress(OSError):
                await writer.wait_closed()

    async def version(self) -> str:
        """Return the scanner's name and version. Raises ``ScannerAway``."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await self._connect()
                try:
                    writer.write(b"zVERSION\0")
                    return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace")
                finally:
                    writer.transport.abort()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise self._away(repr(error)) from None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._url.scheme == "unix":
            return await asyncio.open_unix_connection(self._url.path, limit=_ANSWER_MAX)
        return await asyncio.open_connection(self._url.hostname, self._url.port, limit=_ANSWER_MAX)

    def _verdict(self, answer: str) -> str | None:
        """Return the result in an answer: ``stream: OK``, ``stream: NAME FOUND``, or an error."""
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return None
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND")
        raise self._away(answer)

    def _away(self, why: str) -> ScannerAway:
        _log.warning("scanner_away", why=why)
        return ScannerAway()


async def _answer_about(path: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Send a file piece by piece, and return the answer. An early answer ends the sending."""
    answering = asyncio.ensure_future(reader.readuntil(b"\0"))
    try:
        with await asyncio.to_thread(path.open, "rb") as file, suppress(ConnectionError):  # why is read below
            await _send(file, writer, answering)
        return (await answering)[:-1].decode("utf-8", "replace")
    finally:
        answering.cancel()


async def _send(file: BinaryIO, writer: asyncio.StreamWriter, answering: asyncio.Future[bytes]) -> None:
    writer.write(b"zINSTREAM\0")
    while not answering.done() and (piece := await asyncio.to_thread(file.read, _PIECE)):
        writer.write(_SIZE.pack(len(piece)))
        writer.write(piece)
        await writer.drain()
    writer.write(_SIZE.pack(0))
    await writer.drain()
