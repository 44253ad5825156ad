"""The conversations that support sees: which, in what order, with what figures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from chat_app.core.support.commands import ask_for_help, withdraw_help
from chat_app.core.support.queries import SessionFilter, SessionOrder, list_sessions, view_session
from chat_app.core.support.takeover import release_session, take_over
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture
async def grace(make: Factory) -> Actor:
    return replace(await make.actor(username="grace", site_roles=["supporter"]), site_roles=frozenset({"supporter"}))


async def chats(do: Do, make: Factory, clock: Clock, count: int) -> tuple[Actor, list[Room]]:
    """A person's chats, each with a question and a request for help, one minute after the other."""
    aiko = await make.actor(username="aiko")
    rooms = []
    for place in range(count):
        clock.advance(minutes=1)
        room = await make.room({Role.MASTER: aiko}, kind="chat", ai_rule="always", name=f"Chat {place}")
        clock.advance(seconds=10 * (count - place))
        await do(aiko, post_message, room.id, "Hello")
        await do(aiko, ask_for_help, room.id, "Please")
        rooms.append(room)
    return aiko, rooms


async def test_only_conversations_with_requests_are_listed(do: Do, make: Factory, clock: Clock, grace: Actor):
    aiko, [room] = await chats(do, make, clock, 1)
    other = await make.room({Role.MASTER: aiko})
    found, place = await do(grace, list_sessions)
    assert ([each.id for each in found], place) == ([room.id], None)
    assert await code_of(do(grace, view_session, other.id)) == "session_not_found"
    assert await code_of(do(aiko, list_sessions)) == "session_not_found"


async def test_policy_lists_all_with_an_ai(do: Do, make: Factory, clock: Clock, grace: Actor, work: UnitOfWork):
    aiko, [room] = await chats(do, make, clock, 1)
    other = await make.room({Role.MASTER: aiko})
    await make.room({Role.MASTER: aiko}, ai_rule="never")
    work.policy = replace(work.policy, support_joins=True)
    found, _ = await do(grace, list_sessions)
    assert {each.id for each in found} == {room.id, other.id}


@pytest.mark.parametrize("order", list(SessionOrder))
async def test_pages_of_every_order_have_each_once(
    do: Do, make: Factory, clock: Clock, grace: Actor, order: SessionOrder
):
    _, rooms = await chats(do, make, clock, 5)
    async with do.work.begin() as ctx:
        for place, room in enumerate(rooms):
            for run in await ctx.db.scalars(select(AiRun).where(col(AiRun.room_id) == room.id)):
                run.prompt_tokens, run.completion_tokens = 10 * place, place
                run.finished_at = run.created_at + timedelta(seconds=place)
    pages, place = [], None
    while True:
        found, place = await do(grace, list_sessions, SessionFilter(), order, after=place, limit=2)
        pages += [each.room.name for each in found]
        if place is None:
            break
    rising = [f"Chat {number}" for number in range(5)]
    assert pages == (rising if order in (SessionOrder.LENGTH, SessionOrder.WAITING) else rising[::-1])


async def test_filters_narrow_the_list_of_conversations(do: Do, make: Factory, clock: Clock, grace: Actor):
    aiko, [first, second, third] = await chats(do, make, clock, 3)
    await do(grace, take_over, first.id)
    await do(aiko, withdraw_help, second.id)

    async def names(wanted: SessionFilter) -> set[str]:
        return {each.room.name for each in (await do(grace, list_sessions, wanted))[0]}

    assert await names(SessionFilter(state="taken")) == {"Chat 0"}
    assert await names(SessionFilter(state="none")) == {"Chat 1"}
    assert await names(SessionFilter(assisted=True)) == {"Chat 0"}
    assert await names(SessionFilter(person="@Aiko")) == {"Chat 0", "Chat 1", "Chat 2"}
    assert await names(SessionFilter(person="nobody")) == set()
    ben = await make.actor(username="ben")
    await make.room({Role.MASTER: ben}, name="Of Ben")
    assert await names(SessionFilter(person="ben")) == set()
    seen = (await do(grace, view_session, third.id)).room.last_activity_at
    assert await names(SessionFilter(since=seen)) == {"Chat 2"}
    assert await names(SessionFilter(until=seen)) == {"Chat 0", "Chat 1"}
    assert await code_of(do(grace, list_sessions, SessionFilter(state="odd"))) == "choice_invalid"


async def test_longest_waiting_session_is_first(do: Do, make: Factory, clock: Clock, grace: Actor):
    aiko, [first, second, third, fourth] = await chats(do, make, clock, 4)
    await do(aiko, withdraw_help, first.id)
    await do(grace, take_over, third.id)
    await do(aiko, post_message, fourth.id, "Still there?")
    pages, place = [], None
    while not pages or place:
        found, place = await do(grace, list_sessions, SessionFilter(), SessionOrder.WAITING, after=place, limit=1)
        pages += [each.id for each in found]
    assert pages == [second.id, fourth.id, third.id, first.id]


async def test_order_by_person_groups_their_sessions(do: Do, make: Factory, clock: Clock, grace: Actor):
    aiko, _ = await chats(do, make, clock, 2)
    clock.advance(minutes=1)
    for who, name in ((await make.actor(username="ben"), "Of Ben"), (aiko, "Last")):
        room = await make.room({Role.MASTER: who}, kind="chat", ai_rule="always", name=name)
        await do(who, ask_for_help, room.id, "Please")
    found, _ = await do(grace, list_sessions, SessionFilter(), SessionOrder.PERSON)
    assert [each.room.name for each in found] == ["Of Ben", "Last", "Chat 1", "Chat 0"]


async def test_session_has_its_figures_and_history(do: Do, make: Factory, clock: Clock, grace: Actor):
    aiko, [room] = await chats(do, make, clock, 1)
    await do(grace, take_over, room.id)
    await do(grace, release_session, room.id, "Done")
    async with do.work.begin() as ctx:
        for run in await ctx.db.scalars(select(AiRun)):
            run.prompt_tokens, run.completion_tokens, run.cost, run.first_ms = 100, 20, 7, 300
            run.finished_at = run.created_at + timedelta(seconds=2)
            slow = {"id": new_id(), "first_ms": None, "finished_at": run.created_at + timedelta(seconds=4)}
            ctx.db.add(AiRun(**run.model_dump(exclude={"prompt_tokens", "completion_tokens", "cost"}) | slow))
    session = (await do(grace, view_session, room.id)).details()
    figures = {
        key: session[key] for key in ("messages", "answers", "tokens", "cost", "first_ms", "answer_ms", "longest_ms")
    }  # type: ignore[literal-required]
    times = {"first_ms": 300, "answer_ms": 3000, "longest_ms": 4000}
    assert figures == {"messages": 1, "answers": 1, "tokens": 120, "cost": 7, **times}
    [request] = session["history"]
    assert (request["reason"], request["note"], request["ended"]) == ("Please", "Done", "released")
    assert request["taken_by"] == grace.person.as_json()
    assert session["owner"] == aiko.person.as_json()
