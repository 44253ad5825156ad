"""A room with people and models, random actions in it, and the state fetched afresh."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

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
from tests.core.live.clients import Op, State
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


async def set_the_stage(work: UnitOfWork, make: Factory, events: list[object]) -> Stage:
    master, *people = [await make.actor() for _ in range(4)]
    room = await make.room({Role.MASTER: master, Role.MEMBER: people[0], Role.GUEST: people[1]}, ai_tools=["test/n"])
    link = await Do(work)(master, create_invite_link, room.id)
    name = f"critic-{new_id().hex[-12:]}"
    assistant = await Do(work)(master, create_assistant, name, "Critic", shared=True)
    return Stage(Do(work), room, master, [master, *people], link.token, assistant, events)
