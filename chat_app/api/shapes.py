"""The JSON shapes of the API. Persons, members, rooms and messages look the same here and in the live feed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, WithJsonSchema

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.messages.tables import Status
from chat_app.core.rooms.tables import AiRule, RoomKind

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339, UTC."""

Place = Annotated[StrictInt, Field(ge=0, le=2**53)]
"""A counter: a message's place (``seq``) or a room's moment (``rev``)."""


class Asked(BaseModel):
    """What a caller sends: a field that is not known is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class Proof(Asked):
    """That it is really them: the password, and a code where the account has an authenticator.

    Who has no password must have signed in within the last ten minutes instead.
    """

    password: str = Field("", max_length=1024)
    code: str = Field("", max_length=100)


class ErrorBody(BaseModel):
    """What went wrong: `code` is stable, `message` is for people, `details` are values such as a limit or a field.

    Where several fields do not fit, `details.others` has the code and details of each further one.
    """

    code: str
    message: str
    details: dict[str, str | int | list[dict[str, str | int | None]] | None]


class ErrorOut(BaseModel):
    """Every error."""

    error: ErrorBody


class PersonOut(BaseModel):
    """A person. `avatar` is the version of their picture, to be had from `/users/{id}/avatar?v={avatar}`."""

    id: str
    username: str
    name: str
    color: str
    avatar: int | None


class MeOut(PersonOut):
    """The person who asks. `account_page` is where they change how they sign in, if that is not here."""

    email: str
    email_verified: bool
    has_password: bool
    account_page: str
    locale: str
    theme: str
    shows_presence: bool
    is_admin: bool
    receipts: bool


class MemberOut(PersonOut):
    """A person in a room."""

    role: Role


class AiRights(BaseModel):
    """The least role that has each right that a room decides about."""

    ask_ai: Role
    choose_model: Role
    regenerate_any_answer: Role
    manage_ai: Role


class RoomOut(BaseModel):
    """A room, and the asking person's place in it.

    A direct chat has no name: it is called by the `peer`, the other one. One of them may have `closed` it by a block.
    """

    id: str
    rev: int
    name: str
    description: str
    ai_model: str | None
    ai_rule: AiRule
    archived: bool
    ai_rights: AiRights
    slow_seconds: int
    join_approval: bool
    kind: RoomKind
    closed: bool
    peer: PersonOut | None
    role: Role
    permissions: list[Permission]
    last_seq: int
    last_read_seq: int
    unread: int
    last_activity_at: Moment


class QuoteOut(BaseModel):
    """The message that another one replies to, its text cut short. `model` is known once an answer is whole."""

    id: str
    author: str | None
    ai: bool
    model: str | None
    text: str


class AnswerOut(BaseModel):
    """What only an AI's message has. `error`: why it failed; of a complete one, that it was cut or is a refusal."""

    run: str | None
    model: str | None
    asker: PersonOut | None
    status: Status
    error: str | None
    tokens: int | None


class ReactionOut(BaseModel):
    """One emoji given to a message, and the ids of those who gave it, the first first."""

    emoji: str
    by: list[str]


class MessageOut(BaseModel):
    """A message. What is absent or false is left out; a deleted one has lost its text."""

    id: str
    seq: int
    rev: int
    text: str
    at: Moment
    author: PersonOut | None
    edited: Literal[True] = True
    deleted: Literal[True] = True
    nonce: str = ""
    reply: QuoteOut | None = None
    ai: AnswerOut | None = None
    pinned: Literal[True] = True
    reactions: list[ReactionOut] = []
    mentions: list[PersonOut] = []
    mentions_all: Literal[True] = True


class PageOut(BaseModel):
    """Messages in order of `seq`, at the moment `rev`; `more` tells of older ones (in a sync: of too many).

    `starred` has the ids of those that the asking person has marked.
    """

    messages: list[MessageOut]
    more: bool
    rev: int
    starred: list[str]
