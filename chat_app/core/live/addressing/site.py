"""Translate events of running the site to ops, each with the channel whose sockets receive it."""

from collections.abc import Iterator

from chat_app.core.accounts.events import SignUpsWaiting
from chat_app.core.live.addressing.registry import Addressed, ops_for
from chat_app.core.live.ops.shared import user_channel
from chat_app.core.rooms.events import HelpChanged
from chat_app.core.safety.events import ReportsChanged
from chat_app.core.site.events import AnnouncementDismissed


@ops_for.register
def _(event: SignUpsWaiting) -> Iterator[Addressed]:
    for admin in event.admins:
        yield user_channel(admin), {"t": "sign_ups", "waiting": event.waiting}


@ops_for.register
def _(event: AnnouncementDismissed) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "dismissed", "announcement": event.announcement}


@ops_for.register
def _(event: ReportsChanged) -> Iterator[Addressed]:
    for admin in event.admins:
        yield user_channel(admin), {"t": "reports", "pending": event.pending}


@ops_for.register
def _(event: HelpChanged) -> Iterator[Addressed]:
    for supporter in event.staff:
        yield user_channel(supporter), {"t": "help", "waiting": event.waiting, "room": str(event.room_id)}
