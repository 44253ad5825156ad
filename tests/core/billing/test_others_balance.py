"""The knowledge that an asker can gain of the payer's balance, and the final payer."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.accounts.tables import User
from chat_app.core.billing.budgets.commands import BudgetWish, set_my_budget
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.payers import read_funds
from chat_app.core.billing.queries import room_balance
from chat_app.core.billing.reserving.limits import seen_by_others
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, reserve, settle
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from tests.core.billing.ledger import balance
from tests.support.factory import Factory
from tests.support.use_cases import Do


@given(st.integers(-5, 10**18))
def test_others_learn_an_amount_to_a_factor_of_two(amount: int) -> None:
    seen = seen_by_others(amount)
    assert (seen == 0) == (amount <= 0)
    if amount > 0:
        assert seen <= amount < 2 * seen
        assert seen.bit_count() == 1


async def answers(work: UnitOfWork, room: UUID, asker: UUID) -> list[tuple[bool, bool, int]]:
    """Return all that a person can find out by trying: what can be paid, is within budgets, and is reserved."""
    found = []
    for least in range(1, 140):
        async with work.begin() as ctx:
            funds, run = await read_funds(ctx, room, asker), new_id()
            got = (await reserve(ctx, [ReservationRequest(run, room, asker, 1_000, least)])).amounts.get(run, 0)
            await settle(ctx, [RunUsage(run, room, asker)])
        found.append((funds.covers(least), funds.allows(least), got))
    return found


@pytest.fixture
async def asker(make: Factory, room: Room) -> Actor:
    ben = await make.actor()
    await make.join(room, ben)
    return ben


@pytest.mark.slow
async def test_trying_finds_no_more_than_the_power_of_two(
    do: Do, work: UnitOfWork, aiko: Actor, room: Room, asker: Actor
) -> None:
    seen = []
    for amount in (64, 36):
        async with work.begin() as ctx:
            await credit(ctx, aiko.user_id, amount, "grant", str(amount))
        seen.append(await answers(work, room.id, asker.user_id))
    assert seen[0] == seen[1], "of 64 and of 100"
    assert seen[0][63:65] == [(True, True, 64), (False, True, 0)], "whether this question can be paid, all say alike"
    assert await balance(work, aiko.user_id) == (100, 0)
    assert (await answers(work, room.id, aiko.user_id))[99:101] == [(True, True, 100), (False, True, 0)], "one's own"
    for amount in (40, 60):
        await do(aiko, set_my_budget, BudgetWish(amount, hard=True, alerts=[]))
        assert (await answers(work, room.id, asker.user_id))[31:33] == [(True, True, 32), (True, False, 0)]


async def test_suspended_owner_does_not_pay(do: Do, work: UnitOfWork, aiko: Actor, room: Room, asker: Actor) -> None:
    async with work.begin() as ctx:
        for each in (aiko, asker):
            await credit(ctx, each.user_id, 100, "grant", str(each.user_id))
        (await ctx.db.get_one(User, aiko.user_id)).suspended_at = ctx.now
    said = await do(asker, room_balance, room.id, 1)
    assert said["pays"]
    assert (said["pays"]["id"], said["payer"], said["absent"]) == (str(asker.user_id), "owner", True)
    async with work.begin() as ctx:
        unasked, asked = new_id(), new_id()
        wishes = [
            ReservationRequest(unasked, room.id, None, 10, 10),
            ReservationRequest(asked, room.id, asker.user_id, 10, 10),
        ]
        assert set((await reserve(ctx, wishes)).amounts) == {asked}, "nobody has agreed to pay for what nobody asks"
    assert (await balance(work, aiko.user_id), await balance(work, asker.user_id)) == ((100, 0), (90, 10))
    async with work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.user_id)).suspended_at = None
    said = await do(asker, room_balance, room.id, 1)
    assert said["pays"]
    assert (said["pays"]["id"], said["absent"]) == (str(aiko.user_id), False)


async def test_direct_chat_has_no_owner_and_whoever_asks_pays(
    do: Do, work: UnitOfWork, aiko: Actor, asker: Actor
) -> None:
    chat = await do(aiko, start_direct_chat, asker.person.username)
    said = await do(asker, room_balance, chat.room.id, 1)
    assert said["pays"]
    assert (said["pays"]["id"], said["absent"]) == (str(asker.user_id), False)
