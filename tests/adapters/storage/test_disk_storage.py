"""The particular properties of the storage on disk: it serves files itself, and leaves no partial files."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chat_app.adapters.storage.disk_folder import PartialFile
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.adapters.storage.parts import PART
from chat_app.api.serving import receiving
from chat_app.core.files.storage.ports import Presentation
from tests.adapters.storage.conftest import Web
from tests.adapters.storage.places import Disk
from tests.api.expect import error
from tests.support.waiting import until

pytestmark = pytest.mark.slow

HELLO = b"hello, files"
SHOWN = Presentation("text/html", "page.html", inline=True)


@pytest.fixture
async def web(disk: Disk) -> AsyncIterator[Web]:
    web = Web(disk.url)
    yield web
    await web.close()


async def kept(disk: Disk, key: str, body: bytes = HELLO) -> str:
    own = disk.folder.with_name("own")
    own.write_bytes(body)
    await disk.storage.keep(own, key, "text/html")
    return disk.storage.url(key, SHOWN, 60)


def left(disk: Disk) -> set[str]:
    """Return the names of all files; the folders come with the first request."""
    return {path.name for name in ("objects", "parts", "drafts") for path in (disk.folder / name).glob("*")}


async def test_nothing_in_a_file_runs_as_the_site(disk: Disk, web: Web, key: str):
    headers = (await web.get(await kept(disk, key))).headers
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert 0 < int(headers["cache-control"].removeprefix("private, max-age=")) <= 60


async def test_head_conditional_and_range_requests_are_answered(disk: Disk, web: Web, key: str):
    url = await kept(disk, key)
    head = await web.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "12")
    tag = head.headers["etag"]
    assert (await web.get(url, If_None_Match=tag)).status_code == 304
    assert (await web.get(url, Range="bytes=0-4", If_Range=tag)).status_code == 206
    for other in ('"other"', "Sat, 28 Nov 2026 00:00:00 GMT"):
        assert (await web.get(url, Range="bytes=0-4", If_Range=other)).status_code == 200
    for whole in ("bytes=4-0", "bytes=0-1,3-4", "lines=0-1", "bytes=-", "bytes=a-b"):
        assert (await web.get(url, Range=whole)).content == HELLO
    beyond = await web.get(url, Range="bytes=-0")
    error(beyond, 416, "malformed_request")
    assert beyond.headers["content-range"] == "bytes */12"


@pytest.mark.parametrize("path", ["", "x", "x.y", "..%2f..%2fetc%2fpasswd", "é.é", "." * 2000])
async def test_unsigned_address_is_not_found(disk: Disk, web: Web, path: str):
    for answer in (await web.get(f"/files/{path}"), await web.put(f"/files/{path}", b"x")):
        assert error(answer, 404, "not_found") == {}


async def test_an_address_of_another_site_opens_nothing(disk: Disk, web: Web, key: str, tmp_path: Path):
    await kept(disk, key)
    other = DiskStorage(tmp_path / "other", b"another key" * 3)
    assert (await web.get(other.url(key, SHOWN, 60))).status_code == 404
    await other.aclose()


async def test_a_body_that_is_too_long_is_not_read(disk: Disk, web: Web, key: str):
    upload = await disk.storage.begin(key, 5, "text/plain")
    error(await web.put(upload.url, b"x" * 100_000), 413, "body_too_large")
    error(await web.put(upload.url, b"x"), 422, "file_size_differs")
    host = urlsplit(disk.url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(f"PUT {upload.url} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n".encode())
    assert b" 413 " in await reader.readline()
    writer.close()
    await until(lambda: left(disk) == set())


async def test_a_part_that_breaks_off_is_sent_again(disk: Disk, web: Web, key: str):
    body = b"x" * PART
    upload = await disk.storage.begin(key, PART, "text/plain")
    host = urlsplit(disk.url)
    _, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(f"PUT {upload.url} HTTP/1.1\r\nHost: x\r\nContent-Length: {PART}\r\n\r\n".encode() + body[: PART // 2])
    await writer.drain()
    await until(lambda: len(left(disk)) == 1)
    writer.transport.abort()
    await until(lambda: left(disk) == set())
    assert await disk.storage.arrived(key, upload.token) == set()
    assert (await web.put(upload.url, body)).status_code == 204
    assert await disk.storage.finish(key, upload.token) == PART


@pytest.mark.parametrize("silent", [True, False])
async def test_slow_upload_is_refused_and_leaves_nothing(
    disk: Disk, key: str, monkeypatch: pytest.MonkeyPatch, silent: bool
):
    """However much came before at once, and though a byte still comes now and then."""
    monkeypatch.setattr(receiving, "IDLE_SECONDS", 0.3 if silent else 2)
    monkeypatch.setattr(receiving, "SLOWEST", PART)
    upload = await disk.storage.begin(key, PART, "text/plain")
    host = urlsplit(disk.url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(f"PUT {upload.url} HTTP/1.1\r\nHost: x\r\nContent-Length: {PART}\r\n\r\n".encode())
    if silent:
        writer.write(b"x" * (PART // 2))
    line = asyncio.ensure_future(reader.readline())
    while not line.done():
        if not silent:
            writer.write(b"x")
        await asyncio.wait([line], timeout=0.05)
    assert b" 408 " in await line
    assert b"upload_too_slow" in await reader.read()  # the connection ends
    writer.close()
    await until(lambda: left(disk) == set())


async def test_a_full_disk_is_told_and_leaves_nothing(disk: Disk, web: Web, key: str, monkeypatch: pytest.MonkeyPatch):
    upload = await disk.storage.begin(key, 5, "text/plain")

    def write_to_a_full_disk(self: PartialFile, piece: bytes) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(piece)

    with monkeypatch.context() as patch:
        patch.setattr(PartialFile, "write", write_to_a_full_disk)
        error(await web.put(upload.url, b"hello"), 507, "storage_full")
    assert left(disk) == set()
    assert (await web.put(upload.url, b"hello")).status_code == 204


async def test_a_crash_while_parts_are_put_together_loses_nothing(
    disk: Disk, web: Web, key: str, monkeypatch: pytest.MonkeyPatch
):
    upload = await disk.storage.begin(key, PART + 1, "text/plain")
    for url, body in zip(upload.parts, (b"x" * PART, b"y"), strict=True):
        assert (await web.put(url, body)).status_code == 204

    def crash(self: PartialFile, target: Path) -> None:
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(PartialFile, "keep", crash)
        with pytest.raises(KeyError):
            await disk.storage.finish(key, upload.token)
    assert await disk.storage.arrived(key, upload.token) == {1, 2}
    sizes = await asyncio.gather(*(disk.storage.finish(key, upload.token) for _ in range(4)))
    assert sizes == [PART + 1] * 4
    assert left(disk) == {key.replace("/", "_")}


@pytest.mark.parametrize("size", [5, PART + 1])
async def test_part_cut_by_machine_crash_is_sent_again(disk: Disk, web: Web, key: str, size: int):
    upload = await disk.storage.begin(key, size, "text/plain")
    urls, bodies = upload.parts or (upload.url,), [b"x" * min(size, PART), b"y"]
    for url, body in zip(urls, bodies, strict=False):
        assert (await web.put(url, body)).status_code == 204
    for path in (disk.folder / "parts").iterdir():
        os.truncate(path, path.stat().st_size - 1)
    assert await disk.storage.arrived(key, upload.token) == set()
    assert await disk.storage.finish(key, upload.token) is None
    for url, body in zip(urls, bodies, strict=False):
        assert (await web.put(url, body)).status_code == 204
    assert await disk.storage.finish(key, upload.token) == size


async def test_only_what_is_kept_for_good_waits_for_the_disk(
    disk: Disk, web: Web, key: str, monkeypatch: pytest.MonkeyPatch
):
    synced = list[int]()
    monkeypatch.setattr(os, "fsync", synced.append)
    upload = await disk.storage.begin(key, 5, "text/plain")
    assert (await web.put(upload.url, b"hello")).status_code == 204
    assert await disk.storage.finish(key, upload.token) == 5
    assert synced == []
    await kept(disk, key)
    assert len(synced) == 2  # the file and its name


async def test_remains_of_crashes_are_removed(tmp_path: Path, key: str):
    storage = DiskStorage(tmp_path, b"key" * 11)
    await storage.delete(key)
    for name, age in (("drafts/old", 2), ("drafts/new", 0), ("parts/old", 8), ("parts/new", 2), ("objects/old", 99)):
        (tmp_path / name).write_bytes(b"x")
        seconds = (tmp_path / name).stat().st_mtime - age * 24 * 3600
        os.utime(tmp_path / name, (seconds, seconds))
    await storage.aclose()
    storage = DiskStorage(tmp_path, b"key" * 11)
    await storage.delete(key)
    assert {path.name for path in (tmp_path / "drafts").iterdir()} == {"new"}
    assert {path.name for path in (tmp_path / "parts").iterdir()} == {"new"}
    assert {path.name for path in (tmp_path / "objects").iterdir()} == {"old"}
    await storage.aclose()
