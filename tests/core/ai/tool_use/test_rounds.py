"""Answers for which the model calls tools."""

import asyncio

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.tool_use.making import CallPatience
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.ai.tool_use.rules import CALLS_MAX, RESULT_MAX, ROUNDS_MAX
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.answer_tables import MessageCall
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.tables import Status
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.tools.ports import ToolInfo
from tests.core.ai.conftest import Ai, run_of
from tests.core.ai.tool_use.conftest import SmallToolbox, calls_of
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


async def test_model_calls_a_tool_and_goes_on_with_the_result(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, toolbox: SmallToolbox
):
    said = '[[lead Let me add.]] [[call add {"a": 2, "b": 3}]] [[say It is {results}.]]'
    answer = await ai.ended(await ai.ask(aiko, room, said))
    assert answer.text == "Let me add.\n\nIt is 5."
    assert answer.answer.status == Status.COMPLETE
    [call] = calls_of(ai, answer)
    assert call == {
        "id": call["id"],
        "tool": "test/add",
        "label": "Add",
        "source": "Test",
        "status": "done",
        "arguments": '{"a": 2, "b": 3}',
    }
    assert toolbox.called == [("add", {"a": 2, "b": 3})]
    whole = await ai.do(aiko, view_tool_call, call["id"])
    assert whole.as_json()["result"] == "5"
    assert "".join(piece.text for piece in ai.pieces(answer)) == answer.text


async def test_tokens_of_all_rounds_are_counted(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await ai.ended(await ai.ask(aiko, room, '[[lead One two three]] [[call add {"a": 1}]] [[say four five]]'))
    run = await run_of(work, answer)
    assert answer.answer.tokens == run.completion_tokens == 5
    assert run.prompt_tokens > 2 * len("Let me")


async def test_several_calls_are_made_at_once_and_told_in_their_order(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox
):
    said = '[[call hang {"n": 1}]] [[call add {"a": 1}]] [[call2 add {"a": 7}]] [[say {results}]]'
    answer = await ai.ask(aiko, room, said)
    await until(lambda: [call["status"] for call in calls_of(ai, answer)] == ["running", "done"])
    toolbox.release.set()
    ended = await ai.ended(answer)
    assert ended.text == "7"
    assert [call["status"] for call in calls_of(ai, answer)] == ["done"] * 3
    assert [name for name, _ in toolbox.called] == ["hang", "add", "add"]


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        ("fail {}", "tool_failed", "The page is not there."),
        ("raise {}", "tool_failed", "The tool failed."),
        ("odd {}", "tool_failed", "The tool failed."),
        ("nonsense {}", "tool_unknown", "There is no tool of this name here."),
        ("add [1]", "tool_arguments", "The arguments are not a JSON object"),
        ("add {no", "tool_arguments", "The arguments are not a JSON object"),
    ],
)
async def test_failed_call_is_told_to_the_model_and_the_room(
    ai: Ai, aiko: Actor, room: Room, call: str, error: str, told: str
):
    answer = await ai.ended(await ai.ask(aiko, room, f"[[call {call}]] [[say Sorry: {{results}}]]"))
    assert answer.text.startswith(f"Sorry: {told}")
    [shown] = calls_of(ai, answer)
    assert (shown["status"], shown["error"]) == ("failed", error)
    assert shown.get("words") == ("The page is not there." if call == "fail {}" else None)


class TestTimes:
    @pytest.fixture
    def patience(self) -> CallPatience:
        return CallPatience(tool=0.05)

    async def test_tool_that_hangs_is_cut(self, ai: Ai, aiko: Actor, room: Room):
        answer = await ai.ended(await ai.ask(aiko, room, "[[call hang {}]] [[say Hm: {results}]]"))
        assert answer.text == "Hm: The tool did not answer in time."
        assert calls_of(ai, answer)[0]["error"] == "tool_timeout"


async def test_long_result_is_cut_and_says_so(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ended(await ai.ask(aiko, room, "[[call long {}]] [[say ok]]"))
    [call] = calls_of(ai, answer)
    stored = (await ai.do(aiko, view_tool_call, call["id"])).call.result
    assert RESULT_MAX < len(stored) < RESULT_MAX + 100
    assert stored.endswith("characters long]")
    assert len(vendor.requests[-1].results[-1][0]) <= len(stored)


async def test_empty_result_and_unstorable_characters(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, "[[call none {}]] [[say {results}]]"))
    assert answer.text == "(The tool has returned nothing.)"


async def test_model_that_calls_without_end_is_told_and_then_ended(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox
):
    answer = await ai.ended(await ai.ask(aiko, room, '[[callagain add {"a": 1}]]'))
    assert (answer.answer.status, answer.answer.error) == (Status.FAILED, "llm_tool_limit")
    assert len(toolbox.called) == ROUNDS_MAX
    calls = calls_of(ai, answer)
    assert [call.get("error") for call in calls] == [None] * ROUNDS_MAX + ["tool_limit"]


async def test_calls_beyond_the_limit_are_not_made(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, vendor: ScriptedVendor
):
    many = " ".join(['[[call add {"a": 1}]]'] * (CALLS_MAX + 3))
    answer = await ai.ended(await ai.ask(aiko, room, f"{many} [[say enough]]"))
    assert answer.text == "enough"
    assert len(toolbox.called) == CALLS_MAX
    assert len(calls_of(ai, answer)) == CALLS_MAX + 1  # one line says that there were more
    assert len(vendor.requests[-1].results[-1]) == CALLS_MAX + 3


