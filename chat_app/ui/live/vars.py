"""The feed's slices as vars, for pages in Python. The values live in the browser alone (``assets/live``)."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.live.room_shapes import (
    GroupVar,
    InvitationVar,
    InviteOutcomeVar,
    LinkVar,
    ModelVar,
    OfferedAssistantVar,
    RoomVar,
    SidebarVar,
)
from chat_app.ui.live.shapes import AnnouncementVar, CardVar, ChosenVar, MemberVar, PersonVar, ReceiptVar, RowVar


def feed(name: str, var_type: Any) -> rx.Var[Any]:
    """Return a slice of the feed."""
    return js.value("live/store.js", "useFeed", name, var_type)


ROOM: RoomVar = feed("room", RoomVar)  # type: ignore[assignment]
IS_CHAT, IS_DIRECT, IS_ASIDE = (ROOM.kind == kind for kind in ("chat", "direct", "aside"))
"""The kind of the visible room: a private chat with models, a direct chat of two people, or an aside."""
_ANSWERED = ~IS_ASIDE & (ROOM.ai_rule != "never")
CAN_ASIDE: rx.Var[bool] = ROOM.can_ask_ai & ~IS_CHAT & _ANSWERED
"""Whether the person may ask the AI privately about the room."""
CAN_GET_HELP: rx.Var[bool] = ROOM.can_send & (ROOM.help == "none") & ~IS_DIRECT & _ANSWERED
"""Whether support can be asked into the room."""
ROWS = feed("rows", list[RowVar])
ROOMS = feed("rooms", list[SidebarVar])
FAVORITES = feed("favorites", list[SidebarVar])
CHATS = feed("chats", list[SidebarVar])
MORE_CHATS = feed("moreChats", bool)
PLACES = feed("places", list[SidebarVar])
DIRECTS = feed("directs", list[SidebarVar])
ARCHIVE = feed("archive", list[SidebarVar])
FILTER = feed("filter", str)
CALLS = feed("calls", str)
"""The number of unread mentions, a dot where there are only other unread messages, or empty."""
REPORTS: rx.Var[int] = feed("reports", int)
"""The number of pending reports, null for people who are not admins of the site."""
SIGN_UPS: rx.Var[int] = feed("signUps", int)
"""The number of new accounts that wait for approval, null for people who cannot approve them."""
OFF = feed("off", list[str])
"""The features that the site has switched off: values of ``Feature``."""
SITE_NAME = feed("siteName", str)
"""The site's name."""
KEEPS: rx.Var[int] = feed("keeps", int)
"""The days for which the site keeps messages; 0 for ever."""
ANNOUNCEMENT: AnnouncementVar = feed("announcement", AnnouncementVar)  # type: ignore[assignment]
MAY = feed("may", list[str])
"""The person's permissions in running the site: values of ``SitePermission``."""
HELP: rx.Var[int] = feed("help", int)
"""The number of conversations that wait for support, null for people who are not supporters."""
HELPED = feed("helped", int)
"""How often something has changed for support."""
BALANCED = feed("balanced", int)
"""How often the person's balance has changed, or an answer has ended in the room that is shown."""
SUPPORT_JOINS: rx.Var[bool] = feed("supportJoins", bool)
"""Whether support may join conversations without a request for help."""
STUCK: rx.Var[bool] = feed("stuck", bool)
"""Whether the last answer failed, or was rated down by the person."""
UNREAD = feed("unread", int)
"""The number of rooms with unread messages."""
PRESENCE = feed("presence", dict[str, dict[str, str]])
ROOMS_KNOWN = feed("roomsKnown", bool)
MORE_ROOMS = feed("moreRooms", bool)
MEMBERS = feed("members", list[MemberVar])
MEMBER: ChosenVar = feed("member", ChosenVar)  # type: ignore[assignment]
REQUESTS = feed("requests", list[PersonVar])
BANS = feed("bans", list[PersonVar])
MODELS = feed("models", list[ModelVar])
CHOICE: ModelVar = feed("choice", ModelVar)  # type: ignore[assignment]
"""The model for a new chat."""
DICTATES: rx.Var[bool] = feed("dictates", bool)
"""Whether a model transcribes dictation."""
SPEAKS: rx.Var[bool] = feed("speaks", bool)
"""Whether a model reads answers aloud."""

COUNTS: rx.Var[bool] = feed("counts", bool)
"""Whether the site counts what models do."""
ASSISTANTS = feed("assistants", list[OfferedAssistantVar])
"""The assistants that the person may ask, once they were loaded."""
LINKS = feed("links", list[LinkVar])
INBOX = feed("inbox", list[InvitationVar])
"""The person's invitations."""
PENDING = feed("pending", list[InvitationVar])
"""The visible room's pending invitations, if the person may see them."""
GROUPS = feed("groups", list[GroupVar])
ASKED = feed("asked", list[InviteOutcomeVar])
TYPING = feed("typing", list[str])
PINS = feed("pins", list[CardVar])
PINS_KNOWN = feed("pinsKnown", bool)
STARS = feed("stars", list[CardVar])
STARS_KNOWN = feed("starsKnown", bool)
RECEIPT: ReceiptVar = feed("receipt", ReceiptVar)  # type: ignore[assignment]
ONLINE = feed("online", bool)
CROWDED = feed("crowded", bool)
"""Whether the connection is refused because too many tabs are open."""
ME: PersonVar = feed("me", PersonVar)  # type: ignore[assignment]
