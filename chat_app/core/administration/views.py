"""The staff's view of a person's account, and its shapes in REST."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.access.site import SiteRole
from chat_app.core.kernel.wire import Timestamp, one_of, timestamp

SiteRoleName = Annotated[str, one_of(SiteRole)]


class AccountOut(TypedDict):
    """A person's account: when it was made, when they were last here, and their roles in running the site.

    A new one may wait for its `address` to be verified, or for `approval`.
    """

    id: str
    username: str
    name: str
    color: str
    avatar: int | None
    email: str
    verified: bool
    roles: list[SiteRoleName]
    created_at: Timestamp
    seen_at: Timestamp | None
    suspended_at: Timestamp | None
    two_factor: bool
    waits_for: str


class AccountDetailsOut(AccountOut):
    """An account with its numbers of live sessions and of rooms, and why it is suspended."""

    sessions: int
    rooms: int
    reason: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """A person's account as the staff see it."""

    id: UUID
    username: str
    name: str
    color: str
    avatar: int | None
    email: str
    verified: bool
    roles: tuple[str, ...]
    created_at: datetime
    seen_at: datetime | None
    suspended_at: datetime | None
    two_factor: bool
    waits_for: str = ""

    def as_json(self) -> AccountOut:
        """Return the shape in REST."""
        return {
            "id": str(self.id),
            "username": self.username,
            "name": self.name,
            "color": self.color,
            "avatar": self.avatar,
            "email": self.email,
            "verified": self.verified,
            "roles": list(self.roles),
            "created_at": timestamp(self.created_at),
            "seen_at": timestamp(self.seen_at) if self.seen_at else None,
            "suspended_at": timestamp(self.suspended_at) if self.suspended_at else None,
            "two_factor": self.two_factor,
            "waits_for": self.waits_for,
        }


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """An account, its numbers of live sessions and of rooms, and why it is suspended."""

    account: AccountView
    sessions: int
    rooms: int
    reason: str

    def as_json(self) -> AccountDetailsOut:
        """Return the shape in REST."""
        numbers: dict[str, int] = {"sessions": self.sessions, "rooms": self.rooms}
        return {**self.account.as_json(), "reason": self.reason, **numbers}  # type: ignore[typeddict-item]
