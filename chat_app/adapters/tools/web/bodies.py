"""Read the body of an answer up to a limit, whatever length its headers declare."""

import zlib
from collections.abc import AsyncIterator
from typing import Final

BODY_MAX: Final = 2 * 2**20
"""The greatest size of a body in bytes, as it was sent and as it was before it was compressed."""


class UnreadableBody(Exception):
    """The body is compressed in an unknown way, or broken."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str) -> tuple[bytes, bool]:
    """Return the beginning of a body, and whether it is complete. Raises :class:`UnreadableBody`."""
    unpack = _unpacker(encoding)
    body, sent = bytearray(), 0
    try:
        async for chunk in chunks:
            sent += len(chunk)
            body += unpack.decompress(chunk, BODY_MAX + 1 - len(body)) if unpack else chunk
            if len(body) > BODY_MAX or sent > BODY_MAX:
                return bytes(body[:BODY_MAX]), False
    except zlib.error as error:
        raise UnreadableBody() from error
    return bytes(body), True


def _unpacker(encoding: str) -> "zlib._Decompress | None":
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either header
    raise UnreadableBody()
