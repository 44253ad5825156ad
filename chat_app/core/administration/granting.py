"""Grant tokens to people, as the site's staff or its operator."""

from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, SiteRole, access_site
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.queries import find_user, people
from chat_app.core.audit.log import COMMAND_LINE, record
from chat_app.core.audit.tables import Action
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import CREDIT, Kind, TokenTransaction
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Conflict, NotAllowed
from chat_app.core.kernel.ids import AnyId, new_id, parse_id
from chat_app.core.kernel.texts.cleaning import clean_line

GRANTS: Final = RateLimitItemPerMinute(30, namespace="grants")
GRANT_MAX: Final = 10**15
"""A billion credits, in micro-units."""

REASON_MAX: Final = 500


class GrantToOneself(NotAllowed):
    """Staff who are not admins cannot grant credits to themselves."""

    default_code = "grant_to_oneself"


class GrantRepeated(Conflict):
    """A nonce was used before, for another person or amount."""

    default_code = "grant_repeated"


async def grant_credits(ctx: Context, user_id: AnyId, amount: int, reason: str, nonce: UUID | None = None) -> None:
    """Give a person tokens, in micro-units, for a reason; it is in the ledger and in the log.

    A second grant with the ``nonce`` of the first does nothing. Raises ``UserNotFound``, ``InvalidField`` for an amount
    or a reason that cannot be, :class:`GrantToOneself` or :class:`GrantRepeated`.
    """
    access_site(ctx, SitePermission.MANAGE_BILLING)
    await ctx.limit(GRANTS, str(ctx.me.user_id))
    who = parse_id(user_id, UserNotFound)
    if who not in await people(ctx, [who]):
        raise UserNotFound()
    if who == ctx.me.user_id and SiteRole.ADMIN not in ctx.me.site_roles:
        raise GrantToOneself()
    reason = clean_line(reason)
    if not 0 < len(reason) <= REASON_MAX:
        raise InvalidField("reason_required" if not reason else "reason_long", "reason", maximum=REASON_MAX)
    reference = f"staff:{ctx.me.user_id}:{nonce}" if nonce else f"staff:{new_id()}"
    if await credit(ctx, who, _checked(amount), Kind.GRANT, reference):
        record(ctx, Action.GRANT_TOKENS, user_id=who, credits=amount / CREDIT, reason=reason)
        return
    same = (col(TokenTransaction.user_id) == who, col(TokenTransaction.amount) == amount)
    first = select(col(TokenTransaction.id)).where(col(TokenTransaction.reference) == reference, *same)
    if await ctx.db.scalar(first.where(col(TokenTransaction.kind) == Kind.GRANT)) is None:
        raise GrantRepeated()


async def grant_by_operator(ctx: Context, name: str, amount: int) -> UUID:
    """Grant tokens, in micro-units, to the person of a username, email or id, as the operator.

    Returns the person. The log records the command line as the source, in place of an actor.
    """
    user = await find_user(ctx, name)
    if user is None:
        raise UserNotFound()
    await credit(ctx, user.id, _checked(amount), Kind.GRANT, f"operator:{new_id()}")
    record(ctx, Action.GRANT_TOKENS, source=COMMAND_LINE, user_id=user.id, credits=amount / CREDIT)
    return user.id


def _checked(amount: int) -> int:
    if not 0 < amount <= GRANT_MAX:
        raise InvalidField("credits_invalid", "amount")
    return amount
