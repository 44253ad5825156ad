"""Show balances, transactions, and who pays in a room."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import people
from chat_app.core.accounts.tables import User
from chat_app.core.billing.ledger.changing import TRIAL, transfer_ends
from chat_app.core.billing.payers import read_funds
from chat_app.core.billing.tables import Account, Kind, TokenBalance, TokenTransaction
from chat_app.core.billing.wire import BalanceJson, RoomBalanceJson, TransactionJson
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.wire import timestamp, timestamp_or_none
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.tables import Member

PAGE_MAX: Final = 50


async def my_balance(ctx: Context) -> BalanceJson:
    """Return the actor's balance."""
    found = await ctx.db.get(TokenBalance, ctx.me.user_id)
    return {
        "available": found.available if found else 0,
        "reserved": found.reserved if found else 0,
        "credit_limit": found.credit_limit if found else 0,
        "credits_per_dollar": ctx.policy.credits_per_dollar,
        "billing": ctx.policy.billing,
    }


async def person_balance(ctx: Context, user_id: AnyId) -> int:
    """Return the available balance of a person, in micro-units, to the site's staff."""
    access_site(ctx, SitePermission.VIEW_BILLING)
    found = await ctx.db.get(TokenBalance, parse_id(user_id, UserNotFound), populate_existing=True)
    return found.available if found else 0


async def room_balance(ctx: Context, room_id: AnyId, least: int) -> RoomBalanceJson:
    """Return the payer of the actor's requests in a room, and whether an answer that costs at ``least`` so much, in
    micro-units, can begin. Other people's balances are not shown.
    """
    room = (await access_room(ctx, room_id, Permission.VIEW)).room
    funds = await read_funds(ctx, room.id, ctx.me.user_id)
    mine = funds.payer_id == ctx.me.user_id
    payer = (await people(ctx, [funds.payer_id]))[funds.payer_id] if funds.payer_id else None
    master = select(col(User.suspended_at)).join(Member, col(Member.user_id) == col(User.id))
    away = await ctx.db.scalar(master.where(col(Member.room_id) == room.id, col(Member.role) == Role.MASTER.value))
    return {
        "payer": room.payer,
        "pays": payer.as_json() if payer else None,
        "balance": await my_balance(ctx) if mine else None,
        "enough": ctx.policy.billing != "on" or funds.covers(least),
        "absent": room.payer == Payer.OWNER and away is not None,
        "billing": ctx.policy.billing,
    }


async def my_transactions(ctx: Context, *, after: Place | None = None, limit: int = PAGE_MAX) -> Page[TransactionJson]:
    """Return the changes of the actor's balance, the newest first, without reservations."""
    limit = max(1, min(limit, PAGE_MAX))
    mine = select(TokenTransaction).where(
        col(TokenTransaction.user_id) == ctx.me.user_id,
        col(TokenTransaction.kind).not_in([Kind.RESERVE, Kind.RELEASE]),
    )
    mine = mine.where(col(TokenTransaction.id) < after.id) if after else mine
    rows = (await ctx.db.scalars(mine.order_by(col(TokenTransaction.id).desc()).limit(limit + 1))).all()
    page = page_of(rows, limit, lambda row: Place(row.created_at, row.id))
    others = await _others(ctx, [row for row in page.items if row.kind == Kind.TRANSFER])
    return Page([_transaction(row, others.get(row.id)) for row in page.items], page.next)


async def _others(ctx: Context, transfers: Sequence[TokenTransaction]) -> dict[UUID, Person]:
    """Return the other person of each transfer, by the transfer's id."""
    if not transfers:
        return {}
    ends = {row.id: transfer_ends(row.reference) for row in transfers}
    there = select(col(TokenTransaction.reference), col(TokenTransaction.user_id)).where(
        col(TokenTransaction.kind) == Kind.TRANSFER,
        col(TokenTransaction.reference).in_([each for two in ends.values() for each in two]),
    )
    whose = {row[0]: row[1] for row in await ctx.db.execute(there)}
    who = {row.id: next(whose[end] for end in ends[row.id] if whose[end] != row.user_id) for row in transfers}
    persons = await people(ctx, who.values())
    return {row: persons[user] for row, user in who.items() if user in persons}


def _transaction(row: TokenTransaction, other: Person | None) -> TransactionJson:
    comes = row.target in (Account.AVAILABLE, Account.RESERVED)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "trial": row.kind == Kind.GRANT and row.reference.startswith(TRIAL),
        "amount": row.amount if comes else -row.amount,
        "missing": row.missing,
        "person": other.as_json() if other else None,
        "expires_at": timestamp_or_none(row.expires_at),
        "at": timestamp(row.created_at),
    }
