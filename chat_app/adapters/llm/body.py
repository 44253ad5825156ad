"""Read the body of an answer, with limits to its duration and size."""

import asyncio

import aiohttp

from chat_app.adapters.llm.config import LlmConfig
from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.core.ai.ports.gateway import LlmErrorCode

AFTER_FINISH_SECONDS = 10.0
"""The seconds allowed after an end: some vendors report one early, and some never close the connection."""

AFTER_LAST_SECONDS = 1.0
"""The seconds to wait for the body's end, so that the connection can be reused."""

MAX_BYTES = 64 * 2**20
"""The limit of an answer in bytes, decompressed: some 200,000 events."""

READ_BYTES = 16 * 2**10
"""The bytes read between two turns of the event loop, since a vendor may send faster than they are processed."""


class Body:
    """The bytes of an answer, in chunks. `failure`: the error that ended them, if any."""

    def __init__(
        self, content: aiohttp.StreamReader, answer: StreamedAnswer, patience: LlmConfig, asked_at: float
    ) -> None:
        self.failure: LlmErrorCode | None = None
        self._content = content
        self._answer = answer
        self._silence = patience.silence_seconds
        self._first_until = asked_at + patience.first_piece_seconds
        self._until = asked_at + patience.total_seconds
        self._news, self._news_at = 0, asked_at
        self._bytes_left = MAX_BYTES

    async def read(self) -> bytes:
        """Return the next bytes; none at the end."""
        if self.failure or self._answer.over:
            return b""
        until = min(self._patient_until(asyncio.get_running_loop().time()), self._until)
        try:
            async with asyncio.timeout_at(until):
                data = await self._content.read(READ_BYTES)
        except TimeoutError:
            out_of_time = until == self._until
            data = b"" if out_of_time else self._come_meanwhile()
            if not data:
                return self._silent(out_of_time=out_of_time)
        except (aiohttp.ClientError, OSError):
            return self._broken()
        if len(data) == READ_BYTES:
            await asyncio.sleep(0)
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            self._answer.cut()
        return data

    def _come_meanwhile(self) -> bytes:
        """Return the bytes that arrived while this process was blocked, which would otherwise look like a time-out."""
        try:
            return self._content.read_nowait()
        except (aiohttp.ClientError, OSError):
            return self._broken()

    def _patient_until(self, now: float) -> float:
        answer = self._answer
        if self._news != answer.news:
            self._news, self._news_at = answer.news, now
        if answer.last:
            return self._news_at + AFTER_LAST_SECONDS
        if answer.finish and not answer.went_on:
            return self._news_at + AFTER_FINISH_SECONDS
        return now + self._silence if self._news else self._first_until

    def _silent(self, *, out_of_time: bool) -> bytes:
        if out_of_time:
            self._answer.cut()
        elif not (self.failure or self._answer.finish or self._answer.last or self._content.at_eof()):
            self.failure = "llm_timeout"
        return b""

    def _broken(self) -> bytes:
        """Return the bytes before the connection broke, which aiohttp does not deliver before it raises."""
        self.failure = "llm_interrupted"
        self._content.set_exception(None)  # type: ignore[arg-type]
        return self._content.read_nowait()
