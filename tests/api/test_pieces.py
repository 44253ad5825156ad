"""Answers that are made piece by piece."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import structlog.testing

from chat_app.api.pieces import PiecesResponse
from chat_app.core.files.errors import StorageAway


async def test_client_who_leaves_ends_generation():
    sent, has_begun, is_over = [], asyncio.Event(), asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            is_over.set()

    async def send(message: Any) -> None:
        sent.append(message.get("body"))
        if message.get("body"):
            has_begun.set()

    async def receive() -> Any:
        await has_begun.wait()
        return {"type": "http.disconnect"}

    await PiecesResponse(pieces(), "application/zip")({"type": "http"}, receive, send)
    assert is_over.is_set()
    assert sent == [None, b"first"]


async def test_failure_in_middle_breaks_body_without_bug_report():
    sent = []

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"first"
        raise StorageAway()

    async def send(message: Any) -> None:
        sent.append((message.get("body"), message.get("more_body")))

    async def receive() -> Any:
        await asyncio.Event().wait()

    with structlog.testing.capture_logs() as lines:
        await PiecesResponse(pieces(), "application/zip")({"type": "http"}, receive, send)
    assert sent == [(None, None), (b"first", True)], "no last part, by which a client would take it for whole"
    assert [(line["event"], line["code"]) for line in lines] == [("body_broken_off", "storage_away")]


async def test_client_who_reads_nothing_is_cut_off():
    is_over = asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield b"first"
            yield b"second"
        finally:
            is_over.set()

    async def send(message: Any) -> None:
        if message.get("body"):
            await asyncio.Event().wait()

    async def receive() -> Any:
        await asyncio.Event().wait()

    response = PiecesResponse(pieces(), "application/zip", patience=0.01)
    await asyncio.wait_for(response({"type": "http"}, receive, send), 30)
    assert is_over.is_set()
