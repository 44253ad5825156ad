"""Files at an address of their own, and what pages may reach."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import FastAPI

from chat_app.api.app import guard
from chat_app.api.serving.stored import StoredFiles
from chat_app.bootstrap import Runtime, build
from chat_app.core.files.storage.ports import Presentation
from chat_app.settings import Settings
from tests.api.conftest import Clients, pages
from tests.api.expect import error

CHAT, FILES = "https://chat.example", "https://files.example"


@pytest.fixture
async def parts(settings: Settings, tmp_path: Path) -> Runtime:
    return build(settings.model_copy(update={"public_url": CHAT, "files_url": FILES, "data_dir": tmp_path}))


async def test_files_are_read_at_their_own_address_alone(api: FastAPI, parts: Runtime, tmp_path: Path):
    clients = Clients(guard(api, pages, parts))
    (tmp_path / "own").write_bytes(b"hello")
    await parts.storage.keep(tmp_path / "own", "a/file", "image/png")
    url = parts.storage.url("a/file", Presentation("image/png", "a.png", inline=True), 60)
    path = url.removeprefix(FILES)
    assert path.startswith("/files/")
    there = await clients.site(Host="files.example").get(path)
    assert (there.status_code, there.content) == (200, b"hello")
    assert there.headers["access-control-allow-origin"] == CHAT
    assert there.headers["cross-origin-resource-policy"] == "cross-origin"
    error(await clients.site(Host="chat.example").get(path), 404, "not_found")
    for other in ("/", "/api/v1/me", "/filesx"):
        error(await clients.site(Host="files.example").get(other), 421, "host_unknown")
    page = await clients.site(Host="chat.example").get("/join/x")
    for directive in ("img-src", "media-src", "connect-src"):
        assert f"{directive} 'self' {FILES}" in page.headers["content-security-policy"]
    await clients.close()
    await parts.stop()


async def test_file_that_becomes_shorter_while_it_is_read_is_broken_off(parts: Runtime, tmp_path: Path):
    (tmp_path / "own").write_bytes(bytes(1024 * 1024))
    await parts.storage.keep(tmp_path / "own", "a/file", "text/plain")
    path = parts.storage.url("a/file", Presentation("text/plain", "a.txt"), 60).removeprefix(FILES)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        os.truncate(tmp_path / "files" / "objects" / "a_file", 300_000)

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"files.example")]}
    with structlog.testing.capture_logs() as lines:
        await StoredFiles(pages, parts.storage, CHAT, FILES)(scope, receive, send)  # type: ignore[arg-type]
    assert [message.get("more_body") for message in sent] == [None, True], "no last part, nor a second answer"
    assert [line["event"] for line in lines] == ["body_broken_off"]
    await parts.stop()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("s3://KEY:hidden@mine?region=eu-central-1", "https://mine.s3.eu-central-1.amazonaws.com"),
        ("s3://KEY:hidden@mine", "https://mine.s3.amazonaws.com"),
        ("s3://KEY:hidden@mine?endpoint=https://s3.example.org:9000", "https://s3.example.org:9000"),
        ("s3://KEY:hidden@mine?endpoint=https://s3.example.org&bucket_in=host", "https://mine.s3.example.org"),
    ],
)
@pytest.mark.slow
async def test_pages_may_reach_the_bucket(api: FastAPI, worker_database: str, url: str, origin: str):
    parts = build(Settings(_env_file=None, database_url=worker_database, ollama_base_url=None, storage_url=url))
    clients = Clients(guard(api, pages, parts))
    site = clients.site()
    policy = (await site.get("/join/x")).headers["content-security-policy"]
    for directive in ("img-src", "media-src", "connect-src"):
        assert f"{directive} 'self' {origin}" in policy
    assert parts.storage.url("a/file", Presentation("image/png", "a.png"), 60).startswith(f"{origin}/")
    assert (await site.get("/files/x")).text == "page"  # the site serves none itself
    await clients.close()
    await parts.stop()
