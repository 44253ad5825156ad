"""Reading the body of an answer."""

import asyncio
import time
from unittest.mock import Mock

import aiohttp

from chat_app.adapters.llm.body import Body
from chat_app.adapters.llm.config import LlmConfig
from chat_app.adapters.llm.streams.answer import StreamedAnswer
from tests.adapters.llm.conftest import asked

PATIENCE = LlmConfig(first_piece_seconds=0.2, silence_seconds=0.2)


async def test_data_that_arrived_while_process_was_paused_is_read():
    loop = asyncio.get_running_loop()
    content = aiohttp.StreamReader(Mock(_reading_paused=False), 2**16, loop=loop)
    body = Body(content, StreamedAnswer(asked("a model", "Hello"), lambda event: []), PATIENCE, loop.time())
    reading = asyncio.create_task(body.read())
    await asyncio.sleep(0)
    time.sleep(2 * PATIENCE.silence_seconds)  # noqa: ASYNC251, as on a suspended machine, nothing of this process runs
    loop.call_soon(content.feed_data, b"late")  # the loop sees what has come in the same turn as the time-out
    assert await reading == b"late"
    assert body.failure is None
    assert await body.read() == b""
    assert body.failure == "llm_timeout"
