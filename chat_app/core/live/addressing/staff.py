"""Translate the events of the site's staff, of balances and of budgets to ops."""

from collections.abc import Iterator

from chat_app.core.accounts.events import SiteRolesChanged
from chat_app.core.billing.events import BalanceChanged, BudgetReached
from chat_app.core.live.addressing.registry import Addressed, ops_for
from chat_app.core.live.ops.billing import budget_op
from chat_app.core.live.ops.shared import site_op, user_channel
from chat_app.core.rooms.events import HelpChanged
from chat_app.core.safety.events import ReportsChanged


@ops_for.register
def _(event: SiteRolesChanged) -> Iterator[Addressed]:
    yield user_channel(event.user_id), site_op(event.roles)


@ops_for.register
def _(event: BalanceChanged) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "balance"}


@ops_for.register
def _(event: BudgetReached) -> Iterator[Addressed]:
    yield user_channel(event.user_id), budget_op(event)


@ops_for.register
def _(event: ReportsChanged) -> Iterator[Addressed]:
    for admin in event.admins:
        yield user_channel(admin), {"t": "reports", "pending": event.pending}


@ops_for.register
def _(event: HelpChanged) -> Iterator[Addressed]:
    for supporter in event.staff:
        yield user_channel(supporter), {"t": "help", "waiting": event.waiting, "room": str(event.room_id)}
