"""Create clients of Redis with short time-outs, because requests and the feed wait for every call."""

import asyncio
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CALL_SECONDS: Final = 0.4
"""The longest that a call may take, in seconds, including a new connection."""

TIMEOUTS: Final[dict[str, Any]] = {
    "socket_timeout": CALL_SECONDS,
    "socket_connect_timeout": CALL_SECONDS,
    "socket_keepalive": True,
}


def redis_client(url: str, *, retries: int) -> Redis:
    """Return a client with short time-outs, which retries ``retries`` times on a fresh connection."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), retries), **TIMEOUTS)


def in_time() -> asyncio.Timeout:
    """Limit the duration of a block: the client's time-outs apply to single steps, and name lookup has none."""
    return asyncio.timeout(CALL_SECONDS)
