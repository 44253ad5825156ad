"""Reserve more for runs that have begun: an answer whose model calls tools reads its prompt again in each round."""

from dataclasses import replace
from typing import Final

from chat_app.core.billing.ledger.entries import LedgerEntry, post
from chat_app.core.billing.reserving.funds import lock_funds
from chat_app.core.billing.reserving.limits import counted
from chat_app.core.billing.reserving.reservations import ReservationRequest, Reserved, reserve
from chat_app.core.billing.tables import Account, Kind
from chat_app.core.kernel.context import Context

_MORE: Final = "UPDATE token_reservations SET amount = amount + %s WHERE id = %s"


async def reserve_more(ctx: Context, wish: ReservationRequest, *, besides: bool = False) -> Reserved:
    """Reserve up to a total amount for a run, at least ``least``.

    The run's present reservation counts towards the total, unless the amount is wanted in addition (``besides``). If
    not even ``least`` is available, the run keeps its present reservation.
    """
    it = (await lock_funds(ctx, [wish.subject], [wish.room_id], [wish.asker_id]))[wish.subject]
    if it.reservation is None:
        return await reserve(ctx, [wish])
    if besides:
        wish = replace(wish, amount=it.kept + wish.amount, least=it.kept + wish.least)
    free = it.free if it.reserved else wish.amount
    more = max(0, it.within_budgets(min(wish.amount - it.kept, free)))
    if it.kept + more < wish.least:
        return Reserved({}, frozenset({wish.subject} if it.kept + free >= wish.least else ()))
    if more:
        for limit in it.limits:
            limit.more_reserved += more if limit.id in it.kept_in else 0
        movement = (Account.AVAILABLE, Account.RESERVED, more)
        reference = f"{it.reservation}:{it.kept + more}"
        taken = [LedgerEntry(it.payer_id, Kind.RESERVE, *movement, reference)] if it.payer_id and it.reserved else []
        await (await ctx.driver()).execute(_MORE, (more, it.reservation))
        await post(ctx, taken, counted=counted(it.limits))
    return Reserved({wish.subject: it.kept + more})
