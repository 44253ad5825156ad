"""Receive the body of an upload: at most the announced length, and at a least speed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.exceptions import HTTPException

from chat_app.api.errors import BodyTooLarge

IDLE_SECONDS: Final = 30.0
"""The longest wait for the next bytes."""

SLOWEST: Final = 4096
"""The lowest average speed in bytes per second, after the first wait.

A part of 8 MiB then takes less than the hour for which its address is valid.
"""


class BodyTooSlow(HTTPException):
    """The request's body has not come in time."""

    def __init__(self) -> None:
        super().__init__(408)


async def received(pieces: AsyncIterator[bytes], maximum: int) -> AsyncIterator[bytes]:
    """Yield the pieces of a body.

    Raises ``BodyTooLarge``, and ``BodyTooSlow`` if a pause is too long or the average rate too low. Only the wait for
    bytes counts, not their processing, because a slow disk is not the client's fault.
    """
    count, waited, clock = 0, 0.0, asyncio.get_running_loop().time
    while True:
        begun = clock()
        try:
            async with asyncio.timeout(min(IDLE_SECONDS, IDLE_SECONDS + count / SLOWEST - waited)):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise BodyTooSlow() from None
        if piece is None:
            return
        waited += clock() - begun
        count += len(piece)
        if count > maximum:
            raise BodyTooLarge(maximum)
        yield piece
