"""Files that are sent with messages, the text in them, and its words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from chat_app.core.files.kinds import FileStatus
from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Attachment(SQLModel, table=True):
    """A file. Its objects are kept under its id (:mod:`chat_app.core.files.storage.keys`).

    They outlive its room and its message until they are deleted: a row without a room, or long without a message, is
    what is left to delete.

    A message has a copy of what is shown of its files (``Message.attachments``).
    """

    __tablename__ = "message_attachments"
    __table_args__ = (
        Index("ix_message_attachments_message", "message_id", postgresql_where=sql("message_id IS NOT NULL")),
        Index("ix_message_attachments_room", "room_id", "sent_at", "id", postgresql_where=sql("sent_at IS NOT NULL")),
        Index("ix_message_attachments_unsent", "created_at", postgresql_where=sql("message_id IS NULL")),
        Index("ix_message_attachments_space", "room_id", postgresql_include=["size", "status"]),
        Index("ix_message_attachments_refused", "created_at", postgresql_where=sql("status = 'refused'")),
        Index("ix_message_attachments_size", "size", postgresql_where=sql("status = 'ready'")),
        Index("ix_message_attachments_uploader", "uploader_id", postgresql_include=["size"]),
    )

    id: UUID = id_column()
    room_id: UUID | None = reference("rooms.id", nullable=True, on_delete="SET NULL")
    uploader_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    message_id: UUID | None = reference("messages.id", nullable=True, on_delete="SET NULL")
    name: str
    caption: str = ""
    declared_type: str
    mime_type: str = Field(default="", description="what the file is; empty until it was examined")
    kind: str = ""
    size: int = Field(sa_type=BigInteger, description="bytes: as announced, then as kept")
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    peaks: list[int] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="of a recording: how loud each part is",
    )
    transcript: dict[str, Any] | None = Field(
        default=None, sa_type=JSONB(none_as_null=True), description="of a recording: how far it is written down"
    )
    page_count: int | None = None
    thumbnails: int = Field(default=0, description="the number of its thumbnails, the smaller one first")
    animated: bool = False
    exclude_from_ai: bool = Field(default=False, description="hidden from models")
    status: str = FileStatus.PENDING
    problem: str | None = Field(default=None, description="the code of why it was refused")
    upload_token: str = Field(default="", description="how the storage knows the upload")
    checking_since: datetime | None = time_column(nullable=True)
    created_at: datetime = time_column()
    sent_at: datetime | None = time_column(nullable=True)


class AttachmentPage(SQLModel, table=True):
    """The text of one page of a file, the first one being 1."""

    __tablename__ = "attachment_pages"

    attachment_id: UUID = Field(primary_key=True, foreign_key="message_attachments.id", ondelete="CASCADE")
    n: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)


class AttachmentWords(SQLModel, table=True):
    """The words by which a message is found for the text of one of its files, with the tag of the message's block."""

    __tablename__ = "attachment_words"
    __table_args__ = (
        Index("ix_attachment_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    attachment_id: UUID = Field(primary_key=True, foreign_key="message_attachments.id", ondelete="CASCADE")
    message_id: UUID = reference("messages.id", on_delete="CASCADE", index=True)
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))
