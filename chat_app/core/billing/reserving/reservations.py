"""Reserve tokens for runs, settle their usage, release the rest: two statements each, for any number of runs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from chat_app.core.billing.events import BalanceChanged
from chat_app.core.billing.ledger.entries import CountedAmount, LedgerEntry, Reservation, UsageRecord, month_of, post
from chat_app.core.billing.reserving.funds import LockedFunds, lock_funds
from chat_app.core.billing.reserving.limits import Limit, counted
from chat_app.core.billing.tables import Account, Kind
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.work.jobs import JobKind, Retry

LEASE: Final = timedelta(hours=24)
"""The time after which a run that has not ended releases its reservation: a run may wait for a person."""

RELEASED_TOGETHER: Final = 100
"""Lapsed reservations that one transaction releases."""

SEND_BUDGET_ALERT: Final = JobKind("send_budget_alert", Retry(attempts=5))
"""Alerts people of a budget: once for each percentage of a month."""

Work = Literal["answer", "picture", "decision", "summary", "title", "translation", "dictation", "transcript", "speech"]


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """An amount that a run may need, of the balance of its payer for what ``asker_id`` asks; or less, but at least
    ``least``. Without a room, the asker pays.
    """

    subject: UUID
    room_id: UUID | None
    asker_id: UUID | None
    amount: int
    least: int
    lease: timedelta = LEASE
    """The time after which the reservation is released if its run has not ended."""


@dataclass(frozen=True, slots=True)
class RunUsage:
    """The usage of a run: ``charge`` in micro-units, ``cost`` in millionths of a dollar; nothing without a model."""

    subject: UUID
    room_id: UUID | None
    asker_id: UUID | None
    work: Work = "answer"
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: int | None = None
    charge: int = 0
    once: bool = False
    """Whether something was reserved for it: then it is settled while that is there, and so only once."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """The result: the ``amounts`` that runs have got, and the runs that got nothing because a budget is used up; the
    others lack the balance. ``kept`` are runs with a reservation.
    """

    amounts: Mapping[UUID, int]
    over_budget: frozenset[UUID] = frozenset()
    kept: frozenset[UUID] = frozenset()


async def reserve(ctx: Context, wishes: Sequence[ReservationRequest]) -> Reserved:
    """Reserve the maximum cost of runs, in their order, from balances and budgets.

    A run needs no reservation if it costs nothing, is already reserved, or is paid by the site without a budget. An
    unasked run gets nothing unless a person has agreed to pay for it.
    """
    granted = {wish.subject: 0 for wish in wishes if wish.amount <= 0}
    wishes = [wish for wish in wishes if wish.amount > 0]
    read = await _read(ctx, wishes) if wishes else {}
    entries, keep, over = [], [], set()
    for wish in wishes:
        it = read[wish.subject]
        payer = it.payer_id if ctx.policy.billing == "on" else None
        if it.reservation or (payer is None and not it.limits):
            granted[wish.subject] = it.kept or wish.amount
            continue
        free = wish.amount if payer is None else it.free if it.agreed else 0
        amount = it.within_budgets(min(wish.amount, free))
        if amount < wish.least:
            over |= {wish.subject} if free >= wish.least else set()
            continue
        granted[wish.subject] = amount
        made = _reservation(wish, payer, amount, it.limits, ctx.now + wish.lease)
        keep.append(made)
        if payer:
            it.balance.available -= amount
            entries.append(LedgerEntry(payer, Kind.RESERVE, Account.AVAILABLE, Account.RESERVED, amount, str(made.id)))
    if keep:
        await post(ctx, entries, keep=keep, counted=counted(_all_limits(read)))
    there = {subject for subject, it in read.items() if it.reservation} | {made.subject for made in keep}
    return Reserved(granted, frozenset(over), frozenset(there))


def _reservation(
    wish: ReservationRequest, payer: UUID | None, amount: int, limits: Sequence[Limit], until: datetime
) -> Reservation:
    """Return the reservation of a run, after counting it in budgets."""
    for limit in limits:
        limit.more_reserved += amount
    ids = ",".join(str(limit.id) for limit in limits)
    return Reservation(new_id(), wish.subject, payer, wish.room_id, amount, until, f"{{{ids}}}")


async def settle(ctx: Context, uses: Sequence[RunUsage]) -> None:
    """Settle runs by their usage, release the rest, and record the usage.

    If a run used more than it had reserved, the difference is taken from the balance, as far as possible; the rest is
    missing. Settling a run again takes nothing from the reservation, so each run is settled at its end.
    """
    read = await _read(ctx, uses)
    entries: list[LedgerEntry] = []
    usages: list[UsageRecord] = []
    for use in uses:
        it = read[use.subject]
        if use.once and it.reservation is None:
            continue
        charge = use.charge if it.payer_id and ctx.policy.billing == "on" else 0
        of_reserved, of_balance, missing = split(charge, it.reserved, it.balance.free)
        it.balance.available += it.reserved - of_reserved - of_balance
        entries += _entries(it, use.subject, of_reserved, of_balance)
        for limit in it.limits:
            limit.more_spent += use.charge
            limit.more_reserved -= it.kept if limit.id in it.kept_in else 0
        if use.model:
            usages.append(_usage(use, it.payer_id, of_reserved + of_balance, missing))
    ended = [it.reservation for it in read.values() if it.reservation]
    counts = counted(_all_limits(read))
    if entries or ended or usages or counts:
        await post(ctx, entries, end=ended, usages=usages, counted=counts)
    await _note(ctx, entries, read)


async def _note(ctx: Context, entries: Sequence[LedgerEntry], read: Mapping[UUID, LockedFunds]) -> None:
    """Publish which balances have changed, and enqueue the alerts of budgets."""
    for user_id in {entry.user_id for entry in entries}:
        ctx.emit(BalanceChanged(user_id))
    month = month_of(ctx.now).isoformat()
    for limit in {limit.id: limit for limit in _all_limits(read)}.values():
        for percent in limit.passed():
            await ctx.enqueue(SEND_BUDGET_ALERT, budget=str(limit.id), month=month, percent=str(percent))


def _all_limits(read: Mapping[UUID, LockedFunds]) -> list[Limit]:
    return [limit for it in read.values() for limit in it.limits]


def split(charge: int, reserved: int, free: int) -> tuple[int, int, int]:
    """Return the parts of a charge that come from the reservation, from the balance, and that are missing."""
    of_reserved = min(charge, reserved)
    of_balance = min(charge - of_reserved, free)
    return of_reserved, of_balance, charge - of_reserved - of_balance


async def release_lapsed(ctx: Context) -> int:
    """Release lapsed reservations, a hundred at most; return their number."""
    lapsed = """
        SELECT id, user_id, amount, budgets FROM token_reservations WHERE until <= %s
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    """
    driver = await ctx.driver()
    rows = await (await driver.execute(lapsed, (ctx.now, RELEASED_TOGETHER))).fetchall()
    users = sorted({user_id for _, user_id, *_ in rows if user_id})
    freed: Counter[UUID] = Counter()
    for *_, amount, budgets in rows:
        freed.update(dict.fromkeys(budgets, amount))
    if rows:
        await driver.execute("SELECT FROM token_balances WHERE user_id = ANY(%s) ORDER BY user_id FOR UPDATE", (users,))
        await driver.execute("SELECT FROM token_budgets WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (list(freed),))
        entries = [_released(id_, user_id, amount) for id_, user_id, amount, _ in rows if user_id]
        less = [CountedAmount(id_, 0, -amount) for id_, amount in freed.items()]
        await post(ctx, entries, end=[row[0] for row in rows], counted=less)
    for user_id in users:
        ctx.emit(BalanceChanged(user_id))
    return len(rows)


def _released(reservation: UUID, user_id: UUID, amount: int) -> LedgerEntry:
    return LedgerEntry(user_id, Kind.RELEASE, Account.RESERVED, Account.AVAILABLE, amount, str(reservation))


def _entries(it: LockedFunds, subject: UUID, of_reserved: int, of_balance: int) -> list[LedgerEntry]:
    if it.payer_id is None:
        return []
    found = []
    if of_reserved:
        movement = (Account.RESERVED, Account.SPENT, of_reserved)
        found.append(LedgerEntry(it.payer_id, Kind.SETTLE, *movement, str(it.reservation)))
    if it.reservation and (rest := it.reserved - of_reserved):
        found.append(_released(it.reservation, it.payer_id, rest))
    if of_balance:
        movement = (Account.AVAILABLE, Account.SPENT, of_balance)
        found.append(LedgerEntry(it.payer_id, Kind.SETTLE, *movement, f"{subject}:more"))
    return found


def _usage(use: RunUsage, payer_id: UUID | None, charged: int, missing: int) -> UsageRecord:
    who = (payer_id, use.asker_id, use.room_id)
    tokens = (use.prompt_tokens, use.completion_tokens)
    return UsageRecord(use.work, use.subject, *who, use.model, *tokens, use.cost, charged, missing)


async def _read(ctx: Context, asked: Sequence[ReservationRequest | RunUsage]) -> Mapping[UUID, LockedFunds]:
    columns = [(each.subject, each.room_id, each.asker_id) for each in asked]
    subjects, rooms, askers = ([row[place] for row in columns] for place in range(3))
    return await lock_funds(ctx, subjects, rooms, askers)  # type: ignore[arg-type]
