"""The HTTP transport to a tool server. It limits answers, follows no redirects, and records the reason of a failure."""

import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Final

import httpx2

BYTES_MAX: Final = 4 * 2**20
"""The greatest size of all that a server answers in one session."""


class TooLarge(httpx2.StreamError):
    """The server answers without end."""


class Guard(httpx2.AsyncBaseTransport):
    """Passes on what is sent and answered; ``problem`` is the code of what was wrong last."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport(verify=_tls(), trust_env=False)
        self._left = BYTES_MAX
        self.problem: str | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and note how it went."""
        try:
            answer = await self._inner.handle_async_request(request)
        except httpx2.TimeoutException:
            self.problem = "tool_server_slow"
            raise
        except httpx2.RemoteProtocolError:
            self.problem = "tool_server_not_mcp"
            raise
        except httpx2.TransportError:
            self.problem = "tool_server_unreachable"
            raise
        if self._left >= 0:
            self.problem = _problem_of(answer)
        assert isinstance(answer.stream, httpx2.AsyncByteStream)
        return httpx2.Response(
            answer.status_code,
            headers=[(name, value) for name, value in answer.headers.raw if name.lower() != b"set-cookie"],
            stream=_Counted(answer.stream, self),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def take(self, size: int) -> None:
        """Count received bytes. Raises :class:`TooLarge`."""
        self._left -= size
        if self._left < 0:
            self.problem = "tool_server_too_large"
            raise TooLarge("too large")


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, guard: Guard) -> None:
        self._inner, self._guard = inner, guard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._inner:
                self._guard.take(len(chunk))
                yield chunk
        except httpx2.TransportError:
            self._guard.problem = "tool_server_failed"
            raise

    async def aclose(self) -> None:
        await self._inner.aclose()


def guarded_client(guard: Guard, headers: tuple[tuple[str, str], ...], seconds: float) -> httpx2.AsyncClient:
    """Return an HTTP client with a guard. It requests no compression, so that the limit applies to the actual size."""
    return httpx2.AsyncClient(
        transport=guard,
        headers=[*headers, ("accept-encoding", "identity")],
        timeout=httpx2.Timeout(seconds),
        max_redirects=0,
        trust_env=False,
    )


def _problem_of(answer: httpx2.Response) -> str | None:
    if answer.status_code in (401, 403):
        return "tool_server_refused"
    if 300 <= answer.status_code < 400:
        return "tool_server_redirects"
    if answer.status_code >= 500:
        return "tool_server_failed"
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise TooLarge("compressed, though nobody has asked for that")
    return None


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
