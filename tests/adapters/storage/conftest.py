"""Places for files, one for all tests of a kind."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import pytest

from tests.adapters.storage.places import PLACES, Disk, Place, opened


@pytest.fixture(scope="session", params=list(PLACES))
async def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await opened(request.param, tmp_path_factory.mktemp(request.param), stack)


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    """A folder of this test alone."""
    async with AsyncExitStack() as stack:
        yield await opened("disk", tmp_path, stack)


@pytest.fixture
def key() -> str:
    return f"{uuid4()}/upload"


class Web:
    """A client of addresses, of which some are paths of the site."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._client = httpx.AsyncClient(timeout=60)

    async def put(self, url: str, body: bytes, headers: object = None) -> httpx.Response:
        return await self._client.put(urljoin(self._base, url), content=body, headers=dict(headers or {}))  # type: ignore[call-overload]

    async def get(self, url: str, **headers: str) -> httpx.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.get(urljoin(self._base, url), headers=names)

    async def head(self, url: str) -> httpx.Response:
        return await self._client.head(urljoin(self._base, url))

    async def close(self) -> None:
        await self._client.aclose()


@pytest.fixture
async def web(place: Place) -> AsyncIterator[Web]:
    web = Web(place.url)
    yield web
    await web.close()
