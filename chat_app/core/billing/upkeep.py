"""Release open reservations, expire tokens, and sum up usage."""

from chat_app.core.billing.day_sums import sum_day
from chat_app.core.billing.ledger.changing import EXPIRED_TOGETHER, expire_due
from chat_app.core.billing.reserving.reservations import RELEASED_TOGETHER, release_lapsed
from chat_app.core.kernel.context import UnitOfWork


async def upkeep(work: UnitOfWork) -> None:
    """Release all reservations that have lapsed, then let all tokens expire that are due, a hundred at a time.

    Then sum up the days that are over, one at a time.
    """
    more = work.policy.billing != "off"
    while more:
        async with work.begin() as ctx:
            more = await release_lapsed(ctx) == RELEASED_TOGETHER
    more = work.policy.billing != "off"
    while more:
        async with work.begin() as ctx:
            more = await expire_due(ctx) == EXPIRED_TOGETHER
    more = work.policy.billing != "off"
    while more:
        async with work.begin() as ctx:
            more = await sum_day(ctx)
