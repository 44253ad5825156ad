"""How Parley speaks to Redis: no call may last, because requests and everybody's feed would wait with it."""

import asyncio
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CALL_SECONDS: Final = 0.4
"""The longest that a call may take, with a connection that is made for it."""

TIMEOUTS: Final[dict[str, Any]] = {
    "socket_timeout": CALL_SECONDS,
    "socket_connect_timeout": CALL_SECONDS,
    "socket_keepalive": True,
}


def redis_client(url: str, *, retries: int) -> Redis:
    """Return a client that waits for nothing, and tries ``retries`` times more, on a fresh connection."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), retries), **TIMEOUTS)


def in_time() -> asyncio.Timeout:
    """Bound all that is done within: the client's time-outs are for each step, and looking up a name has none."""
    return asyncio.timeout(CALL_SECONDS)
