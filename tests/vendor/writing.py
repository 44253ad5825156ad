"""Write HTTP responses and chunks."""

import asyncio
from typing import Any

from tests.vendor.formats import JSON


def listed(model: str) -> dict[str, Any]:
    """A model of the list; those whose names begin so can call tools, or see."""
    more: dict[str, Any] = {}
    if model.startswith("tooled"):
        more = {"supported_parameters": ["temperature", "tools"]}
    elif model.startswith("seeing"):
        more = {"architecture": {"input_modalities": ["text", "image"]}}
    return {"id": model, "object": "model", **more}


def head(status: int, content_type: str, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", f"content-type: {content_type}", *more, "", ""]
    return "\r\n".join(lines).encode()


def chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def respond(writer: asyncio.StreamWriter, status: int, body: bytes, *more: str) -> None:
    moved = ["location: /elsewhere"] if 300 <= status < 400 else []
    writer.write(head(status, JSON, f"content-length: {len(body)}", *moved, *more) + body)
