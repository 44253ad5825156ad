"""Who asks."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.wire import PersonJson


@dataclass(frozen=True, slots=True)
class Person:
    """A user as every other person may see them."""

    id: UUID
    username: str
    name: str
    color: str
    avatar: int | None = None
    """Version of the person's picture, ``None`` when there is none (then the colour and initials stand for them)."""

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
    is_admin: bool = False
    scopes: frozenset[str] | None = None
    """What an API token may do for the person; ``None`` in a session, which may do all that they may."""

    @property
    def user_id(self) -> UUID:
        """The person's id."""
        return self.person.id
