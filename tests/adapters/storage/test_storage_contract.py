"""The contract of every storage, whatever keeps the bytes."""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import unquote

import pytest

from chat_app.adapters.storage.parts import PART
from chat_app.core.files.errors import StorageAway
from chat_app.core.files.storage.ports import Presentation, Upload
from tests.adapters.storage.conftest import Web
from tests.adapters.storage.places import PLACES, Place, opened
from tests.support.waiting import until

TEXT = Presentation("text/plain", "notes.txt")
HELLO = b"hello, files"
NOTHING = {403, 404}
"""The errors of storages for missing and unreadable objects."""
LARGE = bytes(range(256)) * (2 * PART // 256) + b"the end"  # three parts
BIG_SIZE = 64 * 1024 * 1024


async def sent(place: Place, web: Web, key: str, body: bytes, mime_type: str = "text/plain") -> Upload:
    """Send a file as a browser does."""
    upload = await place.storage.begin(key, len(body), mime_type)
    for n, url in enumerate(upload.parts or (upload.url,)):
        size = upload.part_size or len(body)
        response = await web.put(url, body[n * size : (n + 1) * size], upload.headers)
        assert response.is_success, response.text
    return upload


async def kept(place: Place, web: Web, key: str, body: bytes) -> Upload:
    upload = await sent(place, web, key, body)
    assert await place.storage.finish(key, upload.token) == len(body)
    return upload


@pytest.mark.slow
async def test_a_file_goes_in_comes_out_and_is_deleted(place: Place, web: Web, key: str, tmp_path: Path):
    upload = await sent(place, web, key, HELLO)
    assert upload.parts == ()
    assert await place.storage.arrived(key, upload.token) == {1}
    assert await place.storage.finish(key, upload.token) == len(HELLO)
    await place.storage.fetch(key, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == HELLO
    response = await web.get(place.storage.url(key, TEXT, 60))
    assert (response.status_code, response.content) == (200, HELLO)
    assert response.headers["content-type"].startswith("text/plain")
    assert re.match(r'attachment; ?filename="notes.txt"', response.headers["content-disposition"])
    assert response.headers["cache-control"].startswith("private, max-age=")
    await place.storage.delete(key, "not-there/at-all")
    with pytest.raises(FileNotFoundError):
        await place.storage.fetch(key, tmp_path / "again")
    assert (await web.get(place.storage.url(key, TEXT, 60))).status_code in NOTHING
    assert await place.storage.finish(key, upload.token) is None


async def test_empty_file_is_stored_and_read(place: Place, web: Web, key: str, tmp_path: Path):
    await kept(place, web, key, b"")
    await place.storage.fetch(key, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b""
    assert (await web.get(place.storage.url(key, TEXT, 60))).content == b""


async def test_a_file_of_the_server_is_kept(place: Place, web: Web, key: str, tmp_path: Path):
    for body in (HELLO, LARGE):  # the second in place of the first
        (tmp_path / "own").write_bytes(body)
        await place.storage.keep(tmp_path / "own", key, "text/plain")
        assert (await web.get(place.storage.url(key, TEXT, 60))).content == body


async def test_parts_come_in_any_order_and_again(place: Place, web: Web, key: str, tmp_path: Path):
    upload = await place.storage.begin(key, len(LARGE), "video/mp4")
    pieces = [LARGE[n * upload.part_size : (n + 1) * upload.part_size] for n in range(3)]
    assert len(upload.parts) == 3
    assert await place.storage.arrived(key, upload.token) == set()
    for n in (2, 0):
        assert (await web.put(upload.parts[n], pieces[n], upload.headers)).is_success
    assert await place.storage.arrived(key, upload.token) == {1, 3}
    assert await place.storage.finish(key, upload.token) is None
    resumed = await place.storage.begin(key, len(LARGE), "video/mp4", upload.token)
    assert (resumed.token, len(resumed.parts)) == (upload.token, 3)
    for n in (0, 1):
        assert (await web.put(resumed.parts[n], pieces[n], upload.headers)).is_success
    assert await place.storage.arrived(key, upload.token) == {1, 2, 3}
    for _ in range(2):
        assert await place.storage.finish(key, upload.token) == len(LARGE)
    await place.storage.fetch(key, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == LARGE


async def test_upload_without_parts_cannot_be_finished(place: Place, key: str):
    for size in (5, len(LARGE)):
        upload = await place.storage.begin(key, size, "text/plain")
        assert await place.storage.arrived(key, upload.token) == set()
        assert await place.storage.finish(key, upload.token) is None
    assert (await place.storage.arrived(key, ""), await place.storage.finish(key, "")) == (set(), None)


async def test_deleting_ends_uploads(place: Place, web: Web, key: str):
    upload = await place.storage.begin(key, len(LARGE), "text/plain")
    assert (await web.put(upload.parts[0], LARGE[:PART], upload.headers)).is_success
    await place.storage.delete(key)
    assert await place.storage.arrived(key, upload.token) == set()
    assert await place.storage.finish(key, upload.token) is None


@pytest.mark.parametrize("size", [5, PART + 1])
@pytest.mark.parametrize("end", ["finish", "delete"])
async def test_upload_after_end_is_not_kept(place: Place, web: Web, key: str, size: int, end: str):
    """Nobody would ever delete it, and it counts for no quota."""
    body = b"x" * size
    upload = await sent(place, web, key, body)
    if end == "finish":
        assert await place.storage.finish(key, upload.token) == size
    else:
        await place.storage.delete(key)
    for n, url in enumerate(upload.parts or (upload.url,)):
        late = await web.put(url, body[n * PART : (n + 1) * PART], upload.headers)
        assert late.status_code == 404 or (late.is_error and not place.strict)
    assert await place.storage.arrived(key, upload.token) == set()
    assert await place.storage.finish(key, upload.token) == (size if end == "finish" else None)


@pytest.mark.parametrize(
    "bad", ["", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a/.b", "a b", "a\\b", "a_b", "é", "a\0", "x" * 201]
)
async def test_invalid_key_is_refused(place: Place, bad: str, tmp_path: Path):
    with pytest.raises(ValueError, match="key"):
        await place.storage.begin(bad, 1, "text/plain")
    with pytest.raises(ValueError, match="key"):
        place.storage.url(bad, TEXT, 60)
    for call in (
        place.storage.fetch(bad, tmp_path / "x"),
        place.storage.keep(Path(__file__), bad, "text/plain"),
        place.storage.delete(bad),
    ):
        with pytest.raises(ValueError, match="key"):
            await call


async def test_only_the_bytes_that_were_announced_come_in(place: Place, web: Web, key: str):
    upload = await place.storage.begin(key, 5, "text/plain")
    for body in (b"123456", b"1234"):
        answer = await web.put(upload.url, body, upload.headers)
        if place.strict:
            assert 400 <= answer.status_code < 500
        # Moto takes any number of bytes; what is finished has the right one all the same.
        assert await place.storage.finish(key, upload.token) is None


async def test_a_tampered_or_expired_address_opens_nothing(place: Place, web: Web, key: str):
    """Moto accepts them, as no S3 does."""
    await kept(place, web, key, HELLO)
    url = place.storage.url(key, TEXT, 60)
    assert (await web.get(url)).content == HELLO
    expired = place.storage.url(key, TEXT, 1)
    for bad in tampered(url):
        answer = await web.get(bad)
        if place.strict:
            assert answer.status_code in {400, *NOTHING}, bad
            assert HELLO not in answer.content
    assert (await web.put(url, b"other")).status_code in NOTHING or not place.strict
    assert (await web.get(place.storage.url(f"{key}2", TEXT, 60))).status_code in NOTHING
    if place.strict:
        assert (await web.get(url)).content == HELLO
        assert await until(lambda: refused(web, expired))


async def refused(web: Web, url: str) -> bool:
    return (await web.get(url)).status_code in NOTHING


def tampered(url: str) -> list[str]:
    """Return addresses that differ from a signed one by a character of each part."""
    places = (url.rindex("/") + 9, (url.rindex("/") + len(url)) // 2, len(url) - 8)
    other = [url[:at] + ("A" if url[at] != "A" else "B") + url[at + 1 :] for at in places]
    swaps = (("Expires=60", "Expires=90"), ("notes.txt", "evil.html"), ("attachment", "inline"), ("/upload", "/file"))
    return [*other, *(url.replace(*swap) for swap in swaps if swap[0] in url)]


async def test_range_gives_a_part_of_the_file(place: Place, web: Web, key: str):
    await kept(place, web, key, HELLO)
    url = place.storage.url(key, TEXT, 60)
    for asked, got, where in (("0-4", b"hello", "0-4/12"), ("7-", b"files", "7-11/12"), ("-5", b"files", "7-11/12")):
        answer = await web.get(url, Range=f"bytes={asked}")
        assert (answer.status_code, answer.content) == (206, got)
        assert answer.headers["content-range"] == f"bytes {where}"
    assert (await web.get(url, Range="bytes=12-")).status_code == 416
    whole = await web.get(url)
    assert whole.headers["accept-ranges"] == "bytes"
    again = await web.get(url, Range="bytes=0-4", If_None_Match=whole.headers["etag"])
    assert again.status_code == 304 or not place.strict  # moto gives the bytes


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("報告書 2026.pdf", "___ 2026.pdf"),
        ("🎉 party.png", "_ party.png"),
        ("שלום.txt", "____.txt"),
        ("a\"b;c%20'd.txt", "a_b_c_20_d.txt"),
    ],
)
async def test_download_has_the_name_of_the_file(place: Place, web: Web, key: str, name: str, plain: str):
    await kept(place, web, key, HELLO)
    for inline in (True, False):
        answer = await web.get(place.storage.url(key, Presentation("image/png", name, inline), 60))
        read = re.fullmatch(
            r"(\w+); ?filename=\"([^\"]*)\"; ?filename\*=UTF-8''(\S+)", answer.headers["content-disposition"]
        )
        assert read
        assert (read[1], read[2], unquote(read[3])) == ("inline" if inline else "attachment", plain, name)
        assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1\r\n\r\n.txt", "photo\u202egpj.exe", "../../etc/passwd", "\ud800.txt", ""]
)
async def test_names_that_would_harm_are_cleaned(place: Place, web: Web, key: str, name: str):
    await kept(place, web, key, HELLO)
    answer = await web.get(place.storage.url(key, Presentation("text/html\r\nX: y", name), 60))
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "x" not in answer.headers
    assert answer.headers["content-type"] == "application/octet-stream"
    disposition = unquote(answer.headers["content-disposition"])
    assert not set("\r\n\u202e/\\") & set(disposition)


@pytest.mark.slow
async def test_large_upload_takes_little_memory(place: Place, web: Web, key: str, tmp_path: Path):
    """64 MB in, put together and out again, in a process that is both the server and the client."""
    piece = bytes(range(256)) * (PART // 256)
    upload = await place.storage.begin(key, BIG_SIZE, "video/mp4")
    await web.put(upload.parts[0], piece, upload.headers)  # what is loaded at the first call
    before = reset_peak()
    for url in upload.parts[1:]:
        assert (await web.put(url, piece, upload.headers)).is_success
    assert await place.storage.finish(key, upload.token) == BIG_SIZE
    await place.storage.fetch(key, tmp_path / "fetched")
    await place.storage.keep(tmp_path / "fetched", f"{key}2", "video/mp4")
    assert peak() - before < 32 * 1024
    with (tmp_path / "fetched").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == hashlib.sha256(piece * (BIG_SIZE // PART)).digest()
    await place.storage.delete(key, f"{key}2")


def reset_peak() -> int:
    """Begin to measure the largest resident size, and return it (KiB)."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    [size] = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(size)


@pytest.fixture(params=list(PLACES))
async def fragile(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await opened(request.param, tmp_path, stack)


@pytest.mark.slow
async def test_a_storage_that_is_away_says_so(fragile: Place, key: str, tmp_path: Path):
    (tmp_path / "own").write_bytes(HELLO)
    await fragile.storage.keep(tmp_path / "own", key, "text/plain")
    large = await fragile.storage.begin(key, len(LARGE), "text/plain")
    await fragile.stop()
    for call in (
        fragile.storage.keep(tmp_path / "own", key, "text/plain"),
        fragile.storage.fetch(key, tmp_path / "fetched"),
        fragile.storage.finish(key, large.token),
        fragile.storage.delete(key),
    ):
        with pytest.raises(StorageAway):
            await call
