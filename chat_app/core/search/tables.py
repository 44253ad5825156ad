"""The progress of the search indexes."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class SearchIndex(SQLModel, table=True):
    """The index of one version of words (``folding.VERSION``): complete, or up to a position."""

    __tablename__ = "search_indexes"

    name: str = Field(primary_key=True)
    version: int
    place: UUID | None = Field(default=None, description="the last row that is indexed; None before the first")
    done: bool = False
