"""The branches of an answer."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.branches import choose_branch, list_branches, view_branch
from chat_app.core.ai.asking.commands import edit_question, post_message, regenerate_answer, stop_answer
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.answers.branches import BRANCHES_MAX
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import LONG, Ai
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


async def texts(ai: Ai, actor: Actor, answer: MessageView) -> list[tuple[int, str, bool]]:
    return [(each.n, each.text, each.chosen) for each in await ai.do(actor, list_branches, answer.id)]


async def regenerated(ai: Ai, actor: Actor, answer: MessageView, word: str) -> MessageView:
    """Have the question ask for another word, and the answer written anew."""
    page = await ai.do(actor, history, answer.room_id)
    question = next(message for message in page.messages if message.seq == answer.seq - 1)
    await ai.do(actor, edit_question, question.id, f"[[say {word}]]")
    await ai.do(actor, regenerate_answer, answer.id)
    return await ai.ended(answer)


async def found(ai: Ai, actor: Actor, answer: MessageView, word: str) -> bool:
    hits = (await ai.do(actor, search_messages, SearchFilter(word))).hits
    return answer.id in {hit.message.id for hit in hits}


async def test_regenerating_keeps_the_earlier_text_as_a_branch(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    assert first.answer.branches == ()
    assert "branches" not in first.as_json()["ai"]
    second = await regenerated(ai, aiko, first, "Birch")
    assert (first.text, second.text) == ("Amber", "Birch")
    assert await texts(ai, aiko, first) == [(1, "Amber", False), (2, "Birch", True)]
    shape = second.as_json()["ai"]
    assert (shape["branches"], shape["branch"], "first_branch" in shape) == (2, 2, False)
    _, branch = await ai.do(aiko, view_branch, first.id, 1)
    assert (branch.model, branch.status, branch.as_json()["chosen"]) == ("vllm/scripted", "complete", False)
    assert (await ai.stored(aiko, first)).text == "Birch"
    assert not await found(ai, aiko, first, "Amber")


async def test_chosen_branch_is_the_answer_for_everybody(ai: Ai, aiko: Actor, room: Room, make: Factory):
    ben = await make.actor()
    await make.join(room, ben)
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    reply = await ai.do(ben, post_message, room.id, "So?", reply_to=first.id)
    second = await regenerated(ai, aiko, first, "Birch")
    chosen = await ai.do(aiko, choose_branch, first.id, 1)
    assert (chosen.text, chosen.answer.run, chosen.answer.branch) == ("Amber", first.answer.run, 1)
    assert chosen.rev > second.rev
    assert await texts(ai, ben, first) == [(1, "Amber", True), (2, "Birch", False)]
    assert (ai.told(first), (await ai.stored(ben, first)).text) == (chosen, "Amber")
    assert (await ai.stored(ben, reply)).reply.text == "Amber"
    assert (await found(ai, ben, first, "Amber"), await found(ai, ben, first, "Birch")) == (True, False)
    given = await ai.do(aiko, given_context, first.id)
    assert given["messages"] == 1
    again = await ai.do(aiko, choose_branch, first.id, 1)
    assert again.rev == chosen.rev  # which it was already
    with refused("not_allowed"):
        await ai.do(ben, choose_branch, first.id, 2)
    for n in (3, -1, 2**40):
        for use_case in (choose_branch, view_branch):
            with refused("branch_not_found"):
                await ai.do(aiko, use_case, first.id, n)


async def test_order_stays_when_a_branch_is_chosen_and_another_written(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    await regenerated(ai, aiko, first, "Birch")
    await ai.do(aiko, choose_branch, first.id, 1)
    third = await regenerated(ai, aiko, first, "Cedar")
    assert third.answer.branches == (1, 2, 3)
    assert await texts(ai, aiko, first) == [(1, "Amber", False), (2, "Birch", False), (3, "Cedar", True)]


async def test_empty_answer_leaves_no_branch(new_ai: Callable[..., Ai], make: Factory, aiko: Actor, room: Room):
    ai = new_ai()  # which has not started
    answer = await make.message(room, None, "Old", asked_by_id=aiko.user_id)
    await ai.do(aiko, regenerate_answer, answer.id)
    with refused("still_answering"):
        await ai.do(aiko, choose_branch, answer.id, 1)
    view = await ai.do(aiko, stop_answer, answer.id)
    assert await texts(ai, aiko, view) == [(1, "Old", False), (2, "", True)]
    await ai.do(aiko, regenerate_answer, answer.id)
    await ai.do(aiko, stop_answer, answer.id)
    assert await texts(ai, aiko, view) == [(1, "Old", False), (2, "", True)]
    chosen = await ai.do(aiko, choose_branch, answer.id, 1)
    assert (chosen.text, chosen.answer.branches, chosen.answer.branch) == ("Old", (), 1)
    assert await texts(ai, aiko, view) == [(1, "Old", True)]


async def test_branch_is_read_while_the_answer_is_written(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    question = (await ai.do(aiko, history, room.id)).messages[0]
    await ai.do(aiko, edit_question, question.id, LONG)
    await ai.do(aiko, regenerate_answer, first.id)
    ai.events.clear()
    await ai.grown(first)
    (_, amber, _), (n, live, chosen) = await texts(ai, aiko, first)
    assert (amber, n, chosen) == ("Amber", 2, True)
    assert live
    await ai.do(aiko, stop_answer, first.id)
    await ai.ended(first)


async def test_oldest_branch_goes_beyond_the_maximum(new_ai: Callable[..., Ai], make: Factory, aiko: Actor, room: Room):
    ai = new_ai()
    answer = await make.message(room, None, "Old", asked_by_id=aiko.user_id)
    async with ai.do.work.begin() as ctx:
        ctx.db.add(answer)
        answer.branches, answer.branch = list(range(1, BRANCHES_MAX + 1)), BRANCHES_MAX
        for n in range(1, BRANCHES_MAX):
            ctx.db.add(
                MessageBranch(message_id=answer.id, n=n, text=str(n), status="complete", created_at=answer.created_at)
            )
    view = await ai.do(aiko, regenerate_answer, answer.id)
    assert view.answer.branches == tuple(range(2, BRANCHES_MAX + 2))
    shape = view.as_json()["ai"]
    assert (shape["branches"], shape["branch"], shape["first_branch"]) == (BRANCHES_MAX, BRANCHES_MAX + 1, 2)
    assert [n for n, *_ in await texts(ai, aiko, view)] == list(view.answer.branches)


async def test_deleted_answer_has_no_branches(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    await regenerated(ai, aiko, first, "Birch")
    deleted = await ai.do(aiko, delete_message, first.id)
    assert "branches" not in deleted.as_json()["ai"]
    async with work.begin() as ctx:
        left = select(func.count()).where(col(MessageBranch.message_id) == first.id)
        assert await ctx.db.scalar(left) == 0
    for use_case in (choose_branch, view_branch):
        with refused("message_deleted"):
            await ai.do(aiko, use_case, first.id, 1)


async def test_model_is_given_the_chosen_text_alone(ai: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor):
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS)
    first = await ai.ended(await ai.ask(aiko, room, "[[say Amber]]"))
    await regenerated(ai, aiko, first, "Birch")
    await ai.do(aiko, choose_branch, first.id, 1)
    await ai.ended(await ai.ask(aiko, room, "And?"))
    assert [text for who, text in vendor.requests[-1].turns if who == "assistant"] == ["Amber"]
