"""The shapes of rooms and what is around them in the feed, for pages in Python. The browser makes the values."""

from dataclasses import dataclass

from chat_app.ui.live.shapes import PersonVar


@dataclass
class SidebarVar:
    """A room in the sidebar.

    ``unread`` and ``mentions`` are numbers as text, or empty. ``person`` is the other person of a direct chat;
    ``heading`` is the period that begins with this chat.
    """

    id: str
    kind: str
    name: str
    person: PersonVar
    presence: str
    href: str
    current: bool
    archived: bool
    favorite: bool
    draft: bool
    heading: str
    unread: str
    mentions: str
    role: str


@dataclass
class RoomVar:
    """The visible room, and the person's permissions; ``person`` is the other person of a direct chat.

    ``ai_assistant`` is the id of the assistant that answers, or empty; ``model_label`` is its name, or the model's.
    ``fallback_other`` names a fallback model that the person cannot choose. ``answering`` is the answer that is being
    written for the person, or empty. ``jump`` counts the jumps to a message. An ``aside`` has the name of its
    ``parent``. ``help_by`` is the person who asked for ``help``, or the supporter, whose name is ``helper``.
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
    kind: str
    parent: str
    person: PersonVar
    presence: str
    seen: str
    closed: bool
    person_blocked: bool
    description: str
    archived: bool
    role: str
    ai_rule: str
    ai_unpaid: bool
    ai_model: str
    model_label: str
    ai_assistant: str
    ai_fallback_model: str
    fallback_other: str
    temperature: str
    max_tokens: str
    effort: str
    ai_tools: list[str]
    people: int
    help: str
    help_by: str
    helper: str
    assisted: bool
    slow_seconds: int
    keeps_days: int
    join_approval: bool
    newcomers_see: str
    sees_after: int
    begun: bool
    ai_rights: dict[str, str]
    approvers: list[str]
    answering: str
    can_send: bool
    can_ask_ai: bool
    can_choose_model: bool
    can_manage_ai: bool
    can_approve_tools: bool
    can_regenerate_any_answer: bool
    can_invite: bool
    can_manage_members: bool
    can_edit_room: bool
    can_export_room: bool
    can_archive_room: bool
    can_delete_room: bool
    can_transfer_room: bool
    can_pin: bool


@dataclass
class LinkVar:
    """An invite link, for people who may invite.

    ``max_uses`` and ``expires_at`` are ``None`` for no limit. ``address`` is the full address, and ``made`` marks the
    link that was just created.
    """

    id: str
    token: str
    role: str
    sent_to: str | None
    uses: int
    max_uses: int | None
    created_at: str
    expires_at: str | None
    address: str
    made: bool


@dataclass
class RoomBriefVar:
    """A room as people see it before they join."""

    id: str
    name: str
    description: str


@dataclass
class InvitationVar:
    """An invitation; it may have no ``inviter``."""

    id: str
    room: RoomBriefVar
    role: str
    person: PersonVar
    inviter: PersonVar
    at: str


@dataclass
class InviteOutcomeVar:
    """The outcome of an invitation: of a ``person``, or of an ``address`` that has no account."""

    outcome: str
    person: PersonVar
    address: str


@dataclass
class GroupVar:
    """A group that can be invited."""

    id: str
    name: str
    people: int


@dataclass
class ModelVar:
    """A model that the site offers, which messages call by its ``handle``. One that is ``locked`` cannot be chosen by
    this person. ``can`` has a letter for each ability.
    """

    id: str
    handle: str
    label: str
    provider: str
    price: str
    can: str
    locked: bool


@dataclass
class OfferedAssistantVar:
    """An assistant that the person may ask; ``by`` is its author's name, empty for their own and for the site's."""

    id: str
    handle: str
    name: str
    description: str
    picture: int | None
    by: str
