"""The app as the server runs it: the real API and guards on a real database, with a substitute for the pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.app import guard
from chat_app.bootstrap import Runtime, build
from chat_app.core.kernel.context import UnitOfWork
from chat_app.settings import Settings
from chat_app.web_session import cookie_name
from tests.fixtures import Connections, kept
from tests.support.api import the_api
from tests.support.clock import Clock

ORIGIN = "http://parley.test"
COOKIE = cookie_name("http://127.0.0.1:3000")  # where the settings below have the server


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """Substitute the front end and the live connection."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("page")(scope, receive, send)


class Clients:
    """Callers of the API, of all kinds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: list[httpx.AsyncClient] = []

    def __call__(self, token: str | None = None, *, address: str = "192.0.2.1", **headers: str) -> httpx.AsyncClient:
        """A program, with a bearer token or none. Paths are relative to the API."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self._client("/api/v1/", address, headers)

    def browser(self, token: str | None = None, *, address: str = "192.0.2.2", **headers: str) -> httpx.AsyncClient:
        """A browser on one of Parley's own pages: it keeps cookies and says where requests come from."""
        client = self._client("/api/v1/", address, {"Origin": ORIGIN} | headers)
        if token:
            client.cookies.set(COOKIE, token)
        return client

    def site(self, **headers: str) -> httpx.AsyncClient:
        """Return a client that requests pages. Paths are absolute."""
        return self._client("/", "192.0.2.3", headers)

    def _client(self, base: str, address: str, headers: dict[str, str]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN + base, headers=headers)
        self._open.append(client)
        return client

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()


@pytest.fixture(scope="session")
def usual_settings(worker_database: str) -> Settings:
    """The settings of a test of the API, read once because reading takes milliseconds."""
    return Settings(_env_file=None, database_url=worker_database, ollama_base_url=None)


@pytest.fixture
def settings(usual_settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a storage of the test's own."""
    return usual_settings.model_copy(update={"storage_url": SecretStr(f"file:{tmp_path / 'files'}")})


@pytest.fixture
async def parts(
    engine: AsyncEngine, app_connections: Connections, settings: Settings, clock: Clock, events: list[object]
) -> AsyncIterator[Runtime]:
    """The parts of the process, not started: answers stay queued. Time is the test's."""
    with kept(app_connections):
        parts = build(settings)

    async def keep(event: object) -> None:
        events.append(event)

    parts.work.clock = clock
    parts.work.listeners.append(keep)
    yield parts
    await parts.stop()


@pytest.fixture
def work(parts: Runtime) -> UnitOfWork:
    """The process's own, so that `make` and `do` share its clock, policy and limits."""
    return parts.work


@pytest.fixture(scope="session")
def api() -> FastAPI:
    return the_api()


@pytest.fixture
async def clients(api: FastAPI, parts: Runtime) -> AsyncIterator[Clients]:
    clients = Clients(guard(api, pages, parts))
    yield clients
    await clients.close()
