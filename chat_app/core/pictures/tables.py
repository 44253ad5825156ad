"""Pictures of people, of assistants and of the site's brand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Picture(SQLModel, table=True):
    """A picture, whose object is stored under its id (:func:`chat_app.core.pictures.keys.picture_key`).

    It is a square WebP; a picture of the brand is a PNG of any proportions. The row exists before the object and after
    it: a row without an owner is to be deleted.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        Index("ix_pictures_user", "user_id", unique=True),
        Index("ix_pictures_assistant", "assistant_id", unique=True),
        Index("ix_pictures_brand", "brand", unique=True),
        Index(
            "ix_pictures_left",
            "id",
            postgresql_where=sql("user_id IS NULL AND assistant_id IS NULL AND brand IS NULL"),
        ),
        Index("ix_pictures_unmoved", "id", postgresql_where=sql("image IS NOT NULL")),
    )

    id: UUID = id_column()
    user_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    assistant_id: UUID | None = reference("assistants.id", nullable=True, on_delete="SET NULL")
    brand: str | None = Field(default=None, description="which picture of the site's brand it is")
    image: bytes | None = Field(default=None, description="the picture itself, until it was moved to the storage")
    busy_until: datetime | None = time_column(nullable=True)
    """The time until which a process writes the object, and no other process deletes or moves it."""
