"""Pages of history, and catching up."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.queries import (
    PAGE_MAX,
    SYNC_MAX,
    changes_since,
    history,
    history_after,
    history_around,
)
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.commands import update_room
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


async def filled_room(make: Factory, aiko: Actor, count: int) -> Room:
    room = await make.room({Role.MASTER: aiko}, last_seq=count, rev=count + 1)
    async with make.work.begin() as ctx:
        for n in range(1, count + 1):
            values = {"room_id": room.id, "author_id": aiko.user_id, "text": str(n), "created_at": ctx.now}
            ctx.db.add(Message(seq=n, rev=n + 1, **values))
    return room


async def test_pages_go_back_to_the_beginning_without_gap_or_overlap(do: Do, make: Factory, aiko: Actor):
    room = await filled_room(make, aiko, 25)
    seen: list[int] = []
    before, more = None, True
    while more:
        page = await do(aiko, history, room.id, before=before, limit=10)
        seen = [message.seq for message in page.messages] + seen
        before, more = page.messages[0].seq, page.more
    assert seen == list(range(1, 26))


@pytest.mark.parametrize(
    ("arguments", "seqs", "more"),
    [
        ({}, range(76, 126), True),
        ({"limit": 0}, [125], True),
        ({"limit": -5}, [125], True),
        ({"limit": 10**30}, range(126 - PAGE_MAX, 126), True),
        ({"before": 3}, [1, 2], False),
        ({"before": 3, "limit": 2}, [1, 2], False),
        ({"before": 3, "limit": 1}, [2], True),
        ({"before": 1}, [], False),
        ({"before": 0}, [], False),
        ({"before": -(10**30)}, [], False),
        ({"before": 10**30, "limit": 1}, [125], True),
    ],
)
async def test_odd_places_and_limits_give_a_page(
    do: Do, make: Factory, aiko: Actor, arguments: dict, seqs: range, more: bool
):
    room = await filled_room(make, aiko, 125)
    page = await do(aiko, history, room.id, **arguments)
    assert ([message.seq for message in page.messages], page.more, page.rev) == (list(seqs), more, 126)


async def test_empty_room_has_an_empty_page(do: Do, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko})
    page = await do(aiko, history, room.id)
    assert (page.messages, page.more, page.rev) == ([], False, 1)


async def test_catching_up_brings_what_changed_and_nothing_else(do: Do, make: Factory, aiko: Actor):
    room = await filled_room(make, aiko, 5)
    page = await do(aiko, history, room.id)
    first, second, *_ = page.messages
    edited = await do(aiko, edit_message, second.id, "changed")
    gone = await do(aiko, delete_message, first.id)
    await do(aiko, update_room, room.id, description="Tea")
    new = await do(aiko, post_message, room.id, "new")
    caught_up = await do(aiko, changes_since, room.id, page.rev)
    assert (caught_up.messages, caught_up.more, caught_up.rev) == ([gone, edited, new], False, page.rev + 4)
    assert (await do(aiko, changes_since, room.id, caught_up.rev)).messages == []


@pytest.mark.parametrize(("rev", "count"), [(-(10**30), 5), (0, 5), (4, 2), (10**30, 0)])
async def test_odd_revisions_give_what_came_since(do: Do, make: Factory, aiko: Actor, rev: int, count: int):
    room = await filled_room(make, aiko, 5)
    assert len((await do(aiko, changes_since, room.id, rev)).messages) == count


async def test_catching_up_after_long_gap_reports_more(do: Do, make: Factory, aiko: Actor):
    room = await filled_room(make, aiko, SYNC_MAX + 1)
    page = await do(aiko, changes_since, room.id, 1)
    assert page.more
    assert len(page.messages) == SYNC_MAX
    assert not (await do(aiko, changes_since, room.id, 2)).more


async def test_pages_go_on_to_the_newest(do: Do, make: Factory, aiko: Actor):
    room = await filled_room(make, aiko, 25)
    seen: list[int] = []
    after, more = 0, True
    while more:
        page = await do(aiko, history_after, room.id, after, limit=10)
        seen += [message.seq for message in page.messages]
        after, more = page.messages[-1].seq, page.more
    assert seen == list(range(1, 26))
    assert (await do(aiko, history_after, room.id, 10**30)).messages == []
    assert len((await do(aiko, history_after, room.id, -(10**30), limit=1)).messages) == 1


@pytest.mark.parametrize(("place", "more"), [(1, False), (6, False), (7, True), (12, True), (25, True)])
async def test_a_message_with_what_stands_around_it(do: Do, make: Factory, aiko: Actor, place: int, more: bool):
    room = await filled_room(make, aiko, 25)
    page = await do(aiko, history, room.id, before=place + 1, limit=1)
    around = await do(aiko, history_around, room.id, page.messages[0].id, limit=10)
    shown = [message.seq for message in around.messages]
    assert around.more == more
    assert shown == list(range(max(1, place - 5), min(25, place + 5) + 1))


async def test_a_message_of_another_room_is_not_there(do: Do, make: Factory, aiko: Actor):
    room, other = await filled_room(make, aiko, 1), await filled_room(make, aiko, 1)
    [message] = (await do(aiko, history, other.id)).messages
    for missing in (message.id, "nonsense", room.id):
        with refused("message_not_found"):
            await do(aiko, history_around, room.id, missing)
