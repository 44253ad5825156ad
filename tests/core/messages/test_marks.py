"""Reactions, pins and stars."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import regenerate_answer
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.errors import InvalidReaction, MessageDeleted, MessageNotFound, PinsFull, ReactionsFull
from chat_app.core.messages.events import MessageChanged, MessageStarred
from chat_app.core.messages.marks import commands as marks
from chat_app.core.messages.marks.commands import in_one_form, pin_message, react, star_message, with_reaction
from chat_app.core.messages.queries import history, pinned_messages, starred_messages
from chat_app.core.messages.rules import canonical_emoji, check_emoji
from chat_app.core.rooms.commands import leave_room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.node import ASSETS, in_node
from tests.support.use_cases import Do

EMOJI = ["👍", "❤️", "✅", "1️⃣", "🇯🇵", "👩🏽‍🚀", "🏳️‍🌈", "👨‍👩‍👧‍👦", "🏴\U000e0067\U000e0062\U000e007f", "©️", "☝🏽"]
NO_EMOJI = ["", "a", "1", "👍👍", "👍 ", "<b>", "\u200d", "👍\u200d", "🇯", "👍" + "\U000e0041" * 99, None]


@pytest.mark.parametrize("emoji", EMOJI)
def test_one_emoji_of_any_form_is_a_reaction(emoji: str):
    assert check_emoji(emoji) == emoji


@pytest.mark.parametrize("text", NO_EMOJI)
def test_text_that_is_no_emoji_is_no_reaction(text: Any):
    with pytest.raises(InvalidReaction):
        check_emoji(text)


ONE_FORM = [
    *(("❤", "❤️"), ("❤\ufe0e", "❤️"), ("©", "©️"), ("1\u20e3", "1️⃣"), ("☝🏽", "☝🏽"), ("☝️🏽", "☝🏽"), ("👍\ufe0f", "👍")),
    *(("🏳\u200d🌈", "🏳️‍🌈"), ("❤\u200d🔥", "❤️‍🔥"), ("👁\u200d🗨", "👁️‍🗨️"), ("🇯🇵", "🇯🇵"), ("☆", "☆")),
]


@pytest.mark.parametrize(("written", "kept"), ONE_FORM)
def test_each_emoji_is_kept_in_one_form(written: str, kept: str):
    assert check_emoji(written) == check_emoji(kept) == kept


@given(
    st.lists(
        st.sampled_from(["❤", "🏳", "👍", "1", "☝", "🏽", "\u200d", "\ufe0f", "\ufe0e", "\u20e3", "🌈"]), max_size=8
    )
)
def test_emoji_with_and_without_selectors_are_one_reaction(parts: list[str]):
    emoji = "".join(parts)
    kept = canonical_emoji(emoji)
    assert canonical_emoji(kept) == kept == canonical_emoji(emoji.replace("\ufe0f", "").replace("\ufe0e", ""))


def test_the_browser_writes_emoji_in_the_same_form():
    written = [each for pair in ONE_FORM for each in pair]
    kept = in_node("canonical.js", "canonical", written)
    assert kept == [canonical_emoji(each) for each in written]
    offered = re.findall(
        r"\S+", " ".join(re.findall(r': "(.*)"', (ASSETS / "conversation" / "reactions" / "emoji.js").read_text()))
    )
    assert [each for each in offered if canonical_emoji(each) != each] == []


def test_reactions_in_several_forms_become_one():
    several = [{"emoji": "❤", "by": ["a", "b"]}, {"emoji": "👍", "by": ["a"]}, {"emoji": "❤️", "by": ["c", "a"]}]
    assert in_one_form(several) == [{"emoji": "❤️", "by": ["a", "b", "c"]}, {"emoji": "👍", "by": ["a"]}]


steps = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("👍🎉👀"), st.booleans()), max_size=20)


@given(steps)
def test_a_reaction_is_there_once_as_long_as_somebody_gives_it(steps: list[tuple[str, str, bool]]):
    reactions: list[dict[str, Any]] = []
    wanted = set()
    for who, emoji, on in steps:
        reactions = with_reaction(reactions, emoji, who, on=on)
        (wanted.add if on else wanted.discard)((who, emoji))
        assert with_reaction(reactions, emoji, who, on=on) == reactions
    assert sorted((who, each["emoji"]) for each in reactions for who in each["by"]) == sorted(wanted)
    assert len({each["emoji"] for each in reactions}) == len(reactions)


async def test_reactions_are_seen_in_the_order_in_which_they_came(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.GUEST: ben})
    message = await make.message(room, aiko)
    for who, emoji in ((ben, "🎉"), (aiko, "👍"), (aiko, "🎉"), (aiko, "🎉")):
        view = await do(who, react, message.id, emoji)
    a, b = str(aiko.user_id), str(ben.user_id)
    assert view.reactions == [{"emoji": "🎉", "by": [b, a]}, {"emoji": "👍", "by": [a]}]
    [shown] = (await do(ben, history, room.id)).messages
    assert shown.as_json()["reactions"] == view.reactions
    assert shown.rev == message.rev + 3  # the second time nothing changed
    await do(aiko, react, message.id, "👍", on=False)
    view = await do(aiko, react, message.id, "🎉", on=False)
    assert view.reactions == [{"emoji": "🎉", "by": [b]}]


async def test_concurrent_reactions_both_count(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    message = await make.message(room, aiko)
    await asyncio.gather(*(do(who, react, message.id, emoji) for who in (aiko, ben) for emoji in "👍🎉👀"))
    [shown] = (await do(ben, history, room.id)).messages
    assert {each["emoji"]: len(each["by"]) for each in shown.reactions} == {"👍": 2, "🎉": 2, "👀": 2}


async def test_a_message_has_room_for_so_many_reactions(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(marks, "REACTIONS_MAX", 2)
    aiko = await make.actor()
    message = await make.message(await make.room({Role.MASTER: aiko}), aiko)
    for emoji in "👍🎉":
        await do(aiko, react, message.id, emoji)
    with pytest.raises(ReactionsFull):
        await do(aiko, react, message.id, "👀")
    await do(aiko, react, message.id, "👍", on=False)
    await do(aiko, react, message.id, "👀")


async def test_a_deleted_message_has_no_marks_and_takes_none(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    message = await make.message(room, aiko)
    await do(aiko, react, message.id, "👍")
    await do(aiko, pin_message, message.id)
    await do(aiko, star_message, message.id)
    view = await do(aiko, delete_message, message.id)
    assert not {"reactions", "pinned"} & view.as_json().keys()
    assert await do(aiko, pinned_messages, room.id) == []
    assert await do(aiko, starred_messages) == ([], False)
    for mark, *args in ((react, "👍"), (pin_message,), (star_message,)):
        with pytest.raises(MessageDeleted):
            await do(aiko, mark, message.id, *args)
    await do(aiko, star_message, message.id, on=False)


async def test_the_newest_pin_comes_first(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    first, second = await make.message(room, aiko, "First"), await make.message(room, aiko, "Second")
    for message in (second, first, second):
        clock.advance(seconds=1)
        await do(aiko, pin_message, message.id)
    assert [view.text for view in await do(aiko, pinned_messages, room.id)] == ["First", "Second"]
    view = await do(aiko, pin_message, first.id, on=False)
    assert "pinned" not in view.as_json()
    assert [view.text for view in await do(aiko, pinned_messages, room.id)] == ["Second"]


async def test_a_room_has_room_for_so_many_pins(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(marks, "PINS_MAX", 1)
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    first, second = await make.message(room, aiko), await make.message(room, aiko)
    await do(aiko, pin_message, first.id)
    with pytest.raises(PinsFull):
        await do(aiko, pin_message, second.id)
    await do(aiko, pin_message, first.id, on=False)
    await do(aiko, pin_message, second.id)


async def test_stars_are_ones_own(do: Do, make: Factory, clock: Clock, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.READER: ben}, name="Tea")
    said = [await make.message(room, aiko, text) for text in ("One", "Two", "Three")]
    for message in (said[2], said[0], said[0]):
        clock.advance(seconds=1)
        await do(ben, star_message, message.id)
    stars, more = await do(ben, starred_messages)
    assert [(each.message.text, each.room_name) for each in stars] == [("One", "Tea"), ("Three", "Tea")]
    assert not more
    assert set((await do(ben, history, room.id)).starred) == {said[0].id, said[2].id}
    assert (await do(aiko, history, room.id)).starred == []
    assert await do(aiko, starred_messages) == ([], False)
    assert {event.user_id for event in events if isinstance(event, MessageStarred)} == {ben.user_id}
    [newest], more = await do(ben, starred_messages, limit=1)
    assert more
    older, _ = await do(ben, starred_messages, before=newest.at)
    assert [each.message.text for each in older] == ["Three"]


async def test_former_member_sees_no_stars_of_room(do: Do, make: Factory):
    ben = await make.actor()
    room = await make.room({Role.MEMBER: ben})
    message = await make.message(room, ben)
    await do(ben, star_message, message.id)
    await do(ben, leave_room, room.id)
    assert await do(ben, starred_messages) == ([], False)
    with pytest.raises(MessageNotFound):
        await do(ben, star_message, message.id, on=False)


async def test_an_answer_that_is_written_anew_keeps_its_reactions(do: Do, make: Factory, events: list[object]):
    """Its op differs from those of other messages."""
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    answer = await make.message(room, None, "Answer", asked_by_id=aiko.user_id)
    given = (await do(aiko, react, answer.id, "👍")).reactions
    await do(aiko, regenerate_answer, answer.id)
    async with do.work.begin() as ctx:
        [run] = await claim_runs(ctx, 1)
        events.clear()
        await begin_run(ctx, run, "demo")
    assert [event.message.reactions for event in events if isinstance(event, MessageChanged)] == [given]
