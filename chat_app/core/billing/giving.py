"""Transfer tokens of the actor's balance to another person."""

from contextlib import suppress
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.billing.errors import BillingOff, GiftRepeated, GiftTooLarge
from chat_app.core.billing.ledger.changing import transfer
from chat_app.core.billing.tables import CREDIT, Account, Kind, TokenTransaction
from chat_app.core.kernel.context import Context
from chat_app.core.people.blocks import is_blocked
from chat_app.core.people.search import find_person

GIFTS: Final = RateLimitItemPerHour(20, namespace="gifts")
GIFT_MAX: Final = 10**15
"""A billion credits, in micro-units."""


async def give_credits(ctx: Context, username: str, amount: int, nonce: UUID) -> None:
    """Transfer tokens of the actor's balance to another person, in micro-units.

    The log records it; it cannot be undone. A second call with the same ``nonce`` has no effect. Raises
    ``UserNotFound``, also for the actor, for suspended people, and after a block in either direction;
    :class:`BillingOff`, ``InvalidField``, :class:`GiftTooLarge` if the balance is too small, and :class:`GiftRepeated`.
    """
    me = ctx.me.user_id
    await ctx.limit(GIFTS, str(me))
    receiver = await _receiver(ctx, username)
    if ctx.policy.billing != "on":
        raise BillingOff()
    if not 0 < amount <= GIFT_MAX:
        raise InvalidField("credits_invalid", "amount")
    reference = f"gift:{me}:{nonce}"
    if await transfer(ctx, me, receiver, amount, reference):
        record(ctx, Action.GIVE_TOKENS, user_id=receiver, credits=amount / CREDIT)
    elif not await _was_given(ctx, receiver, amount, reference):
        raise GiftRepeated()


async def _receiver(ctx: Context, username: str) -> UUID:
    with suppress(UserNotFound):
        user, me = await find_person(ctx, username), ctx.me.user_id
        if user.id != me and user.suspended_at is None and not await is_blocked(ctx, me, user.id):
            return user.id
    raise UserNotFound(field="to")


async def _was_given(ctx: Context, receiver: UUID, amount: int, reference: str) -> bool:
    """Return whether a person has received this amount by a reference.

    Raises :class:`GiftTooLarge` if no person has.
    """
    of_it = (col(TokenTransaction.kind) == Kind.TRANSFER, col(TokenTransaction.reference).startswith(f"{reference}:"))
    rows = (await ctx.db.scalars(select(TokenTransaction).where(*of_it))).all()
    if not rows:
        raise GiftTooLarge(field="amount")
    came = [row.amount for row in rows if row.user_id == receiver and row.target == Account.AVAILABLE]
    return sum(came) == amount
