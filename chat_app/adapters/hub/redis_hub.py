"""The hub of a site of several processes: Redis publish/subscribe, one subscription a process.

A process delivers its own ops without Redis. Other processes may miss them: then they are notified, and make their tabs
synchronise.
"""

import asyncio
import json
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, Final, cast
from uuid import uuid4

import structlog
from redis.asyncio.client import PubSub

from chat_app.adapters.hub.batching import Batch, Batches
from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.adapters.redis_client import CALL_SECONDS, in_time, redis_client
from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live.ops.shared import RESYNC
from chat_app.core.live.ports import Op

PREFIX: Final = "parley:"
LOST: Final = "lost"
"""The channel on which a process reports that it could not publish something."""

RETRY_SECONDS: Final = 0.5
QUIET_SECONDS: Final = 1.0
"""The seconds without a message after which the subscription is tested with a ping."""

START_SECONDS: Final = 5.0
"""The seconds that a start waits for Redis. Without Redis the site runs, not ready, and the hub retries."""

STOP_SECONDS: Final = 1.0

MESSAGE_MAX: Final = 4 * 2**20
"""The longest message that is read, in bytes: a longer one would block all others for too long."""

log = structlog.get_logger()


class RedisHub(MemoryHub):
    """Delivers ops between processes by Redis."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._sender = redis_client(url, retries=1)
        self._subscriber = redis_client(url, retries=0)  # it must know at once that it has lost its connection
        self._name = str(uuid4())
        self._outgoing = Batches(self._send, "hub-sender")
        self._listener = Endless(self._listen, "hub-listener")
        self._unsent = Endless(self._say_lost, "hub-lost")
        self._lost, self._listening, self._all_heard = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def start(self) -> None:
        """Subscribe, and start the tasks."""
        await super().start()
        self._outgoing.start()
        self._unsent.start()
        self._listener.start()
        await _at_most(START_SECONDS, self._listening)

    async def stop(self) -> None:
        """Send and receive pending ops, then close the connections."""
        await self._outgoing.stop()
        with suppress(Exception):
            await self._publish({f"farewell:{self._name}": []})
            await _at_most(STOP_SECONDS * self.hears, self._all_heard)
        await self._listener.stop()
        await self._unsent.stop()
        self._listening.clear()
        await super().stop()
        await self._subscriber.aclose()
        await self._sender.aclose()

    def publish(self, channel: str, op: Op) -> None:
        """Publish ``op`` on ``channel``; return at once."""
        super().publish(channel, op)
        self._outgoing.put(channel, op)

    @property
    def is_shared(self) -> bool:
        """Return whether other processes publish too."""
        return True

    @property
    def hears(self) -> bool:
        """Return whether ops of other processes arrive now."""
        return self._listening.is_set()

    async def healthy(self) -> bool:
        """Return whether Redis answers, the subscription is active, and all tasks run."""
        working = self._local.runs and self._outgoing.runs and self._listener.runs
        if not working or not self.hears or self._lost.is_set():
            return False
        with suppress(Exception):
            async with in_time():
                return bool(await cast("Awaitable[bool]", self._sender.ping()))
        return False

    async def _send(self, batch: Batch) -> None:
        """Publish, or drop the ops while Redis is away: a queue would grow without limit."""
        if self._lost.is_set():
            return
        try:
            await self._publish(batch)
        except Exception as error:
            log.error("hub_send_failed", error=type(error).__name__)
            self._lost.set()

    async def _publish(self, batch: Batch) -> None:
        messages = [(channel, message) for channel, ops in batch.items() for message in self._messages(channel, ops)]
        async with in_time(), self._sender.pipeline(transaction=False) as pipeline:
            for channel, message in messages:
                pipeline.publish(PREFIX + channel, message)
            await pipeline.execute()

    def _messages(self, channel: str, ops: Sequence[Op]) -> list[bytes]:
        """Encode ops as messages. One that is too long makes its channel synchronise."""
        try:
            message = json.dumps([self._name, *ops], ensure_ascii=False, separators=(",", ":")).encode()
        except (TypeError, ValueError):
            message = b""
        if message and len(message) <= MESSAGE_MAX:
            return [message]
        if len(ops) > 1:
            half = len(ops) // 2
            return self._messages(channel, ops[:half]) + self._messages(channel, ops[half:])
        log.error("hub_op_cannot_be_sent", channel=channel, bytes=len(message))
        return self._messages(channel, [RESYNC])

    async def _say_lost(self) -> None:
        """Notify the other processes, as soon as possible, that they have missed ops."""
        while True:
            await self._lost.wait()
            await asyncio.sleep(RETRY_SECONDS)
            with suppress(Exception):
                await self._publish({LOST: []})
                self._lost.clear()
                log.warning("hub_sends_again")

    async def _listen(self) -> None:
        report = log.error  # a repeated failure is logged once
        while True:
            try:
                await self._subscription()
            except Exception as error:
                (log.error if self.hears else report)("hub_subscription_lost", error=type(error).__name__)
                report = log.debug
            finally:
                self._listening.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscription(self) -> None:
        async with self._subscriber.pubsub() as subscription:
            async with in_time():
                await subscription.psubscribe(PREFIX + "*")
            while True:
                await self._handle(await _next(subscription))

    async def _handle(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            log.info("hub_subscribed")
            self._listening.set()
            self._have_missed()
        elif message["type"] == "pmessage":
            try:
                sender, channel, ops = _read(message["channel"], message["data"])
            except (ValueError, RecursionError) as error:
                log.error("hub_message_skipped", error=str(error)[:200], bytes=len(message["data"]))
            else:
                await self._hear(sender, channel, ops)

    async def _hear(self, sender: str, channel: str, ops: list[Op]) -> None:
        if sender == self._name:
            if channel.startswith("farewell:"):
                self._all_heard.set()
        elif channel == LOST:
            self._have_missed()
        else:
            await self._receive(channel, ops)

    def _have_missed(self) -> None:
        for missed in self._missed:
            missed()


def _read(channel: bytes, data: bytes) -> tuple[str, str, list[Op]]:
    """Return the sender, channel and ops of a message. Raises ``ValueError`` unless a hub has written it."""
    if len(data) > MESSAGE_MAX:
        raise ValueError("too long")
    match json.loads(data):
        case [str(sender), *ops] if all(isinstance(op, dict) for op in ops):
            if b"\\ud" in data.lower():  # possibly a lone surrogate, which no socket can send
                json.dumps(ops, ensure_ascii=False).encode()
            return sender, channel.decode().removeprefix(PREFIX), ops
    raise ValueError("not a list of a sender and ops")


async def _next(subscription: PubSub) -> dict[str, Any]:
    """Return the next message. Raises ``TimeoutError`` if no message comes and Redis does not answer a ping."""
    if message := await subscription.get_message(timeout=QUIET_SECONDS):
        return cast("dict[str, Any]", message)
    async with in_time():
        await subscription.ping()
    if message := await subscription.get_message(timeout=CALL_SECONDS):
        return cast("dict[str, Any]", message)
    raise TimeoutError


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
