"""The feed's slices as vars, and its actions as handlers, for pages written in Python.

The values live in the browser alone (``assets/feed``); these classes only name their shapes.
"""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData


@dataclass
class PersonVar:
    """A person."""

    id: str
    username: str
    name: str
    color: str
    avatar: int | None


@dataclass
class MemberVar(PersonVar):
    """A person in a room."""

    role: str


@dataclass
class ChosenVar(MemberVar):
    """The member whose card is open, and what the person may do to them."""

    own: bool
    can_manage: bool
    can_succeed: bool


@dataclass
class QuoteVar:
    """What a message replies to; ``author`` is a person's or a model's name, empty for none."""

    id: str
    author: str
    ai: bool
    text: str
    veiled: bool


@dataclass
class ReactionVar:
    """An emoji that was given to a message; ``names`` are those of some who gave it, without one's own."""

    emoji: str
    count: int
    mine: bool
    names: list[str]


@dataclass
class RowVar:
    """A message with what depends on its neighbours and on who looks; ``assets/feed/rows.js`` makes it."""

    key: str
    id: str
    text: str
    at: str
    author: PersonVar
    own: bool
    head: bool
    fresh: bool
    day: str
    veiled: bool
    edited: bool
    deleted: bool
    pending: str
    change: str
    refused: str
    limit: int
    error: str
    reply: QuoteVar | None
    ai: bool
    live: bool
    waiting: bool
    status: str
    model: str
    asker: str
    tokens: int
    can_edit: bool
    can_delete: bool
    can_reply: bool
    can_stop: bool
    can_regenerate: bool
    pinned: bool
    starred: bool
    reactions: list[ReactionVar]
    mentions: list[dict[str, Any]]
    calls_me: bool
    can_react: bool
    can_pin: bool


@dataclass
class CardVar:
    """A message in a list of pinned or starred ones; ``room_name`` is empty where it goes without saying."""

    id: str
    room: str
    room_name: str
    text: str
    at: str
    ai: bool
    name: str
    author: PersonVar
    mentions: list[dict[str, Any]]


@dataclass
class ReceiptVar:
    """Who has read the newest message. ``how`` is *sent*, *delivered*, *read* or, in large rooms, *counted*."""

    how: str
    faces: list[PersonVar]
    more: int
    names: list[str]
    count: int
    of: int


@dataclass
class SidebarVar:
    """A room in the sidebar. ``unread`` and ``mentions`` are numbers as shown, or empty; ``person`` is whom a direct
    chat is with.
    """

    id: str
    name: str
    direct: bool
    person: PersonVar
    presence: str
    href: str
    current: bool
    archived: bool
    unread: str
    mentions: str


@dataclass
class RoomVar:
    """The room that is shown, and what the person may do in it; ``person`` is whom a direct chat is with.

    ``jump`` counts the times that a message was looked for, 0 while none is.
    """

    id: str
    known: bool
    ready: bool
    jump: int
    beginning: bool
    absent: bool
    deleted: bool
    removed: bool
    more: bool
    empty: bool
    loading_older: bool
    name: str
    direct: bool
    person: PersonVar
    presence: str
    seen: str
    closed: bool
    person_blocked: bool
    description: str
    archived: bool
    role: str
    rank: int
    ai_rule: str
    ai_model: str
    model_label: str
    people: int
    slow: int
    join_approval: bool
    right_ask_ai: str
    right_choose_model: str
    right_regenerate_any_answer: str
    right_manage_ai: str
    can_send: bool
    can_ask: bool
    can_choose_model: bool
    can_manage_ai: bool
    can_regenerate_any: bool
    can_invite: bool
    can_manage_members: bool
    can_edit_room: bool
    can_archive: bool
    can_delete_room: bool
    can_pin: bool


@dataclass
class LinkVar:
    """An invite link as those see it who may invite. ``max_uses`` is 0, and ``expires`` empty, for no limit.

    ``address`` is the whole of it, and ``made`` says that it is the one just made.
    """

    id: str
    path: str
    address: str
    role: str
    sent_to: str
    uses: int
    max_uses: int
    expires: str
    made: bool


@dataclass
class RoomBriefVar:
    """A room, as one may know it before one is in it."""

    id: str
    name: str
    description: str


