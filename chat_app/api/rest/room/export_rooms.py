"""The shapes of rooms in a person's export: memberships, bans, invitations and links."""

from pydantic import BaseModel, Field

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.wire import Timestamp
from chat_app.core.rooms.tables import InvitationStatus, RoomKind


class OwnRoom(BaseModel):
    """A room of the person; for a direct chat, `with` is the other person.

    `read` is the `seq` that they have read to.
    """

    id: str
    kind: RoomKind
    name: str
    peer: str | None = Field(alias="with")
    role: Role
    joined_at: Timestamp
    read: int


class OwnPlace(BaseModel):
    """A room from which the person is banned, or that they have requested to join."""

    room: str
    at: Timestamp


class OwnInvitation(BaseModel):
    """An invitation to the person, and its answer."""

    room: str
    role: Role
    status: InvitationStatus
    at: Timestamp
    answered_at: Timestamp | None


class SentInvitation(BaseModel):
    """An invitation by the person."""

    room: str
    username: str
    role: Role
    at: Timestamp


class OwnInviteLink(BaseModel):
    """An invite link of the person, without its token."""

    room: str
    role: Role
    sent_to: str | None
    uses: int
    created_at: Timestamp
    expires_at: Timestamp | None
    revoked_at: Timestamp | None
