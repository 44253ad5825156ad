"""The site's figures."""

from datetime import timedelta

from sqlalchemy import event

from chat_app.core.access.permissions import Role
from chat_app.core.administration.overview import DAYS, Figures, view_overview
from chat_app.core.ai.tables import AiRun
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_figures_count_what_was_done(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    room = await make.room({Role.MASTER: admin})
    await make.message(room, admin)
    answer = await make.message(room, None)
    async with do.work.begin() as ctx:
        about = {"room_id": room.id, "message_id": answer.id, "asked_by_id": admin.user_id, "created_at": ctx.now}
        ended = ctx.now + timedelta(seconds=2)
        ctx.db.add(AiRun(**about, status="completed", cost=1500, finished_at=ended))
        ctx.db.add(AiRun(**about, status="failed", finished_at=ctx.now))
    found = await do(admin, view_overview)
    assert (found["people"], found["rooms"], found["messages"]) == (1, 1, 2)
    assert len(found["days"]) == DAYS
    today = found["days"][-1]
    assert [today[key] for key in ("people", "rooms", "messages", "answers", "errors")] == [1] * 5
    assert (today["cost"], today["latency"]) == (1500, 2000)
    assert found["days"][0]["messages"] == 0


async def test_figures_take_two_statements_and_are_kept_for_seconds(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    figures, statements = Figures(), []
    engine = do.work.sessions.kw["bind"]
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(engine.sync_engine, "before_cursor_execute", listener)
    try:
        first = await do(admin, figures.read)
        assert len(statements) == 2
        assert await do(admin, figures.read) is first
        assert len(statements) == 2
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", listener)
