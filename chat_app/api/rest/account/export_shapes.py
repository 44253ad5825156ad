"""The shapes of an export: everything that the site has of a person, and nothing that others wrote."""

from pydantic import BaseModel

from chat_app.api.rest.account.export_money import OwnBudget, OwnPayment, OwnSubscription, OwnTransaction, OwnUsage
from chat_app.api.rest.room.export_rooms import OwnInvitation, OwnInviteLink, OwnPlace, OwnRoom, SentInvitation
from chat_app.core.auth.tokens.api_tokens import Scope
from chat_app.core.kernel.wire import Timestamp
from chat_app.core.messages.answer_tables import RatingValue
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.safety.tables import Reason


class OwnAccount(BaseModel):
    """The person's profile and settings. `picture` is a WebP in base64."""

    id: str
    username: str
    name: str
    color: str
    email: str
    email_verified_at: Timestamp | None
    locale: str
    theme: str
    created_at: Timestamp
    shows_presence: bool
    receipts: bool
    site_roles: list[str]
    has_password: bool
    two_factor: bool
    last_seen_at: Timestamp | None
    picture: str | None


class OwnSession(BaseModel):
    """A sign-in, ended or not."""

    current: bool
    device: str
    address: str
    created_at: Timestamp
    seen_at: Timestamp | None
    expires_at: Timestamp
    ended_at: Timestamp | None


class OwnApiToken(BaseModel):
    """An API token, without its secret."""

    name: str
    scopes: list[Scope]
    created_at: Timestamp
    used_at: Timestamp | None
    expires_at: Timestamp | None


class OwnPasskey(BaseModel):
    """A passkey, without its key."""

    name: str
    created_at: Timestamp
    used_at: Timestamp | None


class OwnIdentity(BaseModel):
    """An account elsewhere by which the person signs in."""

    issuer: str
    subject: str
    label: str
    since: Timestamp


class OwnApplication(BaseModel):
    """An application that the person has given access to."""

    name: str
    scopes: list[str]
    granted_at: Timestamp


class OwnMail(BaseModel):
    """A mail of the last days to the person."""

    kind: str
    at: Timestamp
    sent_at: Timestamp | None


class KnownPerson(BaseModel):
    """A contact of the person, or a person that they have blocked."""

    username: str
    name: str
    since: Timestamp


class OwnGroup(BaseModel):
    """A list of people; the members by username."""

    name: str
    members: list[str]


class OwnPrompt(BaseModel):
    """A saved prompt of the person's."""

    name: str
    description: str
    text: str
    shared: bool
    created_at: Timestamp
    updated_at: Timestamp


class OwnAssistant(BaseModel):
    """An assistant of the person's. Its picture is base64 of a WebP."""

    handle: str
    name: str
    description: str
    model: str | None
    instructions: str
    tools: list[str]
    shared: bool
    picture: str | None
    created_at: Timestamp
    updated_at: Timestamp


class OwnMessage(BaseModel):
    """A message of the person that is not deleted, or a line about the person's action in a room (its `event`)."""

    id: str
    room: str
    at: Timestamp
    edited_at: Timestamp | None
    reply_to: str | None
    text: str
    event: LineKind | None


class OwnFile(BaseModel):
    """A file that the person has uploaded: at `/attachments/{id}/file`, in an archive at `path`; sent by `message`."""

    id: str
    room: str | None
    message: str | None
    name: str
    caption: str
    mime_type: str
    size: int
    at: Timestamp
    path: str | None = None


class OwnQuestion(BaseModel):
    """A run that the person requested; `tokens` is the number that the model wrote."""

    answer: str
    room: str
    at: Timestamp
    model: str | None
    status: str
    tokens: int | None


class OwnReaction(BaseModel):
    """A reaction of the person's."""

    message: str
    room: str
    emoji: str


class OwnMark(BaseModel):
    """A message that the person has starred, or that mentions them."""

    message: str
    room: str
    at: Timestamp


class OwnRating(BaseModel):
    """A rating by the person, of an answer that `model` wrote."""

    answer: str
    room: str
    at: Timestamp
    model: str | None
    value: RatingValue
    reason: str


class OwnReport(BaseModel):
    """A report by the person about a message or a person."""

    at: Timestamp
    message: str | None
    username: str | None
    reason: Reason
    note: str


class OwnHelpRequest(BaseModel):
    """A request of the person for help by the site's support."""

    room: str
    at: Timestamp
    reason: str
    ended_at: Timestamp | None


class ExportOut(BaseModel):
    """Everything that the site has of the person, each list in order of time. Rooms and messages are named by id."""

    exported_at: Timestamp
    account: OwnAccount
    sessions: list[OwnSession]
    api_tokens: list[OwnApiToken]
    passkeys: list[OwnPasskey]
    identities: list[OwnIdentity]
    applications: list[OwnApplication]
    mails: list[OwnMail]
    contacts: list[KnownPerson]
    blocked: list[KnownPerson]
    groups: list[OwnGroup]
    prompts: list[OwnPrompt]
    assistants: list[OwnAssistant]
    rooms: list[OwnRoom]
    bans: list[OwnPlace]
    join_requests: list[OwnPlace]
    invitations: list[OwnInvitation]
    invitations_sent: list[SentInvitation]
    invite_links: list[OwnInviteLink]
    messages: list[OwnMessage]
    files: list[OwnFile]
    questions: list[OwnQuestion]
    reactions: list[OwnReaction]
    stars: list[OwnMark]
    ratings: list[OwnRating]
    mentions: list[OwnMark]
    reports: list[OwnReport]
    help_requests: list[OwnHelpRequest]
    transactions: list[OwnTransaction]
    usage: list[OwnUsage]
    budgets: list[OwnBudget]
    payments: list[OwnPayment]
    subscriptions: list[OwnSubscription]
