"""Send requests whose answers are streamed."""

import asyncio

import aiohttp

from chat_app.adapters.llm.failures import from_response
from chat_app.adapters.llm.vendors import HttpRequest
from chat_app.core.ai.ports.gateway import LlmError


async def post_request(
    session: aiohttp.ClientSession, model: str, prepared: HttpRequest, deadline: float
) -> aiohttp.ClientResponse:
    """Post a request and return the response once it begins. Raises ``LlmError`` unless it is a stream."""
    try:
        async with asyncio.timeout_at(deadline):
            # Compression costs time and delays words. A redirect is not followed: it would send the key elsewhere.
            headers = {**prepared.headers, "accept-encoding": "identity"}
            options = {**prepared.content(), "allow_redirects": False}
            response = await session.post(prepared.url, headers=headers, **options)
            if 200 <= response.status < 300:
                return response
            async with response:
                body = await response.content.read(4096)  # which is not a stream
                raise from_response(model, response.status, body.decode(errors="replace"), response.headers)
    except TimeoutError:
        raise LlmError("llm_timeout", model=model) from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise LlmError("llm_unavailable", model=model) from None
