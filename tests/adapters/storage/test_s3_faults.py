"""A bucket that fails at each step: the request becomes *storage away*, and can be repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.retries.standard import ExponentialBackoff

from chat_app.adapters.storage import patience, s3_calls
from chat_app.adapters.storage.config import BucketConfig
from chat_app.adapters.storage.parts import PART, PartPlan
from chat_app.adapters.storage.patience import Patience
from chat_app.adapters.storage.s3_storage import S3Storage
from chat_app.core.files.errors import StorageAway
from chat_app.core.files.storage.ports import Upload
from tests.adapters.storage.faulty import FaultyProxy
from tests.adapters.storage.places import BUCKET, Moto, opened
from tests.support.waiting import until

LARGE = bytes(range(256)) * (PART // 256) + b"the end"  # two parts
FAULTS = ("500", "503", "403", "hangs", "is lost")


@pytest.fixture(scope="module")
async def moto(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Moto]:
    async with AsyncExitStack() as stack:
        yield await opened("moto", tmp_path_factory.mktemp("moto"), stack)


@pytest.fixture(scope="module")
def shared_proxy(moto: Moto) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(urlsplit(moto.url).port or 0)
    yield proxy
    proxy.close()


@pytest.fixture
def proxy(shared_proxy: FaultyProxy) -> Iterator[FaultyProxy]:
    yield shared_proxy
    shared_proxy.heal()


@pytest.fixture(scope="module", autouse=True)
def at_once() -> Iterator[None]:
    """Have the library ask again without the seconds that it lets pass before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
        yield


def opened_by(proxy: FaultyProxy, seconds: float, attempts: int) -> S3Storage:
    """Open a storage that waits so long for the bucket, so often."""
    retries = {"total_max_attempts": attempts, "mode": "standard"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3_calls, "_TIMES", {"connect_timeout": 10, "read_timeout": seconds, "retries": retries})
        return S3Storage(BucketConfig(BUCKET, proxy.url, prefix="own/", by_path=True, user="key", secret="secret"))


@pytest.fixture(scope="module")
async def storage(shared_proxy: FaultyProxy) -> AsyncIterator[S3Storage]:
    """A storage that asks twice."""
    storage = opened_by(shared_proxy, 20, 2)
    yield storage
    await storage.aclose()


@pytest.fixture(scope="module")
async def hasty(shared_proxy: FaultyProxy) -> AsyncIterator[S3Storage]:
    """A storage that hardly waits for the bucket, and asks once."""
    hasty = opened_by(shared_proxy, 0.2, 1)
    yield hasty
    await hasty.aclose()


@pytest.fixture
def failing(fault: str, storage: S3Storage, hasty: S3Storage) -> S3Storage:
    """The storage to use while the bucket fails."""
    return hasty if fault == "hangs" else storage


async def send(upload: Upload) -> None:
    async with httpx.AsyncClient() as client:
        for n, url in enumerate(upload.parts):
            (await client.put(url, content=LARGE[n * PART : (n + 1) * PART])).raise_for_status()


