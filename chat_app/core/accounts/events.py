"""What others may need to know about accounts."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.actor import Person


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A person appears otherwise to everybody."""

    person: Person


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """A person changed how they appear, or their language or theme."""

    person: Person
    locale: str
    theme: str


@dataclass(frozen=True, slots=True)
class ReceiptsChanged:
    """A person lets others know how far they have read, or no more."""

    user_id: UUID
    shown: bool
