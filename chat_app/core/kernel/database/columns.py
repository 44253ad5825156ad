"""Column types that every table shares."""

from typing import Any

from sqlalchemy import DateTime, ForeignKey, Table
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.ids import new_id


def id_column() -> Any:
    """Return the primary key: a UUIDv7 made in the app."""
    return Field(default_factory=new_id, primary_key=True)


def time_column(*, nullable: bool = False, index: bool = False) -> Any:
    """Return a time column: ``timestamptz``, always UTC."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=nullable, index=index)


def reference(target: str, *, nullable: bool = False, index: bool = False, on_delete: str = "CASCADE") -> Any:
    """Return a foreign key to ``target`` ("table.column")."""
    return Field(
        default=None,
        sa_column_args=[ForeignKey(target, ondelete=on_delete)],
        nullable=nullable,
        index=index,
    )


def table_of(entity: type[SQLModel]) -> Table:
    """Return an entity's table: rows of its columns are read at half the cost of rows of the entity's attributes."""
    return SQLModel.metadata.tables[str(entity.__tablename__)]
