"""The hub of a site of several processes: Redis publish/subscribe, one subscription a process."""

import asyncio
import json
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat_app.adapters.hub.batching import Batch, BatchingHub

PREFIX: Final = "parley:"
RETRY_SECONDS: Final = 1.0

log = structlog.get_logger()


class RedisHub(BatchingHub):
    """Carries ops between processes. What Redis loses while it is away, clients notice by the gap in ``rev``."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis: Redis = Redis.from_url(url, health_check_interval=15)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Subscribe, and begin to carry."""
        await super().start()
        self._listener = asyncio.create_task(self._listen(), name="hub-listener")
        await self._listening.wait()

    async def stop(self) -> None:
        """Send what is pending, then let go of Redis."""
        await super().stop()
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await self._redis.aclose()

    async def healthy(self) -> bool:
        """Whether Redis answers and the subscription stands."""
        try:
            return bool(await self._redis.ping()) and self._listening.is_set()
        except RedisError:
            return False

    async def _send(self, batch: Batch) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
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
                self._listening.clear()
                log.error("hub_subscription_lost", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _subscription(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.psubscribe(PREFIX + "*")
            async for message in subscription.listen():
                if message["type"] == "psubscribe":
                    self._listening.set()
                elif message["type"] == "pmessage":
                    await self._receive(message["channel"].decode().removeprefix(PREFIX), json.loads(message["data"]))
