"""A process as `bootstrap` wires it, from a question to the op that ends the answer."""

from collections.abc import Sequence

import pytest

from chat_app.bootstrap import build
from chat_app.core.ai.asking.commands import start_chat
from chat_app.core.auth.registration import register
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.ports import Op
from chat_app.settings import Settings
from tests.support.redis import RedisServer
from tests.support.waiting import until


@pytest.mark.parametrize("with_redis", [False, True], ids=["alone", "redis"])
@pytest.mark.slow
async def test_a_question_is_answered_live(fresh_database: str, redis_server: RedisServer, with_redis: bool):
    settings = Settings(database_url=fresh_database, redis_url=redis_server.url if with_redis else None)
    runtime = build(settings)
    ops: list[Op] = []

    async def receive(channel: str, batch: Sequence[Op]) -> None:
        ops.extend(batch)

    runtime.hub.subscribe(receive)
    await runtime.start()
    assert await runtime.ready() == {"database": True, "hub": True}
    async with runtime.work.begin() as ctx:
        user = await register(ctx, email="a@example.com", username="aiko", password="quiet rivers carry light")
        actor, _ = begin_session(ctx, user, address="", user_agent="")
    async with runtime.work.begin(actor) as ctx:
        await start_chat(ctx, "Hello", nonce=new_id())
    await until(lambda: any(op["t"] == "stream" for op in ops))
    await runtime.stop()
    answers = [op["m"]["ai"]["status"] for op in ops if op["t"] == "message" and "ai" in op["m"]]
    assert answers == ["queued", "streaming", "failed"]
    assert (await runtime.ready())["hub"] is False


async def test_a_process_without_its_database_is_not_ready():
    runtime = build(Settings(database_url="postgresql://nobody:x@127.0.0.1:9/none"))
    assert (await runtime.ready())["database"] is False
    await runtime.stop()
