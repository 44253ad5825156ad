"""Calls of answers that nobody wants any more, or whose process was away for a while."""

import asyncio

import pytest
import structlog

from chat_app.core.ai.answers.writing.writer import LOOKS
from chat_app.core.ai.asking.commands import stop_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.tables import Status
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from chat_app.core.tools.ports import ToolInfo
from tests.core.ai.conftest import Ai
from tests.core.ai.tool_use.conftest import SmallToolbox, calls_of, waiting
from tests.support.waiting import until


@pytest.fixture
def sleeps(ai: Ai) -> asyncio.Event:
    """Let nothing be saved until it is set: as between two saves, or in a process that was frozen."""
    real, goes_on = ai.writer._saving.save, asyncio.Event()

    async def save(*args: object) -> bool:
        await goes_on.wait()
        return await real(*args)  # type: ignore[arg-type]

    ai.writer._saving.save = save  # type: ignore[method-assign]
    return goes_on


async def give_up(other: Ai) -> None:
    for _ in range(LOOKS):
        await other.writer.give_up_abandoned()


@pytest.fixture
def listed(room: Room, toolbox: SmallToolbox) -> asyncio.Event:
    """Let no tools be listed, and so no model be asked, until it is set."""
    real, listed = toolbox.tools, asyncio.Event()

    async def tools() -> list[ToolInfo]:
        await listed.wait()
        return await real()

    toolbox.tools = tools  # type: ignore[method-assign]
    return listed


async def begun(ai: Ai, answer: MessageView) -> None:
    await until(lambda: ai.told(answer).answer.status == Status.STREAMING)


ADD = '[[call add {"a": 1}]] [[say It is {results}]]'


async def test_no_call_is_made_for_an_answer_that_was_stopped_elsewhere(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event, listed: asyncio.Event
):
    answer = await ai.ask(aiko, room, ADD)
    await begun(ai, answer)
    await other.do(aiko, stop_answer, answer.id)
    listed.set()
    assert (await ai.ended(answer)).answer.status == Status.STOPPED
    assert toolbox.called == []
    assert calls_of(ai, answer) == []


async def test_no_call_is_made_for_an_answer_that_was_deleted(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event, listed: asyncio.Event
):
    answer = await ai.ask(aiko, room, ADD)
    await begun(ai, answer)
    await other.do(aiko, delete_message, answer.id)
    listed.set()
    assert (await ai.ended(answer)).answer.status == Status.STOPPED
    assert toolbox.called == []


@pytest.mark.parametrize("call", ["[[call hang {}]]", "[[call send {}]]"])
@pytest.mark.slow
async def test_answer_deleted_during_a_call_ends_without_a_fault(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event, call: str
):
    answer = await ai.ask(aiko, room, f"{call} [[say done]]")
    await until(lambda: calls_of(ai, answer))
    with structlog.testing.capture_logs() as lines:
        await other.do(aiko, delete_message, answer.id)
        toolbox.release.set()
        ended = await ai.ended(answer)
    assert (ended.answer.status, ended.answer.error) == (Status.STOPPED, None)
    assert [line for line in lines if line["log_level"] == "error"] == []


async def test_run_that_was_given_up_before_its_calls_goes_on(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event, listed: asyncio.Event
):
    answer = await ai.ask(aiko, room, ADD)
    await begun(ai, answer)
    await give_up(other)
    assert ai.told(answer).answer.status == Status.FAILED
    listed.set()
    await until(lambda: ai.told(answer).text == "It is 1")
    assert (await ai.stored(aiko, answer)).answer.status == Status.COMPLETE
    assert [call["status"] for call in calls_of(ai, answer)] == ["done"]


async def test_call_of_a_run_that_was_given_up_meanwhile_shows_what_came_of_it(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event
):
    answer = await ai.ask(aiko, room, "[[call hang {}]] [[say Well: {results}]]")
    await until(lambda: toolbox.called)
    await give_up(other)
    assert calls_of(ai, answer)[0]["status"] == "stopped"
    toolbox.release.set()
    await until(lambda: ai.told(answer).text == "Well: done and sent")
    assert [call["status"] for call in calls_of(ai, answer)] == ["done"]


@pytest.mark.slow
async def test_call_that_waited_in_a_run_that_was_given_up_is_not_made(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, sleeps: asyncio.Event
):
    answer = await ai.ask(aiko, room, "[[call send {}]] [[say Well: {results}]]")
    await waiting(ai, answer)
    await give_up(other)
    await until(lambda: ai.told(answer).text == "Well: Nobody approved the call in time. It was not made.")
    assert toolbox.called == []
    assert [call["status"] for call in calls_of(ai, answer)] == ["stopped"]
