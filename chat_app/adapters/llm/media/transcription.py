"""Transcribe recordings by a provider: OpenAI's format, which compatible servers share."""

import asyncio
import json
from typing import Any, Final

import aiohttp

from chat_app.adapters.llm.config import Provider
from chat_app.adapters.llm.failures import from_response
from chat_app.adapters.llm.streams.formats import read_openai
from chat_app.adapters.llm.vendors import vendor_of
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.recordings import TRANSCRIPTION_SECONDS, Recording
from chat_app.core.kernel.texts.cleaning import storable

BYTES_MAX: Final = 2**20
"""The limit of an answer in bytes."""

_ERROR_BYTES: Final = 4096
_PATH: Final = "/audio/transcriptions"


async def transcribe(
    session: aiohttp.ClientSession, slug: str, provider: Provider, model: str, recording: Recording
) -> str:
    """Return the transcript. Raises ``LlmError``."""
    vendor = vendor_of(slug, provider)
    if vendor.read is not read_openai:
        raise LlmError("llm_model_not_found", model=recording.model)
    address = vendor.url(provider.base_url, model).removesuffix(vendor.path) + _PATH
    try:
        async with asyncio.timeout(TRANSCRIPTION_SECONDS):
            # A redirect is not followed: the request would send the key to another address.
            async with session.post(
                address, headers=_headers(provider), data=_form(model, recording), allow_redirects=False
            ) as answer:
                if not 200 <= answer.status < 300:
                    words = (await answer.content.read(_ERROR_BYTES)).decode(errors="replace")
                    raise from_response(recording.model, answer.status, words, answer.headers)
                return _text(await _body(answer))
    except TimeoutError:
        raise LlmError("llm_timeout", model=recording.model) from None
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, RecursionError):
        raise LlmError("llm_unavailable", model=recording.model) from None


def _headers(provider: Provider) -> dict[str, str]:
    key = {"authorization": f"Bearer {provider.key}"} if provider.key else {}
    return {**key, **dict(provider.headers)}


def _form(model: str, recording: Recording) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("model", model)
    form.add_field("response_format", "json")
    form.add_field("file", recording.data, filename=recording.name, content_type=recording.mime_type)
    return form


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        body += chunk
        if len(body) > BYTES_MAX:
            raise ValueError("too long")
    return bytes(body)


def _text(body: bytes) -> str:
    said: Any = json.loads(body)["text"]
    if not isinstance(said, str):
        raise TypeError("no text")
    return storable(said).strip()