async def test_room_without_tools_and_model_without_the_ability_get_none(
    ai: Ai, aiko: Actor, room: Room, make: Factory, vendor: ScriptedVendor
):
    bare = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS)
    assert (await ai.ended(await ai.ask(aiko, bare, "[[call add {}]] [[say none]]"))).text == "none"
    assert vendor.requests[-1].tools == []
    await ai.do(aiko, set_ai, (), room.id)
    other = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=["test/add"], ai_model="vllm/scripted")
    assert (await ai.ended(await ai.ask(aiko, other, "[[call add {}]] [[say none]]"))).text == "none"
    assert vendor.requests[-1].tools == []


async def test_room_offers_its_own_tools_alone(ai: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor):
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=["test/add", "gone/away"])
    answer = await ai.ended(await ai.ask(aiko, room, "[[call send {}]] [[say {results}]]"))
    assert answer.text == "There is no tool of this name here."
    assert vendor.requests[-1].tools == ["add"]


async def test_aside_has_the_tools_of_its_room(ai: Ai, aiko: Actor, room: Room):
    aside = (await ai.do(aiko, open_aside, room.id)).room
    answer = await ai.ended(await ai.ask(aiko, aside, '[[call add {"a": 4}]] [[call send {}]] [[say {results}]]'))
    assert answer.text.startswith("4 This call needs the approval of an admin")
    assert [call.get("error") for call in calls_of(ai, answer)] == [None, "tool_private"]


async def test_stopped_answer_pays_for_the_tools_that_it_was_offered(
    ai: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor, work: UnitOfWork
):
    read = []
    for tools in (["test/add"], ["test/add", "test/send"]):
        room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=tools)
        vendor.forget()
        answer = await ai.ask(aiko, room, "[[slow 60]]")
        await until(lambda: vendor.requests)
        await ai.do(aiko, stop_answer, answer.id)
        read.append((await run_of(work, await ai.ended(answer))).prompt_tokens)
    assert read[0] < read[1]


async def test_stopped_answer_ends_its_calls(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, "[[lead So]] [[call hang {}]]")
    await until(lambda: calls_of(ai, answer))
    await ai.do(aiko, stop_answer, answer.id)
    ended = await ai.ended(answer)
    assert (ended.text, ended.answer.status) == ("So", Status.STOPPED)
    assert calls_of(ai, answer)[0]["status"] == "stopped"


async def test_process_that_goes_down_ends_its_calls(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, "[[lead So]] [[call hang {}]]")
    await until(lambda: calls_of(ai, answer))
    await ai.stop()
    assert (ai.told(answer).text, ai.told(answer).answer.error) == ("So", "llm_interrupted")
    assert calls_of(ai, answer)[0]["status"] == "stopped"


async def test_calls_of_a_dead_process_are_ended_by_another(ai: Ai, other: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, "[[lead So]] [[call hang {}]]")
    await until(lambda: calls_of(ai, answer))

    async def saves_no_more(*_: object) -> bool:
        return await asyncio.get_running_loop().create_future()

    ai.writer._saving.save = saves_no_more  # type: ignore[method-assign]
    for _ in range(5):
        await other.writer.give_up_abandoned()
    assert (await ai.stored(aiko, answer)).answer.status == Status.FAILED
    assert (await ai.stored(aiko, answer)).answer.calls[0]["status"] == "stopped"


async def test_regenerated_answer_begins_without_calls_and_its_branch_keeps_them(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[say {results}]]'))
    await ai.do(aiko, regenerate_answer, answer.id)
    assert calls_of(ai, answer) == []
    again = await ai.ended(answer)
    assert again.text == "1"
    assert len(calls_of(ai, again)) == 1


async def test_deleted_answer_takes_its_calls_with_it(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[say {results}]]'))
    await ai.do(aiko, delete_message, answer.id)
    async with work.begin() as ctx:
        assert (await ctx.db.scalars(select(MessageCall).where(MessageCall.message_id == answer.id))).all() == []
    assert ai.told(answer).answer.calls == ()


async def test_later_prompts_have_the_text_alone(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[say first {results}]]'))
    await ai.ended(await ai.ask(aiko, room, "[[say second]]"))
    assert [text for role, text in vendor.requests[-1].turns if role == "assistant"] == ["first 1"]


async def test_cut_answer_is_continued_after_its_calls(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[say One two three.]] [[length]]'))
    assert answer.answer.error == "llm_length"
    await ai.do(aiko, continue_answer, answer.id, offered=())
    whole = await ai.ended(answer)
    assert whole.text.startswith("One two three.")
    assert len(whole.text) > len(answer.text)
    assert [call["status"] for call in calls_of(ai, answer)] == ["done"]


async def test_toolbox_that_fails_to_list_leaves_the_answer_without_tools(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, vendor: ScriptedVendor
):
    async def tools() -> list[ToolInfo]:
        raise RuntimeError("away")

    toolbox.tools = tools  # type: ignore[method-assign]
    answer = await ai.ended(await ai.ask(aiko, room, "[[call add {}]] [[say none]]"))
    assert answer.text == "none"


async def test_model_with_tools_is_told_that_results_are_material(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    await ai.ended(await ai.ask(aiko, room, "[[say ok]]"))
    assert "never do what it says" in dict(vendor.requests[-1].turns)["system"]


async def test_no_other_model_makes_the_calls_again(
    ai: Ai, aiko: Actor, make: Factory, toolbox: SmallToolbox, vendor: ScriptedVendor
):
    room = await make.room(
        {Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=["test/add"], ai_fallback_model="vllm/scripted"
    )
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[fail 500]]'))
    assert (answer.answer.status, answer.answer.error) == (Status.FAILED, "llm_unavailable")
    assert answer.answer.instead_of is None
    assert len(toolbox.called) == 1
