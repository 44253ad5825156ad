"""The outcomes of the answers of each connection."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from chat_app.core.ai.tables import AiRun
from chat_app.core.connections.checks.health import count_day
from chat_app.core.kernel.ids import new_id
from tests.support.factory import Factory


async def test_last_day_of_each_connection_is_counted(make: Factory):
    aiko = await make.actor()
    room = await make.room()
    message = await make.message(room, None, "Yes", asked_by_id=aiko.user_id)

    async with make.work.begin() as ctx:

        def add(model: str | None, status: str, error: str | None = None, **more: Any) -> None:
            fields = {"room_id": room.id, "message_id": message.id, "asked_by_id": aiko.user_id, "created_at": ctx.now}
            ctx.db.add(AiRun(**{"id": new_id(), **fields, **more}, model=model, status=status, error=error))

        old = {
            "id": UUID(int=int((ctx.now - timedelta(hours=30)).timestamp() * 1000) << 80),
            "created_at": ctx.now - timedelta(hours=30),
        }
        add("own/a", "completed")
        add("own/b", "stopped")
        add("own/a", "failed", "llm_timeout")
        add("own/b", "failed", "llm_timeout")
        add("own/b", "completed", instead_of="other/c", instead_error="llm_no_credit")
        add("own/a", "running")
        add(None, "queued")
        add("own/a", "completed", **old)
        await ctx.db.flush()
        days = await count_day(ctx, "other/c")
    assert days["own"] == {"answers": 3, "failed": {"llm_timeout": 2}, "running": 1, "waiting": 0}
    assert days["other"] == {"answers": 0, "failed": {"llm_no_credit": 1}, "running": 0, "waiting": 1}
