"""Request pictures in OpenAI's format. Only bytes in the answer are used, never an address in it."""

import asyncio
import json
from base64 import b64decode
from dataclasses import replace
from itertools import count
from typing import Any, Final

import aiohttp
import structlog

from chat_app.adapters.llm.catalog.known import WITH_DRAWING, picture_cost
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.failures import from_response
from chat_app.adapters.llm.retries import pause_before
from chat_app.adapters.llm.vendors import HttpRequest, Vendor, kind_of
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.usage import Usage

PICTURE_MAX: Final = 20 * 2**20
"""The greatest size of a picture in bytes."""

_BODY_MAX: Final = PICTURE_MAX * 4 // 3 + 2**20
_OWN_FORMAT: Final = ("gpt-image", "chatgpt-image")
"""Prefixes of the names of models that always send bytes, and refuse the option to send them."""

_BEGINNINGS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

log = structlog.get_logger()


async def draw_picture(
    session: aiohttp.ClientSession, config: LlmConfig, by: tuple[Vendor, Provider, str], request: DrawingRequest
) -> Drawing:
    """Draw ``by`` a model: its vendor, its provider and its name. As for an answer, what fails for a while is asked
    again. Raises `LlmError`.
    """
    vendor, provider, name = by
    kind = kind_of(vendor)
    if kind not in WITH_DRAWING:
        raise LlmError("llm_model_not_found", model=request.model)
    prepared = prepare_drawing(vendor, provider, name, request)
    for retry in count():
        try:
            drawing = await fetch_drawing(session, prepared, request.model, config.drawing_seconds)
            return replace(drawing, cost=picture_cost(kind, name, request.size))
        except LlmError as error:
            seconds = pause_before(retry, error, config.retry_seconds)
            if seconds is None:
                raise
            log.info("picture_asked_again", model=request.model, code=error.code, seconds=round(seconds, 1))
        await asyncio.sleep(seconds)
    raise AssertionError


def prepare_drawing(vendor: Vendor, settings: Provider, name: str, request: DrawingRequest) -> HttpRequest:
    """Build the request for a picture by the model of this name."""
    url = vendor.url(settings.base_url, name).removesuffix(vendor.path) + "/images/generations"
    key = {"authorization": f"Bearer {settings.key}"} if settings.key else {}
    body: dict[str, Any] = {"model": name, "prompt": request.prompt, "n": 1}
    if request.size:
        body["size"] = request.size
    if not name.rpartition("/")[2].startswith(_OWN_FORMAT):
        body["response_format"] = "b64_json"
    return HttpRequest(url, {**key, **dict(settings.headers)}, body)


async def fetch_drawing(session: aiohttp.ClientSession, prepared: HttpRequest, model: str, seconds: float) -> Drawing:
    """Post the request, and return the picture that comes within so many seconds. Raises `LlmError`."""
    limit = aiohttp.ClientTimeout(total=seconds)
    try:
        # A redirect is not followed: the request would send the key to another address.
        async with session.post(
            prepared.url, headers=prepared.headers, json=prepared.body, timeout=limit, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300:
                words = await response.content.read(4096)
                raise from_response(model, response.status, words.decode(errors="replace"), response.headers)
            body = await _read(response)
    except TimeoutError:
        raise LlmError("llm_timeout", model=model) from None
    except (aiohttp.ClientError, OSError):
        raise LlmError("llm_unavailable", model=model) from None
    return await asyncio.to_thread(read_drawing, model, body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body; a body that is too long is cut, and is then not valid JSON."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        body += chunk
        if len(body) > _BODY_MAX:
            break
    return bytes(body)


def read_drawing(model: str, body: bytes) -> Drawing:
    """Return the picture of an answer. Raises `LlmError` if the answer has no picture."""
    try:
        answer = json.loads(body)
        data = b64decode(answer["data"][0]["b64_json"])
        usage = _usage(answer.get("usage"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise LlmError("llm_no_picture", model=model) from None
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None or len(data) > PICTURE_MAX:
        raise LlmError("llm_no_picture", model=model)
    return Drawing(kind, data, usage)


def _usage(counts: Any) -> Usage | None:
    """Return the tokens that the vendor counted."""
    if not isinstance(counts, dict):
        return None
    read, written = counts.get("input_tokens"), counts.get("output_tokens")
    whole = isinstance(read, int) and isinstance(written, int) and read >= 0 and written >= 0
    return Usage(read, written) if whole and isinstance(read, int) and isinstance(written, int) else None
