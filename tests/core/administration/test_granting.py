"""Grants of tokens by the site's staff and by its operator."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.administration.granting import GrantRepeated, GrantToOneself, grant_by_operator, grant_credits
from chat_app.core.audit.log import COMMAND_LINE
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.billing.events import BalanceChanged
from chat_app.core.billing.tables import CREDIT
from chat_app.core.kernel.ids import new_id
from tests.core.billing.ledger import balance
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_grant_is_in_the_ledger_and_in_the_log(do: Do, make: Factory, events: list[object]):
    staff, aiko = await make.actor(site_roles=["billing"]), await make.actor()
    for _ in "12":
        await do(staff, grant_credits, aiko.user_id, 5 * CREDIT, " A slow\nweek ")
    assert await balance(do.work, aiko.user_id) == (10 * CREDIT, 0)
    assert events.count(BalanceChanged(aiko.user_id)) == 2
    async with do.work.begin() as ctx:
        log = (await ctx.db.scalars(select(AuditEntry).where(col(AuditEntry.user_id) == aiko.user_id))).all()
    assert [entry.details for entry in log] == [{"credits": 5.0, "reason": "A slow week"}] * 2


@pytest.mark.parametrize(
    ("amount", "reason"), [(0, "Sorry"), (-5, "Sorry"), (10**16, "Sorry"), (5, " "), (5, "x" * 501)]
)
async def test_grant_needs_an_amount_and_a_reason(do: Do, make: Factory, amount: int, reason: str):
    staff, aiko = await make.actor(site_roles=["billing"]), await make.actor()
    with pytest.raises(InvalidField):
        await do(staff, grant_credits, aiko.user_id, amount, reason)
    assert await balance(do.work, aiko.user_id) == (0, 0)


async def test_a_repeated_grant_is_made_once(do: Do, make: Factory):
    staff, other = [await make.actor(site_roles=["billing"]) for _ in "12"]
    aiko, nonce = await make.actor(), new_id()
    await asyncio.gather(*(do(staff, grant_credits, aiko.user_id, CREDIT, "Sorry", nonce) for _ in range(8)))
    assert await balance(do.work, aiko.user_id) == (CREDIT, 0)
    async with do.work.begin() as ctx:
        [_] = (await ctx.db.scalars(select(AuditEntry).where(col(AuditEntry.user_id) == aiko.user_id))).all()
    for who, amount in ((aiko, 2 * CREDIT), (other, CREDIT)):
        with pytest.raises(GrantRepeated):
            await do(staff, grant_credits, who.user_id, amount, "Sorry", nonce)
    await do(other, grant_credits, aiko.user_id, CREDIT, "Sorry", nonce)
    assert await balance(do.work, aiko.user_id) == (2 * CREDIT, 0), "a nonce is one person's"


async def test_only_admins_can_grant_to_themselves(do: Do, make: Factory):
    staff, admin = await make.actor(site_roles=["billing"]), await make.actor(site_roles=["admin"])
    with pytest.raises(GrantToOneself):
        await do(staff, grant_credits, staff.user_id, CREDIT, "Sorry")
    await do(admin, grant_credits, admin.user_id, CREDIT, "A test")
    async with do.work.begin() as ctx:
        log = (await ctx.db.scalars(select(AuditEntry).where(col(AuditEntry.user_id) == admin.user_id))).one()
    assert (log.actor_id, log.details["reason"]) == (admin.user_id, "A test")
    assert await balance(do.work, staff.user_id) == (0, 0)


async def test_operator_grants_by_name(do: Do, make: Factory):
    aiko = await make.actor(username="mara")
    assert await do(None, grant_by_operator, "@mara", CREDIT) == aiko.user_id
    assert await balance(do.work, aiko.user_id) == (CREDIT, 0)
    async with do.work.begin() as ctx:
        log = (await ctx.db.scalars(select(AuditEntry).where(col(AuditEntry.user_id) == aiko.user_id))).one()
    assert (log.actor_id, log.details) == (None, {"source": COMMAND_LINE, "credits": 1.0})
    with pytest.raises(UserNotFound):
        await do(None, grant_by_operator, "nobody-here", CREDIT)
