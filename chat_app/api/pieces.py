"""Stream a response while it is still being made: audio, or an archive."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chat_app.core.kernel.errors import DomainError
from chat_app.traffic.breaking_off import break_off
from chat_app.traffic.tally import tally

log = structlog.get_logger()


class PiecesResponse(Response):
    """Sends a body in pieces.

    A failure before the first piece is answered like any error; a later one breaks off the body, so that clients know
    that it is incomplete. If a client leaves, or reads no piece for ``patience`` seconds, nothing more is generated or
    sent.
    """

    def __init__(
        self, pieces: AsyncGenerator[bytes, None], media_type: str, *, patience: float | None = None, **headers: str
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", **headers}, media_type=media_type)
        del self.headers["content-length"]
        self._pieces, self._patience = pieces, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces."""
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            is_cut = sending.done() and not sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if is_cut:
            await break_off(scope, receive)

    async def _send(self, send: Send) -> bool:
        """Send the pieces; return whether all were sent."""
        async with aclosing(self._pieces) as pieces:
            first = await anext(pieces, b"")
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            try:
                goes_on = await self._is_taken(send, first)
                while goes_on and (piece := await anext(pieces, None)) is not None:
                    goes_on = await self._is_taken(send, piece)
            except DomainError as error:
                log.warning("body_broken_off", code=error.code)
                return False
            if goes_on:
                await send({"type": "http.response.body", "body": b""})
            return goes_on

    async def _is_taken(self, send: Send, piece: bytes) -> bool:
        """Send a piece; return whether it was taken in time."""
        try:
            async with asyncio.timeout(self._patience):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            tally.add("download_too_slow")
            return False
        return True


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
