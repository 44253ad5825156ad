"""The hub of a site of several processes: Redis publish/subscribe, one subscription a process."""

import asyncio
import json
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final, cast
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat_app.adapters.hub.batching import Batch, BatchingHub

PREFIX: Final = "parley:"
RETRY_SECONDS: Final = 0.5

START_SECONDS: Final = 5.0
"""How long a start waits for Redis. Without it the site runs, unready, and the hub goes on trying."""

STOP_SECONDS: Final = 1.0

log = structlog.get_logger()


class RedisHub(BatchingHub):
    """Carries ops between processes. What Redis loses while it is away, clients notice by the gap in ``rev``."""

    def __init__(self, url: str) -> None:
        super().__init__()
        # A sender tries a second time, on a fresh connection. The listener must know at once that it has lost its own.
        self._sender: Redis = Redis.from_url(url, retry=Retry(NoBackoff(), 1))
        self._subscriber: Redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_keepalive=True)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._farewell = f"farewell:{uuid4()}"
        self._all_heard = asyncio.Event()

    async def start(self) -> None:
        """Subscribe, and begin to carry."""
        await super().start()
        self._listener = asyncio.create_task(self._listen(), name="hub-listener")
        await _at_most(START_SECONDS, self._listening)

    async def stop(self) -> None:
        """Send what is pending, hear the last of it, then let go of Redis."""
        await super().stop()
        if self._listener:
            if self._listening.is_set():
                await self._send({self._farewell: []})
                await _at_most(STOP_SECONDS, self._all_heard)
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        self._listening.clear()
        await self._subscriber.aclose()
        await self._sender.aclose()

    async def healthy(self) -> bool:
        """Whether Redis answers and the subscription stands."""
        try:
            await cast("Awaitable[bool]", self._sender.ping())
            return self._listening.is_set()
        except RedisError:
            return False

    async def _send(self, batch: Batch) -> None:
        try:
            async with self._sender.pipeline(transaction=False) as pipeline:
                for channel, ops in batch.items():
                    pipeline.publish(PREFIX + channel, json.dumps(ops, ensure_ascii=False, separators=(",", ":")))
                await pipeline.execute()
        except RedisError as error:
            log.error("hub_send_failed", error=type(error).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                await self._subscription()
            except RedisError as error:
                log.error("hub_subscription_lost", error=type(error).__name__)
            finally:
                self._listening.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscription(self) -> None:
        async with self._subscriber.pubsub() as subscription:
            await subscription.psubscribe(PREFIX + "*")
            async for message in subscription.listen():
                if message["type"] == "psubscribe":
                    self._listening.set()
                elif message["type"] == "pmessage":
                    await self._hear(message["channel"].decode().removeprefix(PREFIX), message["data"])

    async def _hear(self, channel: str, ops: bytes) -> None:
        if channel == self._farewell:
            self._all_heard.set()
        elif not channel.startswith("farewell:"):
            await self._receive(channel, json.loads(ops))


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
