"""Build the ops that several modules send, and name the channels of the feed.

Channels are ``room:<id>`` (everyone who is in the room), ``user:<id>`` (one person's tabs) and ``session:<id>`` (the
tabs of one sign-in). An op in a room is the same for all of them. Ops with a ``rev`` are durable: a client that misses
one notices the gap and asks for what changed since.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chat_app.core.access.site import site_permissions
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.policy import Announcement, Brand, Policy
from chat_app.core.kernel.wire import PersonJson
from chat_app.core.live.ops.own import BlockedOp, MeOp, PresenceOp, RequestsOp, ResyncOp
from chat_app.core.live.ops.rooms import MessageOp, RevOp, RoomOp
from chat_app.core.live.ops.site import AnnouncementJson, PolicyOp, SiteOp
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.people.events import PresenceView
from chat_app.core.rooms.events import (
    RoomView,
)
from chat_app.core.site.announcing import announcement_id, shown_at
from chat_app.core.site.brand import brand_json

RESYNC: Final[ResyncOp] = {"t": "resync"}
"""``resync``: ops may be missing; the tab requests everything again, within two seconds."""
_PARLEYS: Final = Brand()


def room_channel(room_id: UUID) -> str:
    """Return the channel of everyone who is in the room."""
    return f"room:{room_id}"


def user_channel(user_id: UUID) -> str:
    """Return the channel of one person's tabs."""
    return f"user:{user_id}"


def session_channel(session_id: UUID) -> str:
    """Return the channel of the tabs of one sign-in."""
    return f"session:{session_id}"


def message_op(message: MessageView) -> MessageOp:
    """``message``: show this message, in place of its older version."""
    return {"t": "message", "room": str(message.room_id), "m": message.as_json()}


def room_op(room: RoomView, can: Mapping[str, Iterable[str]]) -> RoomOp:
    """``room``: the room's present state, and the permissions of each role."""
    may = {role: list(each) for role, each in can.items()}
    return {"t": "room", "room": str(room.id), "rev": room.rev, "r": room.as_json(), "can": may}


def rev_op(room_id: UUID, rev: int) -> RevOp:
    """``rev``: the room's revision; a tab with an older one has missed something."""
    return {"t": "rev", "room": str(room_id), "rev": rev}


def requests_op(room_id: UUID, waiting: Iterable[Person]) -> RequestsOp:
    """``requests``: the room's join requests."""
    return {"t": "requests", "room": str(room_id), "people": people_json(waiting)}


def people_json(people: Iterable[Person]) -> list[PersonJson]:
    """Return people in the shape in which the feed gives them."""
    return [person.as_json() for person in people]


def me_op(person: Person, locale: str, theme: str) -> MeOp:
    """``me``: the person's own profile, with language and theme."""
    return {"t": "me", "me": {**person.as_json(), "locale": locale, "theme": theme}}


def site_op(roles: Iterable[str]) -> SiteOp:
    """``site``: the staff permissions of a person with these roles."""
    return {"t": "site", "may": sorted(site_permissions(roles))}


def blocked_op(blocked: Iterable[UUID]) -> BlockedOp:
    """``blocked``: all people whom the person has blocked."""
    return {"t": "blocked", "users": [str(user_id) for user_id in blocked]}


def presence_op(people: Iterable[PresenceView]) -> PresenceOp:
    """``presence``: the present state of these people."""
    return {"t": "presence", "people": [view.as_json() for view in people]}


def policy_op(policy: Policy, now: datetime, seen: str | None = None) -> PolicyOp:
    """``policy``: the switched-off features, the present announcement and the brand; ``seen`` is the announcement that
    the person dismissed.
    """
    shown = shown_at(policy.announcement, now)
    op: PolicyOp = {
        "t": "policy",
        "off": sorted(policy.off),
        "keeps": policy.retention_days,
        "announcement": announcement_json(shown) if shown else None,
    }
    if policy.brand != _PARLEYS:
        op["brand"] = brand_json(policy.brand)
    return op if seen is None else {**op, "seen": seen}


def announcement_json(shown: Announcement) -> AnnouncementJson:
    """Return the shape of an announcement."""
    level: Any = shown.level
    return {
        "id": announcement_id(shown),
        "en": shown.en,
        "ja": shown.ja,
        "level": level,
        "dismissible": shown.dismissible,
    }
