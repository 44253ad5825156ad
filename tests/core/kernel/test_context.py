"""The unit of work."""

import asyncio

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import select, text
from structlog.testing import CapturingLogger

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.database import errors as database_errors
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.work.effects import failures
from chat_app.core.rooms.commands import create_room
from tests.support.factory import Factory
from tests.support.locks import end_connection
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_events_are_published_after_commit_in_order(work: UnitOfWork, make: Factory):
    aiko = await make.actor()
    seen: list[str] = []

    async def listen(event: object) -> None:
        async with work.begin() as other:
            named = await other.db.scalar(select(User.name).where(User.id == aiko.user_id))
        seen.append(f"{event}: {named}")

    work.listeners.append(listen)
    async with work.begin(aiko) as ctx:
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        ctx.emit("first")
        ctx.emit("second")
        assert seen == []
    assert seen == ["first: Changed", "second: Changed"]


async def test_failing_listener_does_not_affect_others(work: UnitOfWork, make: Factory, events: list[object]):
    async def broken(event: object) -> None:
        raise ConnectionError

    work.listeners.insert(0, broken)
    async with work.begin() as ctx:
        ctx.emit("first")
        ctx.emit("second")
    assert events == ["first", "second"]


async def test_failed_transaction_stores_and_publishes_nothing(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()

    async def fail(ctx: Context) -> None:
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        await ctx.db.flush()
        ctx.emit("never")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await Do(work)(aiko, fail)
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(User, aiko.user_id)).name == aiko.person.name
    assert events == []


async def test_a_cancelled_request_leaves_nothing(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()
    changed = asyncio.Event()

    async def request() -> None:
        async with work.begin(aiko) as ctx:
            (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
            await ctx.db.flush()
            changed.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(request())
    await changed.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(User, aiko.user_id)).name == aiko.person.name
    assert events == []


async def test_context_without_actor_raises_not_signed_in(do: Do):
    with refused("not_signed_in"):
        await do(None, create_room, name="Tea")


async def test_effects_follow_the_commit_and_the_events(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()
    seen: list[object] = []

    async def effect() -> None:
        async with work.begin() as other:
            seen.append(await other.db.scalar(select(User.name).where(User.id == aiko.user_id)))
        seen.extend(events)

    async with work.begin(aiko) as ctx:
        ctx.after_commit(effect)
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        ctx.emit("told")
        assert not ctx.committed
    assert seen == ["Changed", "told"]
    assert ctx.committed


async def test_effect_that_fails_spoils_nothing(work: UnitOfWork, capsys: pytest.CaptureFixture[str]):
    seen: list[str] = []
    before = failures["test_effect_that_fails_spoils_nothing.<locals>.broken"]

    async def broken() -> None:
        raise ConnectionError

    async def sound() -> None:
        seen.append("heard")

    async with work.begin() as ctx:
        ctx.after_commit(broken)
        ctx.after_commit(sound)
    assert seen == ["heard"]
    assert failures["test_effect_that_fails_spoils_nothing.<locals>.broken"] == before + 1
    assert "effect_failed" in capsys.readouterr().out


async def test_commit_that_fails_has_no_effects(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()
    seen: list[str] = []

    async def effect() -> None:
        seen.append("heard")

    async def change(ctx: Context) -> None:
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        await ctx.db.flush()
        ctx.emit("never")
        ctx.after_commit(effect)
        await end_connection(ctx, work)

    with pytest.raises(Unavailable):
        await Do(work)(aiko, change)
    assert events == seen == []


@pytest.mark.parametrize("held", ["nothing", "a row", "a key"])
async def test_no_transaction_is_open_while_another_server_counts(work: UnitOfWork, make: Factory, held: str):
    work.remote_limits = True
    aiko = await make.actor()
    async with work.begin(aiko) as ctx:
        user = await ctx.db.get_one(User, aiko.user_id)
        if held == "a row":  # what has been written or locked cannot be let go of
            user.name = "Changed"
        if held == "a key":
            await ctx.lock_key("a chat of two")
        await ctx.limit(RateLimitItemPerMinute(1))
        assert ctx.db.in_transaction() is (held != "nothing")


NOBODY = "01234567-89ab-7def-8123-456789abcdef"
GROUP_OF_NOBODY = f"INSERT INTO groups (id, owner_id, name, created_at) VALUES ('{NOBODY}', '{NOBODY}', 'No', now())"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (GROUP_OF_NOBODY, "conflict"),
        ("SELECT CAST('x' AS integer)", "invalid_request"),
        ("SELECT 1 / 0", "invalid_request"),
        ("SELECT '\ud800'", "invalid_request"),
    ],
)
@pytest.mark.parametrize("by_driver", [False, True])
async def test_values_refused_by_the_database_are_refused(
    work: UnitOfWork, statement: str, code: str, by_driver: bool, monkeypatch: pytest.MonkeyPatch
):
    logged = CapturingLogger()
    monkeypatch.setattr(database_errors, "log", logged)
    with refused(code):
        async with work.begin() as ctx:
            if by_driver:
                await (await ctx.driver()).execute(statement)
            else:
                await ctx.db.execute(text(statement))
    assert "database_error" in str(logged.calls)
    assert NOBODY not in str(logged.calls)
