"""Invite links."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.database.columns import id_column, reference, time_column


class InviteLink(SQLModel, table=True):
    """An invite link: the digest of its token, by which it is found, and the encrypted token, for people who may copy
    it.
    """

    __tablename__ = "invite_links"

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id", index=True)
    token_hash: bytes = Field(unique=True)
    sealed_token: str = Field(description="encrypted with the site's key")
    role: str = Role.MEMBER
    max_uses: int | None = None
    uses: int = 0
    sent_to: str | None = Field(default=None, description="the address to which it was mailed")
    created_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    expires_at: datetime | None = time_column(nullable=True)
    revoked_at: datetime | None = time_column(nullable=True)

    def usable(self, now: datetime) -> bool:
        """Return whether the link still works."""
        return (
            self.revoked_at is None
            and (self.expires_at is None or self.expires_at > now)
            and (self.max_uses is None or self.uses < self.max_uses)
        )
