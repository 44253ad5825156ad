"""Turn text into speech by a provider: OpenAI's format, which compatible servers share."""

from collections.abc import AsyncGenerator
from typing import Final

import aiohttp

from chat_app.adapters.llm.config import Provider
from chat_app.adapters.llm.failures import from_response
from chat_app.adapters.llm.streams.formats import read_openai
from chat_app.adapters.llm.vendors import vendor_of
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.speech import SILENCE_SECONDS, Utterance

BYTES_MAX: Final = 16 * 2**20
"""The maximum bytes of speech: ten minutes; a text of the maximum length takes five."""

_PIECE: Final = 32 * 1024
_ERROR_BYTES: Final = 4096
_PATH: Final = "/audio/speech"


async def speak(
    session: aiohttp.ClientSession, slug: str, provider: Provider, model: str, said: Utterance
) -> AsyncGenerator[bytes, None]:
    """Yield the speech. Raises ``LlmError``; its code is ``llm_interrupted`` after the first piece."""
    vendor, named = vendor_of(slug, provider), said.speaker.model
    if vendor.read is not read_openai:
        raise LlmError("llm_model_not_found", model=named)
    address = vendor.url(provider.base_url, model).removesuffix(vendor.path) + _PATH
    body = {"model": model, "voice": said.speaker.voice, "input": said.text, "response_format": "mp3"}
    silence, total = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=SILENCE_SECONDS), 0
    try:
        # A redirect is not followed: the request would send the key to another address.
        async with session.post(
            address, headers=_headers(provider), json=body, allow_redirects=False, timeout=silence
        ) as answer:
            if not 200 <= answer.status < 300:
                words = (await answer.content.read(_ERROR_BYTES)).decode(errors="replace")
                raise from_response(named, answer.status, words, answer.headers)
            if not answer.content_type.startswith(("audio/", "application/octet-stream")):
                raise LlmError("llm_unavailable", model=named)
            async for piece in answer.content.iter_chunked(_PIECE):
                total += len(piece)
                if total > BYTES_MAX:
                    raise LlmError("llm_interrupted", model=named)
                yield piece
    except TimeoutError:
        raise LlmError("llm_timeout", model=named) from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise LlmError("llm_interrupted" if total else "llm_unavailable", model=named) from None
    if not total:
        raise LlmError("llm_refused", model=named)


def _headers(provider: Provider) -> dict[str, str]:
    key = {"authorization": f"Bearer {provider.key}"} if provider.key else {}
    return {**key, **dict(provider.headers)}
