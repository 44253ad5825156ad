"""Admit only callers with the shared token."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final

import grpc

_OPEN: Final = "/grpc.health.v1.Health/"
"""Anyone who can connect can ask for the gateway's health, as orchestrators do."""


class TokenGuard(grpc.aio.ServerInterceptor):
    """Refuses calls without the token as unauthenticated."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()
        self._refusal = grpc.unary_unary_rpc_method_handler(_refuse)

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        """Return the handler of a call, or a handler that refuses it."""
        if details.method.startswith(_OPEN) or self._knows(details):
            return await continuation(details)
        return self._refusal

    def _knows(self, details: grpc.HandlerCallDetails) -> bool:
        shown = [value for name, value in details.invocation_metadata if name == "authorization"]
        return len(shown) == 1 and hmac.compare_digest(_bytes(shown[0]), self._expected)


async def _refuse(request: object, context: grpc.aio.ServicerContext) -> None:
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "the shared token is missing or wrong")


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
