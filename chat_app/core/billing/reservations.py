"""Reserve tokens for runs, settle what they took, release the rest: two statements each, for any number of runs.

Everybody locks rooms first, then reservations, then balances in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from chat_app.core.access.permissions import Role
from chat_app.core.billing.entries import Entry, Reservation, Usage, post
from chat_app.core.billing.events import BalanceChanged
from chat_app.core.billing.tables import Account, Kind
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.payer import Payer
from chat_app.core.rooms.tables import RoomKind

LEASE: Final = timedelta(hours=24)
"""What a run has reserved is released after so long, should nobody have ended it."""

RELEASED_TOGETHER: Final = 100
"""Lapsed reservations that one transaction releases."""

Work = Literal["answer", "picture", "decision", "summary", "title", "translation", "dictation", "transcript"]


@dataclass(frozen=True, slots=True)
class Wish:
    """An amount that a run may take, of whoever pays in its room for what ``asker_id`` asks; or less, but ``least``."""

    subject: UUID
    room_id: UUID
    asker_id: UUID | None
    amount: int
    least: int


@dataclass(frozen=True, slots=True)
class Used:
    """Hold what a run took: ``charge`` in micro-units, ``cost`` in millionths of a dollar; nothing without a model."""

    subject: UUID
    room_id: UUID | None
    asker_id: UUID | None
    work: Work = "answer"
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: int | None = None
    charge: int = 0


@dataclass(slots=True)
class _Balance:
    available: int
    credit_limit: int

    @property
    def free(self) -> int:
        return max(0, self.available + self.credit_limit)


@dataclass(frozen=True, slots=True)
class _Read:
    """Hold who pays for a run, and what is reserved. The balance is locked; all runs of a payer share it."""

    payer_id: UUID | None
    reservation: UUID | None
    reserved: int
    balance: _Balance


WHO_PAYS: Final = f"""
    CASE WHEN coalesce(parent.payer, room.payer) = '{Payer.SITE}' THEN NULL
        WHEN room.payer = '{Payer.ASKER}' OR room.kind = '{RoomKind.ASIDE}' OR master.user_id IS NULL
        THEN coalesce(ask.asker_id, master.user_id, room.created_by)
        ELSE master.user_id END
"""
"""Who pays in ``room`` for what ``ask.asker_id`` asks; nobody where the site does."""

FROM_ROOM: Final = f"""
    LEFT JOIN rooms AS room ON room.id = ask.room_id LEFT JOIN rooms AS parent ON parent.id = room.parent_id
    LEFT JOIN room_members AS master ON master.room_id = room.id AND master.role = '{Role.MASTER}'
"""

_READ: Final = f"""
    WITH held AS MATERIALIZED (
        SELECT id, subject, user_id, amount FROM token_reservations WHERE subject = ANY(%(subjects)s::uuid[])
        ORDER BY id FOR UPDATE
    ), ask AS MATERIALIZED (
        SELECT ask.subject, coalesce(held.user_id, {WHO_PAYS}) AS payer_id, held.id, held.amount
        FROM unnest(%(subjects)s::uuid[], %(rooms)s::uuid[], %(askers)s::uuid[]) AS ask (subject, room_id, asker_id)
        {FROM_ROOM} LEFT JOIN held ON held.subject = ask.subject
    ), balance AS MATERIALIZED (
        SELECT user_id, available, credit_limit FROM token_balances
        WHERE user_id = ANY(ARRAY(SELECT payer_id FROM ask WHERE payer_id IS NOT NULL)) ORDER BY user_id FOR UPDATE
    )
    SELECT ask.subject, ask.payer_id, ask.id, coalesce(ask.amount, 0), balance.available, balance.credit_limit
    FROM ask LEFT JOIN balance ON balance.user_id = ask.payer_id
