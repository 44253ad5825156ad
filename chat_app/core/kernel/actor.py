"""People and actors."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.wire import PersonJson


@dataclass(frozen=True, slots=True)
class Person:
    """The public view of a user."""

    id: UUID
    username: str
    name: str
    color: str
    avatar: int | None = None
    """The version of the person's picture; ``None`` without one (then colour and initials are shown)."""

    def as_json(self) -> PersonJson:
        """Return the shape in which REST and the live feed name a person."""
        return {
            "id": str(self.id),
            "username": self.username,
            "name": self.name,
            "color": self.color,
            "avatar": self.avatar,
        }


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one of their sessions; by an API token, ``session_id`` is the token's."""

    person: Person
    session_id: UUID
    site_roles: frozenset[str] = frozenset()
    """The roles in running the site, of :class:`~chat_app.core.access.site.SiteRole`."""
    scopes: frozenset[str] | None = None
    """The scopes of an API token; ``None`` in a session, which has all rights of the person."""

    @property
    def user_id(self) -> UUID:
        """The person's id."""
        return self.person.id
