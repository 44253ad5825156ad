"""Mentions of people by name."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.queries import history
from chat_app.core.messages.reading.receipts import mark_read
from chat_app.core.messages.texts.calls import CALLS_MAX, called_names
from tests.support.factory import Factory
from tests.support.notes import room_notes
from tests.support.use_cases import Do

CASES = json.loads((Path(__file__).parents[2] / "support" / "mentions.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["text"]))
def test_names_are_called_as_the_parsed_text_says(case: dict[str, Any]):
    assert called_names(case["text"]) == tuple(case["calls"])


def test_number_of_looked_up_names_is_limited():
    assert len(called_names(" ".join(f"@user{number}" for number in range(200)))) == CALLS_MAX


@given(st.text("@＠ab_`~*[]()<>!\\\n\t >-#", max_size=60))
def test_every_mention_is_in_the_text(text: str):
    assert all(name in text.lower() for name in called_names(text))
    assert called_names(f"````\n{text.replace('`', '')}\n````") == ()


async def test_only_members_are_called(do: Do, make: Factory):
    aiko, ben, stranger = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    text = f"@{ben.person.username.upper()} @{stranger.person.username} @nobody-at-all"
    view = await do(aiko, post_message, room.id, text)
    assert view.mentions == (ben.person,)
    assert view.as_json()["mentions"] == [ben.person.as_json()]
    [shown] = (await do(ben, history, room.id)).messages
    assert shown.mentions == (ben.person,)


async def test_an_edit_calls_anew(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    view = await do(aiko, post_message, room.id, "Hello")
    assert "mentions" not in view.as_json()
    view = await do(aiko, edit_message, view.id, f"Hello @{ben.person.username}")
    assert view.mentions == (ben.person,)
    assert (await do(ben, room_notes))[room.id].mentions == [view.seq]
    view = await do(aiko, edit_message, view.id, "Hello")
    assert view.mentions == ()
    assert (await do(ben, room_notes))[room.id].mentions == []


async def test_mention_of_all_needs_permission(do: Do, make: Factory):
    aiko, guest = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.GUEST: guest})
    assert "mentions_all" not in (await do(guest, post_message, room.id, "@all look")).as_json()
    assert (await do(aiko, post_message, room.id, "@all look")).as_json()["mentions_all"] is True
    assert (await do(guest, room_notes))[room.id].mentions == [2]
    assert (await do(aiko, room_notes))[room.id].mentions == []  # who calls is not called


async def test_read_or_deleted_mention_is_not_counted(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    call = f"@{ben.person.username}"
    said = [await do(aiko, post_message, room.id, f"{call} {number}") for number in range(3)]
    await do(ben, mark_read, room.id, said[0].seq)
    await do(aiko, delete_message, said[1].id)
    assert (await do(ben, room_notes))[room.id].mentions == [said[2].seq]
