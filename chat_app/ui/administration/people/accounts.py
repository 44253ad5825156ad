"""Accounts as the pages of the staff have them."""

from dataclasses import dataclass, field
from typing import Any

from chat_app.core.access.site import SiteRole
from chat_app.core.administration.views import AccountDetails, AccountView


@dataclass
class AccountVar:
    """A person's account as the staff see it; without an id if there is none."""

    id: str = ""
    username: str = ""
    name: str = ""
    color: str = "slate"
    avatar: int | None = None
    email: str = ""
    verified: bool = False
    roles: list[str] = field(default_factory=list)
    created_at: str = ""
    seen_at: str = ""
    suspended_at: str = ""
    two_factor: bool = False
    waits_for: str = ""


@dataclass
class ChosenAccount:
    """The chosen account: its figures, and whether it is the person's own or an admin's."""

    account: AccountVar = field(default_factory=AccountVar)
    sessions: int = 0
    rooms: int = 0
    reason: str = ""
    credits: float = 0
    """The balance, for staff who may see balances."""
    own: bool = False
    is_admin: bool = False


def chosen_var(found: AccountDetails, *, own: bool) -> ChosenAccount:
    """Return the chosen account."""
    is_admin = SiteRole.ADMIN in found.account.roles
    return ChosenAccount(account_var(found.account), found.sessions, found.rooms, found.reason, own, is_admin)


def account_var(account: AccountView) -> AccountVar:
    """Return an account for the page."""
    times: dict[str, Any] = {"created_at": account.created_at.isoformat()}
    times |= {name: at.isoformat() if (at := getattr(account, name)) else "" for name in ("seen_at", "suspended_at")}
    values = {name: getattr(account, name) for name in ("username", "name", "color", "avatar", "email", "verified")}
    return AccountVar(
        id=str(account.id),
        roles=list(account.roles),
        two_factor=account.two_factor,
        waits_for=account.waits_for,
        **values,
        **times,
    )