@dataclass
class InvitationVar:
    """A person who is asked into a room; ``inviter`` is a name, empty for nobody's."""

    id: str
    room: RoomBriefVar
    role: str
    person: PersonVar
    inviter: str
    at: str


@dataclass
class AskedVar:
    """What came of asking somebody into the room; ``name`` is a person's or an address."""

    id: str
    outcome: str
    name: str


@dataclass
class GroupVar:
    """A group whose people can be asked together."""

    id: str
    name: str
    people: int


@dataclass
class ModelVar:
    """A model that the site offers."""

    id: str
    label: str


def hooked(name: str, hook: str, module: str, var_type: Any) -> rx.Var[Any]:
    """The value that the React hook ``hook`` of ``module`` gives for the slice ``name``."""
    constant = f"{hook}_{name}"
    data = VarData(
        hooks={f'const {constant} = {hook}("{name}")': None}, imports={f"$/public/{module}": [ImportVar(tag=hook)]}
    )
    return rx.Var(constant, _var_type=var_type, _var_data=data).to(var_type)


def feed(name: str, var_type: Any) -> rx.Var[Any]:
    """A slice of the feed."""
    return hooked(name, "useFeed", "feed/hooks.js", var_type)


def composer(name: str, var_type: Any) -> rx.Var[Any]:
    """A slice of the composer."""
    return hooked(name, "useComposer", "composer.js", var_type)


def on_click(module: str, function: str, *args: Any) -> rx.Var[Any]:
    """Props for an element (``special_props``) whose click calls ``function`` of the JavaScript ``module``."""
    return on("onClick", module, function, *args)


def on(event: str, module: str, function: str, *args: Any, before: str = "") -> rx.Var[Any]:
    """Props for an element (``special_props``) on whose ``event`` the JavaScript function is called with ``args``.

    ``before`` is an expression that comes first.
    """
    values = [rx.Var.create(arg) for arg in args]
    call = f"{function}({', '.join(str(value) for value in values)})"
    call = f"{{{event}: (event) => ({before}, {call})}}" if before else f"{{{event}: () => {call}}}"
    data = VarData(imports={f"$/public/{module}": [ImportVar(tag=function)]})
    return rx.Var(call, _var_data=VarData.merge(data, *(value._get_all_var_data() for value in values)))


def on_press(module: str, function: str, *args: Any) -> rx.Var[Any]:
    """As :func:`on_click`, but when the mouse goes down, and without taking the focus from where it is."""
    return on("onMouseDown", module, function, *args, before="event.preventDefault()")


def props(module: str, name: str, alias: str) -> rx.Var[Any]:
    """Props for an element (``special_props``): the object ``name`` that the JavaScript ``module`` exports."""
    return rx.Var(alias, _var_data=VarData(imports={f"$/public/{module}": [ImportVar(tag=name, alias=alias)]}))


ROOM: RoomVar = feed("room", RoomVar)  # type: ignore[assignment]
ROWS = feed("rows", list[RowVar])
ROOMS = feed("rooms", list[SidebarVar])
PLACES = feed("places", list[SidebarVar])
DIRECTS = feed("directs", list[SidebarVar])
PRESENCE = feed("presence", dict[str, dict[str, str]])
ROOMS_KNOWN = feed("roomsKnown", bool)
MEMBERS = feed("members", list[MemberVar])
MEMBER: ChosenVar = feed("member", ChosenVar)  # type: ignore[assignment]
REQUESTS = feed("requests", list[PersonVar])
BANS = feed("bans", list[PersonVar])
MODELS = feed("models", list[ModelVar])
LINKS = feed("links", list[LinkVar])
INBOX = feed("inbox", list[InvitationVar])
"""The rooms into which the person is asked."""
PENDING = feed("pending", list[InvitationVar])
"""Who is asked into the room that is shown, where the person may see that."""
GROUPS = feed("groups", list[GroupVar])
ASKED = feed("asked", list[AskedVar])
TYPING = feed("typing", list[str])
PINS = feed("pins", list[CardVar])
PINS_KNOWN = feed("pinsKnown", bool)
STARS = feed("stars", list[CardVar])
STARS_KNOWN = feed("starsKnown", bool)
RECEIPT: ReceiptVar = feed("receipt", ReceiptVar)  # type: ignore[assignment]
ONLINE = feed("online", bool)
ME: PersonVar = feed("me", PersonVar)  # type: ignore[assignment]
