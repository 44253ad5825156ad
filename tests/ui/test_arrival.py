"""How much a tab that arrives asks of the database."""

from chat_app.core.access.permissions import Role
from chat_app.core.ai.commands import post_message
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.context import UnitOfWork
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.ui.conftest import Come
from tests.ui.test_audience import statements

SOME = 10
"""Statements: who it is, where they are, what they see there, whatever there is of it."""


async def test_an_arrival_asks_few_things_in_one_transaction(work: UnitOfWork, make: Factory, come: Come) -> None:
    do, (aiko, ben) = Do(work), [await make.actor() for _ in range(2)]
    room = await make.room({Role.MEMBER: aiko, Role.ADMIN: ben})
    said = await do(ben, post_message, room.id, f"Hello @{aiko.person.username}")
    await do(ben, post_message, room.id, "And this", reply_to=str(said.id))
    await do(aiko, post_message, (await do(aiko, start_direct_chat, ben.person.username)).room.id, "Hello")
    await do(ben, invite, (await make.room({Role.ADMIN: ben})).id, aiko.person.username)
    for where in (None, room):
        await come(aiko, where)  # the first one writes down that the session was seen
        with statements(work) as asked:
            ear = await come(aiko, where)
        assert len(asked) <= SOME
        assert ear.rooms() >= {room.id}


async def test_more_rooms_and_people_ask_nothing_more(work: UnitOfWork, make: Factory, come: Come) -> None:
    counts, (aiko, ben) = [], [await make.actor() for _ in range(2)]
    room = await make.room({Role.MEMBER: aiko})
    for _ in range(2):
        for _ in range(3):
            await make.join(await make.room({Role.MEMBER: aiko}), ben)
            await make.join(room, await make.actor())
        await come(aiko, room)
        with statements(work) as asked:
            await come(aiko, room)
        counts.append(len(asked))
    assert counts[0] == counts[1]
