"""The states of usage. Every argument is hostile until a use case has checked it."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.means import may_afford, room_means
from chat_app.core.billing.payers import set_payer
from chat_app.core.billing.queries import my_balance, my_transactions
from chat_app.core.billing.usage.queries import my_usage, room_usage
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.core.rooms.access import access_room
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering
from chat_app.ui.usage.budget_state import BudgetsState
from chat_app.ui.usage.shapes import (
    GROUPINGS,
    PERIODS,
    BalanceVar,
    BarsVar,
    TransactionVar,
    balance_var,
    bars_var,
    transaction_var,
)


class UsageState(PageState, rx.State):
    """The person's balance, what changed it, and what models did for them."""

    balance: BalanceVar = BalanceVar()
    bars: BarsVar = BarsVar()
    transactions: list[TransactionVar] = []
    has_more: bool = False
    sells: bool = False
    """Whether credits can be bought here."""
    lacks: bool = False
    """Whether an answer of the site's default model would be refused."""
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Load everything that the page shows."""
        labels, offered = await model_labels(), await runtime().gateway.models()
        self.sells = runtime().payments.on
        async with loading(self) as ctx:
            await _show_balance(self, ctx, offered)
            self.bars = await _mine(ctx, self.bars.by, self.bars.days, labels)
            page = await my_transactions(ctx)
            self.transactions = [transaction_var(row) for row in page.items]
            self._next, self.has_more = page.next, page.next is not None

    @rx.event
    async def follow(self) -> Any:
        """Show the changes, without a loading indicator."""
        labels, offered = await model_labels(), await runtime().gateway.models()
        async with answering(self, "usage") as ctx:
            await _show_balance(self, ctx, offered)
            self.bars = await _mine(ctx, self.bars.by, self.bars.days, labels)
            page = await my_transactions(ctx)
            self.transactions = [transaction_var(row) for row in page.items]
            self._next, self.has_more = page.next, page.next is not None
        return BudgetsState.show("me", "")

    @rx.event
    async def group(self, by: str) -> None:
        """Add usage up by another thing."""
        labels = await model_labels()
        async with answering(self, "usage") as ctx:
            self.bars = await _mine(ctx, by, self.bars.days, labels)

    @rx.event
    async def look_back(self, days: str) -> None:
        """Show the usage of so many days."""
        labels = await model_labels()
        async with answering(self, "usage") as ctx:
            self.bars = await _mine(ctx, self.bars.by, days, labels)

    @rx.event
    async def older(self) -> None:
        """Show the page of older transactions in the place of this one."""
        async with answering(self, "usage") as ctx:
            page = await my_transactions(ctx, after=self._next)
            self.transactions = [transaction_var(row) for row in page.items]
            self._next, self.has_more = page.next, page.next is not None


class RoomUsageState(PageState, rx.State):
    """Show who pays in a room, and what models did there."""

    room: str = ""
    payer: str = ""
    pays: str = ""
    mine: bool = False
    """Whether the person pays for their own questions."""
    enough: bool = True
    absent: bool = False
    """Whether the owner would pay, but is suspended."""
    sells: bool = False
    may_choose: bool = False
    for_site: bool = False
    """Whether the person may have the site pay."""
    balance: BalanceVar = BalanceVar()
    bars: BarsVar = BarsVar()

    @rx.event
    async def load(self, room: str, by: str) -> None:
        """Show who pays in a room, and what models did there by one thing."""
        self.room = str(room)
        labels, offered = await model_labels(), await runtime().gateway.models()
        async with loading(self) as ctx:
            await _show_payer(self, ctx, offered)
            page = await room_usage(ctx, self.room, one_of(by, GROUPINGS), int(PERIODS[1]))
            self.bars = bars_var(page, ctx.now.date(), labels)

    @rx.event
    async def follow(self) -> Any:
        """Show the changes, without a loading indicator."""
        labels, offered = await model_labels(), await runtime().gateway.models()
        async with answering(self, self.room) as ctx:
            await _show_payer(self, ctx, offered)
            page = await room_usage(ctx, self.room, one_of(self.bars.by, GROUPINGS), int(PERIODS[1]))
            self.bars = bars_var(page, ctx.now.date(), labels)
        return BudgetsState.show("room", self.room)

    @rx.event
    async def choose(self, room: str, payer: str) -> None:
        """Choose who pays in a room."""
        offered = await runtime().gateway.models()
        async with answering(self, room) as ctx:
            await set_payer(ctx, room, str(payer))
            self.room = str(room)
            await _show_payer(self, ctx, offered)


async def _show_balance(state: UsageState, ctx: Context, offered: Sequence[ModelInfo]) -> None:
    state.balance, state.lacks = balance_var(await my_balance(ctx)), not await may_afford(ctx, offered)


async def _show_payer(state: RoomUsageState, ctx: Context, offered: Sequence[ModelInfo]) -> None:
    access = await access_room(ctx, state.room, Permission.VIEW)
    found = await room_means(ctx, offered, access.room.id)
    state.payer, state.enough = found["payer"], found["enough"]
    state.absent, state.sells = found["absent"], runtime().payments.on
    state.pays = found["pays"]["name"] if found["pays"] else ""
    state.mine = found["balance"] is not None
    state.balance = balance_var(found["balance"] or await my_balance(ctx))
    state.may_choose = access.allows(Permission.MANAGE_BILLING)
    state.for_site = site_can(ctx.me.site_roles, SitePermission.MANAGE_BILLING) or found["payer"] == "site"


async def _mine(ctx: Context, by: str, days: str, labels: dict[str, str]) -> BarsVar:
    page = await my_usage(ctx, one_of(by, GROUPINGS), int(one_of(days, PERIODS)))
    return bars_var(page, ctx.now.date(), labels)


def one_of(value: Any, known: tuple[str, ...]) -> str:
    """Return a value that is known, or the first of those."""
    return value if value in known else known[0]


async def model_labels() -> dict[str, str]:
    """Return the names of models by their ids."""
    gateway = runtime().gateway
    return {each.id: each.label for each in [*await gateway.models(), *await gateway.drawers()]}
