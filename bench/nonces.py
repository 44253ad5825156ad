"""Nonces with the time of their creation, in the texts of messages: each packet shows the delay of its message."""

import re
import time
from functools import lru_cache
from itertools import count
from typing import Final

PLACE: Final = "NONCE"
"""Stands in a packet's text where :func:`new_nonce` is to be put."""

_END: Final = "be9cbe9cbe9c"
_NONCE: Final = re.compile(rb'"text":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-' + _END.encode() + rb")")
_NUMBER: Final = count()


def new_nonce() -> str:
    """Make a UUID of the time in microseconds since 1970, a number, and a mark of our UUIDs."""
    moment = f"{time.time_ns() // 1000:016x}"
    return f"{moment[:8]}-{moment[8:12]}-{moment[12:]}-{next(_NUMBER) % (1 << 16):04x}-{_END}"


def marked(text: str, nonce: str) -> str:
    """Return a text that begins with a nonce, and is as long as before."""
    return f"{nonce} {text[len(nonce) + 1 :]}"


@lru_cache(64)
def nonces_in(packet: bytes) -> tuple[bytes, ...]:
    """Find the nonces of all messages in a packet. The same packet comes to many sockets."""
    return tuple(_NONCE.findall(packet)) if _END.encode() in packet else ()


def made_at(nonce: bytes) -> float:
    """Return when a nonce was made, in seconds since 1970."""
    return int(nonce[:18].replace(b"-", b""), 16) / 1e6
