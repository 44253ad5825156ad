"""The shapes of people and messages in the feed, for pages in Python. The browser makes the values."""

from dataclasses import dataclass
from typing import Any

from chat_app.core.kernel.actor import Person


@dataclass(slots=True)
class PersonVar:
    """A person."""

    id: str
    username: str
    name: str
    color: str
    avatar: int | None


@dataclass(slots=True)
class AnnouncementVar:
    """The site's announcement; without an id if there is none."""

    id: str
    en: str
    ja: str
    level: str
    dismissible: bool


def person_var(person: Person | None) -> PersonVar:
    """Return a person in the shape of states; without a name if there is none."""
    return PersonVar(**person.as_json()) if person else PersonVar("", "", "", "slate", None)


@dataclass
class MemberVar(PersonVar):
    """A member of a room."""

    role: str


@dataclass
class ChosenVar(MemberVar):
    """The person whose card is open. ``opened`` counts the cards. Who has left the room has no role."""

    blocked: bool
    opened: int


@dataclass
class QuoteVar:
    """The quoted message of a reply; ``author`` is a person's or a model's name, empty for none.

    One that is ``hidden`` is from before the person sees messages.
    """

    id: str
    author: str
    ai: bool
    text: str
    veiled: bool
    hidden: bool


@dataclass
class CallVar:
    """A tool call; ``assets/live/tool_calls.js`` makes it.

    ``what`` is the gist of what is ``sent``. The ``result`` is there once it is ``loaded``. ``by`` is the name of who
    approved or refused it; the viewer ``decides`` one that waits.
    """

    id: str
    kind: str
    tool: str
    source: str
    status: str
    what: str
    sent: str
    result: str
    loaded: bool
    error: str
    words: str
    by: str
    decides: bool


@dataclass
class ReactionVar:
    """A message's reactions with one emoji; ``names`` are some of the other people's."""

    emoji: str
    count: int
    mine: bool
    names: list[str]


@dataclass
class FileVar:
    """A file of a message; ``assets/live/files.js`` creates it.

    ``src`` is the address of the displayed picture, ``srcset`` those for dense screens, ``poster`` the first page or
    frame of another file, and ``whole`` the file itself. ``about`` are its type, size and length as text, ``alt``
    describes a picture. ``hidden``: models do not see it. A recording has ``peaks``. A ``spoken`` recording has text
    once its ``transcript`` is *done*; ``unheard`` is the reason if it has *failed*.
    """

    id: str
    name: str
    kind: str
    width: int
    height: int
    seconds: float
    peaks: list[int]
    spoken: str
    transcript: str
    unheard: str
    about: str
    caption: str
    alt: str
    size: int
    src: str
    srcset: str
    poster: str
    whole: str
    download: str
    hidden: bool


@dataclass
class RowVar:
    """A message with data that depends on its neighbours and on the viewer; ``assets/live/message_row.js`` creates it.

    ``before`` is the number of answers before a queued one. ``missed`` is the number of new messages, on the first
    ``fresh`` one. ``hidden``: models do not see it; ``starts``: it is the room's first that they see. ``summarised``: a
    summary is shown above the message after these, if models do not see all. ``beside``: it is one of several answers
    to one message.

    ``place`` is the place of the shown text among an answer's ``branches``; ``viewing``: it is not the answer but
    ``viewed``. ``rated`` is the viewer's rating, *up* or *down*. ``can_publish``: it is in the viewer's aside.
    ``assistant`` is the name of the assistant as which the model answers. ``translation`` is the requested text by the
    model ``translator``, once ``translating`` has ended. ``drawing``: it is a picture by a model, whose prompt is the
    text. ``cost`` is in millionths of a US dollar.

    A line about the room has an ``event``, the ``names`` of people, the number of ``more``, and ``what`` changed. A
    message that was ``refused`` because of its model has the model as ``what``.
    """

    key: str
    id: str
    text: str
    at: str
    author: PersonVar
    own: bool
    head: bool
    fresh: bool
    missed: int
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
    before: int
    status: str
    model: str
    assistant: str
    assistant_id: str
    assistant_picture: int | None
    asker: str
    tokens: int
    drawing: bool
    cost: int
    """In millionths of a US dollar; 0 if it is unknown."""
    reasoning: str
    seconds: int
    thinking: bool
    calls: list[CallVar]
    files: list[FileVar]
    instead: str
    can_edit: bool
    can_delete: bool
    can_reply: bool
    can_stop: bool
    can_regenerate: bool
    can_continue: bool
    outdated: bool
    pinned: bool
    hidden: bool
    pinned_for_ai: bool
    starts: bool
    summarised: bool
    beside: bool
    can_hide: bool
    can_pin_for_ai: bool
    starred: bool
    reactions: list[ReactionVar]
    mentions: list[dict[str, Any]]
    calls_me: bool
    can_react: bool
    can_pin: bool
    branches: int
    place: int
    viewed: str
    viewing: bool
    can_publish: bool
    translation: str
    translator: str
    translating: bool
    can_rate: bool
    rated: str
    event: str
    names: list[str]
    more: int
    what: str


@dataclass
class CardVar:
    """A message in a list of pinned or starred ones; ``room_name`` is empty within its room."""

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
    """The receipts of the newest message. ``how`` is *sent*, *delivered*, *read* or, in large rooms, *counted*."""

    how: str
    faces: list[PersonVar]
    more: int
    names: list[str]
    count: int
    of: int
