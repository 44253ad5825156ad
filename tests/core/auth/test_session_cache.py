"""The cache of sessions: an ended session leaves it at once where the event arrives, and within seconds elsewhere."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.core.accounts.commands import update_profile
from chat_app.core.auth.sessions.cache import AGE_MAX, SessionCache
from chat_app.core.auth.sessions.commands import recognise_session, sign_out
from chat_app.core.kernel.context import UnitOfWork
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


@pytest.fixture
def known(work: UnitOfWork) -> SessionCache:
    here = SessionCache(work)
    work.listeners.append(here.on_event)
    return here


@pytest.fixture
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """The queries to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_a_known_session_asks_the_database_once(known: SessionCache, make: Factory, statements: list[str]):
    actor, token = await make.signed_in()
    assert await known.by_token(token) == actor
    assert await known.by_id(actor.session_id) == actor
    statements.clear()
    assert (await known.by_token(token), await known.by_id(actor.session_id)) == (actor, actor)
    assert statements == []


async def test_a_session_that_ends_here_is_forgotten_at_once(known: SessionCache, make: Factory, do: Do):
    actor, token = await make.signed_in()
    other_id, _ = await make.session(actor)
    await known.by_token(token), await known.by_id(actor.session_id), await known.by_id(other_id)
    await do(actor, sign_out)
    assert (await known.by_token(token), await known.by_id(actor.session_id)) == (None, None)
    assert await known.by_id(other_id)


async def test_a_session_that_ends_elsewhere_is_forgotten_when_that_is_heard(
    work: UnitOfWork, make: Factory, do: Do, statements: list[str]
):
    elsewhere = SessionCache(work)
    actor, token = await make.signed_in()
    await elsewhere.by_token(token)
    await do(actor, sign_out)
    assert await elsewhere.by_token(token), "nothing has been heard so far"
    await elsewhere.hear(f"session:{actor.session_id}", [{"t": "signed_out"}])
    assert await elsewhere.by_token(token) is None


async def test_change_without_a_notice_takes_effect_by_age(work: UnitOfWork, make: Factory, do: Do, clock: Clock):
    deaf = SessionCache(work)
    actor, token = await make.signed_in()
    await deaf.by_token(token)
    await do(actor, sign_out)
    clock.advance(seconds=AGE_MAX.total_seconds())
    assert await deaf.by_token(token) is None


async def test_data_read_before_the_end_of_a_session_are_not_cached(
    known: SessionCache, make: Factory, do: Do, monkeypatch: pytest.MonkeyPatch
):
    actor, _ = await make.signed_in()

    async def ended_meanwhile(ctx: object, session_id: object) -> object:
        found = await recognise_session(ctx, session_id)
        await do(actor, sign_out)
        return found

    monkeypatch.setattr("chat_app.core.auth.sessions.cache.recognise_session", ended_meanwhile)
    assert await known.by_id(actor.session_id) == actor
    monkeypatch.undo()
    assert await known.by_id(actor.session_id) is None


async def test_a_new_name_shows_at_once(known: SessionCache, make: Factory, do: Do):
    actor, token = await make.signed_in()
    await known.by_token(token)
    await do(actor, update_profile, name="Another")
    found = await known.by_token(token)
    assert found
    assert found.person.name == "Another"