async def away(call: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises(StorageAway):
        await call()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.slow
async def test_an_upload_goes_on_after_each_step_has_failed(
    proxy: FaultyProxy, storage: S3Storage, failing: S3Storage, key: str, tmp_path: Path, fault: str
):
    proxy.fail("create", fault)
    await away(lambda: failing.begin(key, len(LARGE), "video/mp4"))
    proxy.heal()
    upload = await storage.begin(key, len(LARGE), "video/mp4")
    await send(upload)
    proxy.fail("list parts", fault)
    await away(lambda: failing.arrived(key, upload.token))
    await away(lambda: failing.finish(key, upload.token))
    for step in ("complete", "head"):
        proxy.fail(step, fault)
        await away(lambda: failing.finish(key, upload.token))
    proxy.heal()
    assert await storage.finish(key, upload.token) == len(LARGE)
    proxy.fail("get", fault)
    await away(lambda: failing.fetch(key, tmp_path / "fetched"))
    await away(lambda: failing.read(key))
    proxy.heal()
    await storage.fetch(key, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == LARGE


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.slow
async def test_failed_calls_of_server_are_retried(
    proxy: FaultyProxy, storage: S3Storage, failing: S3Storage, key: str, tmp_path: Path, fault: str
):
    (tmp_path / "own").write_bytes(b"hello")
    proxy.fail("put", fault)
    await away(lambda: failing.keep(tmp_path / "own", key, "text/plain"))
    await away(lambda: failing.put(key, b"hello", "text/plain"))
    proxy.heal()
    await storage.put(key, b"hello", "text/plain")
    open_one = await storage.begin(key, len(LARGE), "video/mp4")
    for step in ("list uploads", "abort", "delete"):
        proxy.fail(step, fault)
        await away(lambda: failing.delete(key))
        if step != "delete":
            assert await storage.read(key) == b"hello"
    proxy.heal()
    await storage.delete(key)
    assert await storage.arrived(key, open_one.token) == set()
    with pytest.raises(FileNotFoundError):
        await storage.read(key)


@pytest.mark.parametrize("step", ["create", "list parts", "complete", "head", "get", "put", "delete"])
@pytest.mark.slow
async def test_single_error_is_retried(proxy: FaultyProxy, storage: S3Storage, key: str, step: str):
    proxy.fail(step, "503", times=1)
    upload = await storage.begin(key, len(LARGE), "video/mp4")
    await send(upload)
    assert await storage.finish(key, upload.token) == len(LARGE)
    await storage.put(f"{key}2", b"hello", "text/plain")
    assert await storage.read(f"{key}2") == b"hello"
    await storage.delete(key, f"{key}2")
    assert proxy.failed == 1


@pytest.mark.slow
async def test_call_with_lost_answer_is_not_done_twice(proxy: FaultyProxy, storage: S3Storage, key: str):
    upload = await storage.begin(key, len(LARGE), "video/mp4")
    await send(upload)
    proxy.fail("complete", "is lost", times=1)
    assert await storage.finish(key, upload.token) == len(LARGE)
    await storage.begin(key, len(LARGE), "video/mp4")
    proxy.fail("abort", "is lost", times=1)
    await storage.delete(key)


@pytest.mark.slow
async def test_a_file_that_comes_half_is_not_taken_for_whole(
    proxy: FaultyProxy, storage: S3Storage, key: str, tmp_path: Path
):
    await storage.put(key, LARGE, "video/mp4")
    proxy.fail("get", "is cut")
    await away(lambda: storage.fetch(key, tmp_path / "fetched"))
    await away(lambda: storage.read(key))
    proxy.heal()
    assert await storage.read(key) == LARGE


class FrozenBucket:
    """Takes connections, and answers nothing; the requests that come are counted."""

    async def __aenter__(self) -> "FrozenBucket":
        self.asked, self._over = 0, asyncio.Event()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(1):
            self.asked += 1
        await self._over.wait()
        writer.close()

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        self._server.close()


async def test_a_frozen_bucket_is_away_for_every_step_before_its_library_gives_up(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(s3_calls, "_SECONDS", 0.1)
    monkeypatch.setitem(s3_calls._TIMES, "read_timeout", 600)  # or the test would see it anyway
    (tmp_path / "own").write_bytes(LARGE)
    token = PartPlan(len(LARGE), "upload").token
    async with FrozenBucket() as bucket:
        storage = S3Storage(BucketConfig(BUCKET, bucket.url, by_path=True, user="key", secret="secret"))
        steps: list[Callable[[], Awaitable[object]]] = [
            lambda: storage.begin(key, len(LARGE), "video/mp4"),
            lambda: storage.begin(key, 5, "text/plain"),
            lambda: storage.arrived(key, token),
            lambda: storage.finish(key, token),
            lambda: storage.fetch(key, tmp_path / "fetched"),
            lambda: storage.keep(tmp_path / "own", key, "video/mp4"),
            lambda: storage.put(key, b"hello", "text/plain"),
            lambda: storage.read(key),
            lambda: storage.delete(key, f"{key}2", f"{key}3"),
        ]
        for step in steps:
            async with asyncio.timeout(60):
                await away(step)
        await until(lambda: bucket.asked >= s3_calls.THREADS)
    await storage.aclose()


async def test_progressing_transfer_may_take_long(monkeypatch: pytest.MonkeyPatch):
    clock = [0.0]
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    call, released = Patience(0.01), asyncio.Event()
    waiting = asyncio.ensure_future(call.wait_for(released.wait()))
    for _ in range(3):
        clock[0] += 0.009
        call.moved()
        await asyncio.wait({waiting}, timeout=0.02)
        assert not waiting.done()
    released.set()
    assert await waiting
    clock[0] += 1
    with pytest.raises(TimeoutError):
        await call.wait_for(asyncio.Event().wait())