"""  # noqa: S608, names of columns alone


async def reserve(ctx: Context, wishes: Sequence[Wish]) -> dict[UUID, int]:
    """Reserve what runs may take, in their order; return what each has got, none where there is too little.

    What the site pays, and what costs nothing, needs no reservation; nor does one that is reserved already.
    """
    granted = {wish.subject: 0 for wish in wishes if wish.amount <= 0}
    wishes = [wish for wish in wishes if wish.amount > 0]
    read = await _read(ctx, wishes) if wishes else {}
    entries, keep = [], []
    for wish in wishes:
        it = read[wish.subject]
        if it.payer_id is None or it.reservation:
            granted[wish.subject] = it.reserved or wish.amount
            continue
        amount = min(wish.amount, it.balance.free)
        if amount < wish.least:
            continue
        it.balance.available -= amount
        granted[wish.subject] = amount
        made = Reservation(new_id(), wish.subject, it.payer_id, wish.room_id, amount, ctx.now + LEASE)
        keep.append(made)
        entries.append(Entry(it.payer_id, Kind.RESERVE, Account.AVAILABLE, Account.RESERVED, amount, str(made.id)))
    if entries:
        await post(ctx, entries, keep=keep)
    return granted


async def settle(ctx: Context, uses: Sequence[Used]) -> None:
    """Settle runs to what they took, release the rest, and note what was used.

    One that took more than it had reserved takes that from the balance, as far as it goes; the rest is missing.
    Settling a run twice takes nothing the second time from what was reserved, so each is settled where it ends.
    """
    read = await _read(ctx, uses)
    entries: list[Entry] = []
    usages: list[Usage] = []
    for use in uses:
        it = read[use.subject]
        charge = use.charge if it.payer_id and ctx.policy.billing == "on" else 0
        of_reserved, of_balance, missing = split(charge, it.reserved, it.balance.free)
        it.balance.available += it.reserved - of_reserved - of_balance
        entries += _entries(it, use.subject, of_reserved, of_balance)
        if use.model:
            usages.append(_usage(use, it.payer_id, of_reserved + of_balance, missing))
    ended = [it.reservation for it in read.values() if it.reservation]
    if entries or ended or usages:
        await post(ctx, entries, end=ended, usages=usages)
    for user_id in {entry.user_id for entry in entries}:
        ctx.emit(BalanceChanged(user_id))


def split(charge: int, reserved: int, free: int) -> tuple[int, int, int]:
    """Return how much of a charge comes from what is reserved, from the balance with that back, and is missing."""
    of_reserved = min(charge, reserved)
    of_balance = min(charge - of_reserved, free)
    return of_reserved, of_balance, charge - of_reserved - of_balance


async def release_lapsed(ctx: Context) -> int:
    """Release what runs have reserved that nobody has ended in time, of a hundred at most; return how many."""
    lapsed = """
        SELECT id, user_id, amount FROM token_reservations WHERE until <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    """
    driver = await ctx.driver()
    rows = await (await driver.execute(lapsed, (ctx.now, RELEASED_TOGETHER))).fetchall()
    users = sorted({user_id for _, user_id, _ in rows})
    locked = "SELECT FROM token_balances WHERE user_id = ANY(%s) ORDER BY user_id FOR UPDATE"
    if rows:
        await driver.execute(locked, (users,))
        await post(ctx, [_released(*row) for row in rows], end=[row[0] for row in rows])
    for user_id in users:
        ctx.emit(BalanceChanged(user_id))
    return len(rows)


def _released(reservation: UUID, user_id: UUID, amount: int) -> Entry:
    return Entry(user_id, Kind.RELEASE, Account.RESERVED, Account.AVAILABLE, amount, str(reservation))


def _entries(it: _Read, subject: UUID, of_reserved: int, of_balance: int) -> list[Entry]:
    if it.payer_id is None:
        return []
    found = []
    if of_reserved:
        movement = (Account.RESERVED, Account.SPENT, of_reserved)
        found.append(Entry(it.payer_id, Kind.SETTLE, *movement, str(it.reservation)))
    if it.reservation and (rest := it.reserved - of_reserved):
        found.append(_released(it.reservation, it.payer_id, rest))
    if of_balance:
        movement = (Account.AVAILABLE, Account.SPENT, of_balance)
        found.append(Entry(it.payer_id, Kind.SETTLE, *movement, f"{subject}:more"))
    return found


def _usage(use: Used, payer_id: UUID | None, charged: int, missing: int) -> Usage:
    who = (payer_id, use.asker_id, use.room_id)
    tokens = (use.prompt_tokens, use.completion_tokens)
    return Usage(use.work, use.subject, *who, use.model, *tokens, use.cost, charged, missing)


async def _read(ctx: Context, asked: Sequence[Wish | Used]) -> Mapping[UUID, _Read]:
    """Lock the reservations and the balances behind runs; those of one payer share their balance."""
    columns: dict[str, Any] = {
        "subjects": [each.subject for each in asked],
        "rooms": [each.room_id for each in asked],
        "askers": [each.asker_id for each in asked],
    }
    rows = await (await (await ctx.driver()).execute(_READ, columns, prepare=True)).fetchall()
    balances = {payer: _Balance(available or 0, limit or 0) for _, payer, _, _, available, limit in rows}
    return {subject: _Read(payer, held, amount, balances[payer]) for subject, payer, held, amount, *_ in rows}
