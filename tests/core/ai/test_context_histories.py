"""The models' view after any history: nothing hidden, and no summary older than a change that it covers."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.costs.holding import HeldReservation
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.preview.context import ContextJson, preview_context, start_context_at
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.summaries.saving import MadeSummary, save_summary
from chat_app.core.ai.summaries.stretch import read_stretch
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.tables import AiRule, Room
from tests.support.factory import Factory
from tests.support.use_cases import Do

SMALL = ModelInfo("small", "Small", "Vendor", context_window=700, max_output=100)
WORD = re.compile(r"w\d+x")


@dataclass
class Stage:
    """A room, and an aside of each of two people; every text is a word of its own."""

    do: Do
    people: list[Actor]
    rooms: list[Room]
    """The room, and the aside of each."""
    messages: list[Message] = field(default_factory=list)
    count: int = 0

    def text(self) -> str:
        self.count += 1
        return f"w{self.count}x " + "and so on " * 6

    def pick(self, what: int) -> UUID | None:
        return self.messages[what % len(self.messages)].id if self.messages else None

    async def say(self, who: int, where: int) -> None:
        room = self.rooms[0 if where % 3 else who + 1]
        said = await self.do(self.people[who], post_message, room.id, self.text())
        async with self.do.work.begin() as ctx:
            self.messages.append(await ctx.db.get_one(Message, said.id))

    async def summarise(self, what: int) -> None:
        """Have a summary stand for messages, whose words are theirs; or read them, and have something happen before."""
        until = next((each for each in self.messages if each.id == self.pick(what)), None)
        if until is None:
            return
        async with self.do.work.begin() as ctx:
            stretch = await read_stretch(ctx, until.room_id, until.id)
        if stretch is None:
            return
        if what % 3 == 0:
            await self.act("edit", what % 2, what // 2)
        so_far = stretch.so_far.text if stretch.so_far else ""
        words = " ".join([so_far, *(WORD.findall(each.text)[0] for each in stretch.messages)])
        async with self.do.work.begin() as ctx:
            made = MadeSummary(stretch.messages, words, len(words), "small", Usage(1, 1), None)
            await save_summary(ctx, stretch, made, HeldReservation(new_id(), until.room_id, None))

    async def act(self, name: str, who: int, what: int) -> None:
        """Do one random thing; a refused one changes nothing."""
        with suppress(DomainError):
            await ACTS[name](self, who, what)


Act = Callable[[Stage, int, int], Awaitable[object]]
ACTS: dict[str, Act] = {
    "say": lambda s, who, n: s.say(who, n),
    "edit": lambda s, who, n: s.do(s.people[who], edit_message, s.pick(n), s.text()),
    "delete": lambda s, who, n: s.do(s.people[who], delete_message, s.pick(n)),
    "hide": lambda s, who, n: s.do(s.people[who], exclude_from_ai, s.pick(n), on=n % 3 > 0),
    "pin": lambda s, who, n: s.do(s.people[who], pin_for_ai, s.pick(n), on=n % 4 > 0),
    "start": lambda s, who, n: s.do(s.people[who], start_context_at, s.pick(n)),
    "start anywhere": lambda s, who, n: s.do(s.people[0], set_ai, [], s.rooms[0].id, cutoff=(None,)),
    "summarise": lambda s, who, n: s.summarise(n),
}
acts = st.tuples(st.sampled_from(list(ACTS)), st.integers(0, 1), st.integers(0, 60))
says = st.tuples(st.just("say"), st.integers(0, 1), st.integers(0, 60))
histories = st.lists(st.one_of(says, acts), min_size=5, max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories)
@pytest.mark.slow
async def test_no_model_sees_what_it_must_not(make: Factory, do: Do, history: list[tuple[str, int, int]]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben}, ai_rule=AiRule.MENTIONED)
    asides = [(await do(each, open_aside, room.id)).room for each in (aiko, ben)]
    stage = Stage(do, [aiko, ben], [room, *asides])
    async with do.work.begin() as ctx:
        for aside in asides:
            (await ctx.db.get_one(Room, aside.id)).ai_rule = AiRule.MENTIONED
    for act in history:
        await stage.act(*act)
    async with do.work.begin() as ctx:
        ids = [each.id for each in stage.rooms]
        cutoffs = {each.id: (await ctx.db.get_one(Room, each.id)).ai_context_cutoff_at for each in stage.rooms}
        told = select(Message).where(Message.room_id.in_(ids)).order_by(Message.created_at)
        messages = list(await ctx.db.scalars(told))
    private = [(who, aside, {room.id, aside.id}) for who, aside in zip((aiko, ben), asides, strict=True)]
    for who, there, near in ((aiko, room, {room.id}), *private):
        visible = [each for each in messages if each.room_id in near and is_visible(each, cutoffs[each.room_id])]
        seen = await do(who, preview_context, [SMALL], there.id)
        check(seen, messages, visible)


def is_visible(message: Message, cutoff: object) -> bool:
    is_before = cutoff is not None and message.created_at < cutoff
    return message.deleted_at is None and not message.exclude_from_ai and not is_before and bool(message.text.strip())


def check(seen: ContextJson, messages: list[Message], visible: list[Message]) -> None:
    times = {str(each.id): each.created_at for each in messages}
    assert set(seen["kept"]) <= {str(each.id) for each in visible}
    assert [times[each] for each in seen["kept"]] == sorted(times[each] for each in seen["kept"])
    assert seen["tokens"] <= SMALL.prompt_budget
    now = {word for each in visible for word in WORD.findall(each.text)}
    if seen["summary"]:
        words = WORD.findall(seen["summary"]["text"])
        assert set(words) <= now
        assert len(words) == len(set(words)) == seen["summary"]["messages"]
        summarised = {each["id"] for each in seen["left_out"] if each["reason"] == "summarised"}
        assert summarised <= {str(each.id) for each in visible}
