"""The site's settings, and invitations to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class SiteSetting(SQLModel, table=True):
    """A setting that an admin has changed. Settings without a row have their defaults."""

    __tablename__ = "site_settings"

    name: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSONB)
    changed_at: datetime = time_column()
    changed_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")


class SiteInvitation(SQLModel, table=True):
    """An invitation to create an account, which works once. The site stores only its token's digest."""

    __tablename__ = "site_invitations"

    id: UUID = id_column()
    token_hash: bytes = Field(unique=True)
    email: str = Field(default="", description="to which it was mailed, if it was")
    roles: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": "{}"}, description="of SiteRole"
    )
    created_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    expires_at: datetime = time_column()
    revoked_at: datetime | None = time_column(nullable=True)
    used_at: datetime | None = time_column(nullable=True)
    used_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
