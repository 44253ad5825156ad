"""Quotes in replies."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.queries import changes_since, history
from chat_app.core.messages.rules import excerpt
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_reply_quotes_the_beginning_of_the_message(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    question = await do(aiko, post_message, room.id, "Could we keep\nthe index? " + "x" * 200)
    reply = (await do(ben, post_message, room.id, "Yes", reply_to=str(question.id))).reply
    assert (reply.id, reply.author, reply.is_ai) == (question.id, aiko.person.name, False)
    assert reply.text.startswith("Could we keep the index? xxx")
    assert len(reply.text) == 140
    await do(aiko, delete_message, question.id)
    assert [message.reply and message.reply.text for message in (await do(ben, history, room.id)).messages] == [
        None,
        "",
    ]


async def test_a_quote_has_no_marks(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    text = "## A **plan**\n\n- [x] see [the page](https://example.org)\n- run `make`\n\n```py\nx = 1\n```\n<b>2 * 3</b>"
    question = await do(aiko, post_message, room.id, text)
    reply = (await do(aiko, post_message, room.id, "Yes", reply_to=str(question.id))).reply
    assert reply.text == "A plan [x] see the page run make x = 1 <b>2 * 3</b>"


async def test_message_of_another_room_cannot_be_quoted(do: Do, make: Factory):
    aiko = await make.actor()
    room, other = await make.room({Role.MASTER: aiko}), await make.room({Role.MASTER: aiko})
    message = await do(aiko, post_message, other.id, "Private")
    for wrong in (message.id, new_id(), "nonsense"):
        with refused("message_not_found"):
            await do(aiko, post_message, room.id, "See this", reply_to=wrong)


async def test_quotes_change_with_their_message(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    question = await do(aiko, post_message, room.id, "Secret")
    replies = [await do(ben, post_message, room.id, text, reply_to=question.id) for text in ("Oh", "Ah")]
    seen = (await do(ben, history, room.id)).rev
    events.clear()
    await do(aiko, delete_message, question.id)
    told = [event.message for event in events]
    assert [(message.id, message.rev) for message in told] == [
        (question.id, seen + 1),
        (replies[0].id, seen + 2),
        (replies[1].id, seen + 3),
    ]
    assert [message.reply and message.reply.text for message in told] == [None, "", ""]
    assert (await do(ben, changes_since, room.id, seen)).messages == told


async def test_a_change_tells_of_the_newest_that_quote_it(
    do: Do, make: Factory, events: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chat_app.core.messages.commands.QUOTES_ANNOUNCED", 2)
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    question = await do(aiko, post_message, room.id, "Tea?")
    replies = [await do(aiko, post_message, room.id, text, reply_to=question.id) for text in ("A", "B", "C")]
    events.clear()
    await do(aiko, edit_message, question.id, "Coffee?")
    assert [event.message.id for event in events] == [question.id, replies[1].id, replies[2].id]
    assert {view.reply.text for view in (await do(aiko, history, room.id)).messages[1:]} == {"Coffee?"}


@pytest.mark.slow
async def test_a_page_of_quotations_takes_no_time_to_read_again(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    said = [await do(aiko, post_message, room.id, f"{number} " + "*_" * 140) for number in range(40)]
    for message in said:
        await do(aiko, post_message, room.id, "Yes", reply_to=message.id)
    await do(aiko, history, room.id)
    made = excerpt.cache_info().misses
    await do(aiko, history, room.id)
    assert excerpt.cache_info().misses == made
