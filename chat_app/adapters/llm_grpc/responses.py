"""Read the responses of a call that has many."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Protocol

import grpc

from chat_app.adapters.llm_grpc.timeouts import GatewayAway


class ErrorTranslator(Protocol):
    """Translates an error of a call to a domain error, depending on whether the answer has ``begun``."""

    def __call__(self, error: grpc.aio.AioRpcError, model: str | None = None, *, begun: bool = False) -> Exception:
        """Return the error to raise."""
        ...


async def responses_of(call: Any, model: str, silence: float, translate: ErrorTranslator) -> AsyncGenerator[Any, None]:
    """Read a call to its end, which this ends too: within ``silence`` seconds each. Raises `LlmError`."""
    begun = False
    try:
        while (response := await _read(call, silence)) is not grpc.aio.EOF:
            if response.ByteSize():  # an empty one reports that the gateway is still working on it
                begun = begun or bool(getattr(response, "text", "") or getattr(response, "data", b""))
                yield response
    except TimeoutError:
        raise GatewayAway("llm_timeout" if begun else "llm_unavailable", model=model) from None
    except grpc.aio.AioRpcError as error:
        raise translate(error, model, begun=begun) from None
    finally:
        call.cancel()


async def _read(call: Any, silence: float) -> Any:
    async with asyncio.timeout(silence):
        return await call.read()
