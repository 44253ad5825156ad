"""Scanning for viruses: by a real clamd, and by servers that answer wrongly, late or not at all."""

import asyncio
import shutil
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chat_app.adapters.media import clamd
from chat_app.adapters.media.clamd import Clamd
from chat_app.core.files.errors import ScannerAway
from tests.support.ports import free_port

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner takes for a virus. In two parts, so that none takes this one for it."""

SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test\n"
STREAM_MAX = 1024 * 1024


@pytest.fixture(scope="module")
def real() -> Iterator[list[str]]:
    """The addresses of a clamd which knows one virus."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("there is no clamd here (Debian: clamav-daemon)")
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "eicar.hdb").write_text(SIGNATURE)
        options = {
            "Foreground": "yes",
            "LocalSocket": folder / "clamd.ctl",
            "TCPSocket": port,
            "TCPAddr": "127.0.0.1",
            "DatabaseDirectory": folder,
            "StreamMaxLength": STREAM_MAX,
        }
        (folder / "clamd.conf").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
        process = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert any("Self checking" in line or "Unix socket file" in line for line in process.stdout), "it has ended"
        yield [f"tcp://127.0.0.1:{port}", f"unix:{folder}/clamd.ctl"]
        process.terminate()
        process.wait()


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"hello")
    return path


@pytest.mark.parametrize("way", [0, 1], ids=["tcp", "unix"])
async def test_a_real_scanner_finds_a_virus_and_passes_the_rest(real: list[str], path: Path, way: int):
    scanner = Clamd(real[way])
    assert await scanner.scan(path) is None
    put(path, EICAR)
    assert await scanner.scan(path) == "Eicar-Test.UNOFFICIAL"
    put(path, b"")
    assert await scanner.scan(path) is None


async def test_a_file_that_is_too_large_for_a_real_scanner_does_not_pass(real: list[str], path: Path):
    put(path, b"x" * (STREAM_MAX * 8))
    with pytest.raises(ScannerAway):
        await Clamd(real[0]).scan(path)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(handle: Handler) -> AsyncIterator[str]:
    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handle(reader, writer)
        writer.close()

    server = await asyncio.start_server(handled, "127.0.0.1", 0)
    try:
        yield "tcp://{}:{}".format(*server.sockets[0].getsockname())
    finally:
        server.close()


async def received(reader: asyncio.StreamReader) -> bytes:
    """The data that a client sends by INSTREAM."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    data = b""
    while size := struct.unpack(">I", await reader.readexactly(4))[0]:
        data += await reader.readexactly(size)
    return data


async def test_a_file_is_sent_whole_and_in_pieces(path: Path):
    sent = bytes(range(256)) * 5000
    put(path, sent)
    got = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await received(reader))
        writer.write(b"stream: Some.Virus-1 FOUND\0")

    async with served(handle) as url:
        assert await Clamd(url).scan(path) == "Some.Virus-1"
    assert got == [sent]


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK",
        b"stream: NOT OK\0",
        b"OK maybe\0",
        b"\0",
        b"",
        b"x" * 10_000,
        b"\xff\xfe\0",
    ],
)
async def test_no_other_answer_lets_a_file_pass(path: Path, answer: bytes):
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await received(reader)
        writer.write(answer)

    async with served(handle) as url:
        with pytest.raises(ScannerAway):
            await Clamd(url).scan(path)


async def test_a_scanner_that_never_answers_is_away(path: Path):
    done = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()

    async with served(handle) as url:
        with pytest.raises(ScannerAway):
            await Clamd(url, seconds=0.1).scan(path)
        done.set()


async def test_a_scanner_that_reads_nothing_is_away(path: Path):
    put(path, bytes(20_000_000))
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        async with asyncio.timeout(10):
            with pytest.raises(ScannerAway):
                await Clamd("tcp://{}:{}".format(*frozen.getsockname()), seconds=0.1).scan(path)


async def test_a_scanner_that_hangs_up_is_away(path: Path):
    put(path, bytes(5_000_000))

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(20)
        writer.transport.abort()

    async with served(handle) as url:
        with pytest.raises(ScannerAway):
            await Clamd(url).scan(path)


async def test_unreachable_scanner_is_away(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        for url in (f"tcp://127.0.0.1:{port}", f"unix:{tmp_path}/none"):
            with pytest.raises(ScannerAway):
                await Clamd(url).scan(path)
    monkeypatch.setattr(clamd, "CONNECT_SECONDS", 0.0)
    with pytest.raises(ScannerAway):
        await Clamd("tcp://127.0.0.1:1").scan(path)
