"""Rooms, members, bans, join requests and invitations."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.access.permissions import Least, Permission, Role
from chat_app.core.kernel.database.columns import id_column, reference, time_column
from chat_app.core.rooms.kinds.payer import Payer


class AiRule(StrEnum):
    """The rule by which the AI of a room answers."""

    MENTIONED = "mentioned"
    HELPFUL = "helpful"
    """When mentioned, and when it decides that it can help, once people fall silent."""
    ALWAYS = "always"
    NEVER = "never"


class Effort(StrEnum):
    """The amount of thinking before an answer."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RoomKind(StrEnum):
    """The kind of a room."""

    ROOM = "room"
    CHAT = "chat"
    """A person's private chat with the AI. It becomes a room when a second person joins."""
    GROUP = "group"
    """A room that was begun as a chat with several people."""
    DIRECT = "direct"
    """A room of exactly two people. It has no name of its own and no master."""
    ASIDE = "aside"
    """A room of one person alone, for questions to the AI about another room, its ``parent``."""


class NewcomersSee(StrEnum):
    """The messages of a room that newcomers see."""

    EVERYTHING = "everything"
    FROM_HERE = "from_here"
    """Only messages after the choice."""


def least_roles(ai_rights: Mapping[str, str]) -> Least:
    """Return the lowest roles that a room has set for AI rights, from their stored form."""
    return {Permission(right): Role(role) for right, role in ai_rights.items()}


class Room(SQLModel, table=True):
    """A place where people and models talk.

    ``rev`` counts every change that the members can see; ``last_seq`` counts the messages, lines about the room
    among them.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        Index(
            "ix_rooms_asides",
            "parent_id",
            "created_by",
            unique=True,
            postgresql_where=text("parent_id IS NOT NULL AND deleted_at IS NULL"),
        ),
    )

    id: UUID = id_column()
    kind: str = Field(default=RoomKind.ROOM, sa_column_kwargs={"server_default": RoomKind.ROOM.value})
    name: str
    description: str = ""
    auto_named: bool = Field(default=False, description="the name was made from the first message; nobody chose it")
    ai_model: str | None = Field(default=None, description="id of the model, None for the site's default")
    ai_fallback_model: str | None = Field(default=None, description="id of the one that answers where that cannot")
    ai_assistant_id: UUID | None = reference("assistants.id", nullable=True, index=True, on_delete="SET NULL")
    ai_assistant_name: str | None = Field(default=None, description="its name when it was chosen")
    ai_parameters: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JSONB,
        sa_column_kwargs={"server_default": "{}"},
        description="what is set of temperature, max_tokens and reasoning_effort",
    )
    ai_tools: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": "{}"},
        description="ids of the tools that models may call here",
    )
    ai_rule: str = AiRule.MENTIONED
    ai_rights: dict[str, str] = Field(
        default_factory=dict,
        sa_type=JSONB,
        sa_column_kwargs={"server_default": "{}"},
        description="the least role for each of AI_RIGHTS, where it is not the default",
    )
    ai_instructions: str = Field(
        default="",
        sa_type=Text,
        sa_column_kwargs={"server_default": ""},
        description="what the members tell the models of this room",
    )
    ai_context_cutoff_at: datetime | None = time_column(nullable=True)
    """Models see no message from before."""
    ai_summary_seq: int | None = Field(
        default=None, sa_type=BigInteger, description="the last message that a summary for models covers"
    )
    payer: str = Field(default=Payer.OWNER, sa_column_kwargs={"server_default": Payer.OWNER.value})
    slow_seconds: int = Field(
        default=0,
        sa_column_kwargs={"server_default": "0"},
        description="how long one waits between two messages, 0 for not at all",
    )
    keeps_days: int = Field(
        default=0,
        sa_column_kwargs={"server_default": "0"},
        description="the days after which messages are deleted here, 0 for the site's",
    )
    join_approval: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": "false"},
        description="whether who comes by a link waits until somebody lets them in",
    )
    newcomers_after: int | None = Field(
        default=None,
        sa_type=BigInteger,
        description="whoever joins sees the messages after this one, 0 for all; None where nobody has chosen",
    )
    rev: int = 0
    last_seq: int = 0
    ai_tokens: int = Field(
        default=0,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": "0"},
        description="what its answers have taken: kept by the runs, to list rooms by it",
    )
    created_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    last_activity_at: datetime = time_column()
    pair: str | None = Field(default=None, unique=True, description="ids of the two people of a direct chat, in order")
    parent_id: UUID | None = reference("rooms.id", nullable=True)
    closed: bool = Field(
        default=False, description="of a direct chat: one of the two has blocked the other, or is gone"
    )
    help_state: str = Field(default="none", sa_column_kwargs={"server_default": "none"})
    """Of :class:`~chat_app.core.rooms.kinds.help.HelpState`."""
    help_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    """The person who asked, or the supporter who has taken the room over."""
    assisted: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether a supporter has ever taken part."""
    archived_at: datetime | None = time_column(nullable=True)
    deleted_at: datetime | None = time_column(nullable=True)

    @property
    def unopened(self) -> bool:
        """Return whether it is a direct chat without messages, which only its creator sees."""
        return self.pair is not None and self.last_seq == 0

    @property
    def least(self) -> Least:
        """The lowest roles that this room has set for AI rights."""
        return least_roles(self.ai_rights)


class Member(SQLModel, table=True):
    """A person in a room, which has at most one master."""

    __tablename__ = "room_members"
    __table_args__ = (
        Index("ix_room_members_master", "room_id", unique=True, postgresql_where=text("role = 'master'")),
        Index("ix_room_members_parent", "parent_id", "user_id", postgresql_where=text("parent_id IS NOT NULL")),
        # A person who leaves a room leaves their aside of it.
        ForeignKeyConstraint(
            ["parent_id", "user_id"], ["room_members.room_id", "room_members.user_id"], ondelete="CASCADE"
        ),
    )

    room_id: UUID = Field(primary_key=True, foreign_key="rooms.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    role: str = Role.MEMBER
    last_read_seq: int = 0
    last_sent_at: datetime | None = time_column(nullable=True)
    last_delivered_seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    sees_after: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Messages up to this one do not exist for the person."""
    favorite: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    joined_at: datetime = time_column()
    parent_id: UUID | None = Field(default=None, description="the parent of an aside")


class InvitationStatus(StrEnum):
    """The state of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class RoomInvitation(SQLModel, table=True):
    """An invitation of a person to a room; at most one of a person and a room is pending."""

    __tablename__ = "room_invitations"
    __table_args__ = (
        Index(
            "ix_room_invitations_pending",
            "user_id",
            "room_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id", index=True)
    user_id: UUID = reference("users.id")
    role: str = Role.MEMBER
    status: str = InvitationStatus.PENDING
    invited_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    answered_at: datetime | None = time_column(nullable=True)
