"""Limit what other servers may answer: a server that is broken, or another in its place, fills no memory."""

from collections.abc import AsyncIterator
from typing import Any, Final

import httpx2

ANSWER_MAX: Final = 4 * 2**20
"""The longest answer that is read, in bytes."""

MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError)
"""The errors that reading an answer raises if it is no JSON, is nested too deeply, or has another shape."""


async def limit_answer(response: httpx2.Response) -> None:
    """Refuse a body that is compressed, which no client here requests, or too long."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("compressed")
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Limited(response.stream)


LIMITS: Final[dict[str, Any]] = {
    "event_hooks": {"response": [limit_answer]},
    "headers": {"Accept-Encoding": "identity"},
}
"""The options of a client of HTTP whose answers are limited."""


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner, self._left = inner, ANSWER_MAX

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise httpx2.ReadError("too long")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
