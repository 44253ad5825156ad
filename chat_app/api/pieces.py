"""Answer with what is still being made: a sound, or an archive."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chat_app.core.kernel.errors import DomainError

log = structlog.get_logger()


class PiecesResponse(Response):
    """Sends a body by pieces. What fails before the first one is answered as any error; later, the body breaks off.

    It has no end then, so that clients know that it is not whole. Who leaves gets no more, and nothing more is made.
    """

    def __init__(self, pieces: AsyncGenerator[bytes, None], media_type: str, **headers: str) -> None:
        super().__init__(headers={"Cache-Control": "no-store", **headers}, media_type=media_type)
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces."""
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        async with aclosing(self._pieces) as pieces:
            first = await anext(pieces, b"")
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": first, "more_body": True})
            try:
                async for piece in pieces:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except DomainError as error:
                log.warning("body_broken_off", code=error.code)
                return
            await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
