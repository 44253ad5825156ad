"""The shapes of what the feed shows: pages written in Python name values by them. The browser makes the values."""

from dataclasses import dataclass
from typing import Any


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
    """A message with what depends on its neighbours and on who looks; ``assets/live/rows.js`` makes it."""

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
