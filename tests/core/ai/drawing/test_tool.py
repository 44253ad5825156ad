"""Pictures that a model has drawn by a tool."""

from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.tables import AiRun
from chat_app.core.ai.tool_use.commands import approve_tool_call
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import AiRule
from tests.core.ai.conftest import Ai
from tests.core.ai.drawing.conftest import DRAWER, drawn, told
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

CALL = '[[call draw {"prompt": "a fox", "size": "96x64"}]]'


async def test_a_tool_draws_into_the_answer(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, make: Factory, vendor: ScriptedVendor, work: UnitOfWork
):
    tools = ["builtin/draw_freely"]
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_model="vllm/tooled", ai_tools=tools)
    await posting.post(aiko, room.id, f"Draw one. {CALL} [[say {{results}}]]")
    answer = await drawn(do, aiko, room)
    assert answer.answer is not None
    assert answer.answer.status == "complete"
    assert answer.text.startswith("The picture was drawn and is shown")
    [file] = answer.attachments
    assert (file["caption"], file["width"], file["name"]) == ("a fox", 96, "a-fox.png")
    assert answer.answer.drawing is None
    assert [call["status"] for call in answer.answer.calls] == ["done"]
    async with work.begin() as ctx:
        run = await ctx.db.scalar(select(AiRun).where(AiRun.message_id == answer.id))
    assert run is not None
    assert run.drawings is not None
    assert [note["model"] for note in run.drawings] == [DRAWER]
    await posting.post(aiko, room.id, "And then? [[image]]", model="vllm/seeing-1")
    assert (await drawn(do, aiko, room)).text.startswith("image/png")


async def test_a_tool_that_cannot_draw_tells_why(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, make: Factory, vendor: ScriptedVendor
):
    tools = ["builtin/draw_freely"]
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_model="vllm/tooled", ai_tools=tools)
    await posting.post(aiko, room.id, f"Draw one. {CALL.replace('96x64', '1')} [[say {{results}}]]")
    answer = await drawn(do, aiko, room)
    assert (answer.answer and [each["status"] for each in answer.answer.calls], answer.attachments) == (["failed"], ())
    assert answer.text.startswith("`size` has to be")


async def test_each_picture_waits_where_the_room_has_it_so(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, make: Factory, vendor: ScriptedVendor
):
    tools = ["builtin/draw_picture"]
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_model="vllm/tooled", ai_tools=tools)
    await posting.post(aiko, room.id, f"Draw one. {CALL.replace('call draw', 'call draw_picture')} [[say {{results}}]]")

    async def waiting() -> str:
        answer = (await told(do, aiko, room))[-1].answer
        return next((call["id"] for call in answer.calls if call["status"] == "waiting"), "") if answer else ""

    await do(aiko, approve_tool_call, await until(waiting))
    assert len((await drawn(do, aiko, room)).attachments) == 1
