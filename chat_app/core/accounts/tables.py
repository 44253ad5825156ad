"""Users."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from chat_app.core.accounts.rules import sought
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.database.columns import id_column, time_column


class User(SQLModel, table=True):
    """A person with an account."""

    __tablename__ = "users"

    id: UUID = id_column()
    email: str = Field(unique=True, description="lower case")
    email_verified_at: datetime | None = time_column(nullable=True)
    username: str = Field(unique=True, description="lower case")
    name: str
    password_hash: str | None = None
    color: str
    locale: str = "en"
    theme: str = "system"
    receipts: bool = Field(
        default=True, sa_column_kwargs={"server_default": "true"}, description="others see how far this person has read"
    )
    site_roles: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": "{}"},
        description="roles in running the site, of SiteRole",
    )
    avatar: int | None = Field(default=None, description="version of the picture")
    created_at: datetime = time_column()
    sought: str = Field(default="", description="what a search for people looks at; kept by the mapper")
    shows_presence: bool = Field(default=True, description="whether others see when the person is here")
    favorite_models: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": "{}"},
        description="ids of the models that come first where the person chooses one",
    )
    steps_hidden_at: datetime | None = time_column(nullable=True)
    models_later_at: datetime | None = time_column(nullable=True)
    """The time at which the person completed or dismissed the first steps."""
    deleted_at: datetime | None = time_column(nullable=True)
    suspended_at: datetime | None = time_column(nullable=True)
    waits_for: str | None = Field(
        default=None, description="what a new account waits for until it can be used: *address* or *approval*"
    )
    announcement_seen: str | None = Field(default=None, description="the announcement that the person has dismissed")
    kratos_identity_id: str | None = Field(
        default=None, unique=True, description="the person's id at the service that keeps sessions, if one does"
    )

    def person(self) -> Person:
        """Return the public view of this person."""
        return Person(self.id, self.username, self.name, self.color, self.avatar)


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _keep_sought(_mapper: Any, _connection: Any, user: User) -> None:
    user.sought = sought(user.username, user.name)
