"""Events of accounts."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.actor import Person


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A person's public profile has changed."""

    person: Person


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """A person changed their profile, language or theme."""

    person: Person
    locale: str
    theme: str


@dataclass(frozen=True, slots=True)
class ReceiptsChanged:
    """A person turned read receipts on or off."""

    user_id: UUID
    shown: bool


@dataclass(frozen=True, slots=True)
class SignUpsWaiting:
    """So many new accounts are ``waiting`` for approval now. Published to the ``admins`` who approve them only."""

    admins: frozenset[UUID]
    waiting: int


@dataclass(frozen=True, slots=True)
class SiteRolesChanged:
    """A person has other roles in running the site. Published to them only."""

    user_id: UUID
    roles: tuple[str, ...]
