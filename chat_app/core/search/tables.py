"""How far the indexes of search are."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class SearchIndex(SQLModel, table=True):
    """What is found by the words of one version (``folding.VERSION``): all of it, or all up to a place."""

    __tablename__ = "search_indexes"

    name: str = Field(primary_key=True)
    version: int
    place: UUID | None = Field(default=None, description="the last row that is indexed; None before the first")
    done: bool = False
