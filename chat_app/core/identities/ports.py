"""What Parley asks of those who vouch for people. No protocol and no vendor is named here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chat_app.core.identities.errors import ProviderNotFound
from chat_app.core.kernel.context import UnitOfWork


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send a browser, and what must be known when it comes back. All three are fresh random values."""

    url: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """Who somebody is at a provider. The email is "" where it is not told; only a verified one proves anything."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    username: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """What the person knows the account by."""
        return self.email or self.username or self.name


class IdentityProvider(Protocol):
    """One provider, as configured."""

    @property
    def id(self) -> str:
        """What stands for it in addresses."""
        ...

    @property
    def name(self) -> str:
        """What its button says."""
        ...

    @property
    def issuer(self) -> str:
        """Its own URL, which stands for it in the database."""
        ...

    async def depart(self, redirect_uri: str) -> Departure:
        """Begin a sign-in. Raises `ProviderUnavailable`."""
        ...

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Return who has come back, from the parameters of the `answer`, which are anybody's until they are checked.

        Raises `ProviderUnavailable`, `ProviderRefused` or, where the person said no, `SignInCancelled`.
        """
        ...


Providers = Mapping[str, IdentityProvider]
"""The configured providers by their ids, in the order of their buttons."""


def pick(providers: Providers, provider_id: str) -> IdentityProvider:
    """Return the provider; raises `ProviderNotFound`."""
    try:
        return providers[provider_id]
    except KeyError:
        raise ProviderNotFound() from None


@dataclass(frozen=True, slots=True)
class Vouched:
    """A live session that is kept elsewhere, and whose it is; `profile.subject` is the person's id there."""

    session_id: UUID
    profile: ProviderProfile
    authenticated_at: datetime
    expires_at: datetime
    address: str = ""
    user_agent: str = ""


class Auth(Protocol):
    """Who keeps people's passwords and sessions: Parley itself, or another service whose word counts.

    Either way a session is recognised by its row here. What the port adds is to have that row be true.
    """

    @property
    def cookie(self) -> str:
        """The name of the cookie that carries a session's token."""
        ...

    @property
    def account_page(self) -> str:
        """Where people change how they sign in; "" where that is here."""
        ...

    async def verify(self, work: UnitOfWork, token: str, *, bearer: bool = False) -> None:
        """Have the session's row be as the session is; called before anybody is recognised by the token.

        `bearer` says that a program has sent it, not a browser's cookie. Raises `AuthUnavailable`.
        """
        ...

    async def recheck(self, work: UnitOfWork, sessions: Collection[UUID]) -> None:
        """The same for sessions in use of which no token is at hand. Raises nothing: who cannot be asked for long is
        not believed any more.
        """
        ...

    async def vouched(self, token: str) -> Vouched | None:
        """Return whose session it is at who keeps it, with an account here or without; nobody's, where that is Parley.

        Raises `AuthUnavailable` or `SecondFactorWanted`.
        """
        ...

    async def way_in(self, token: str | None, return_to: str, *, new: bool) -> str | None:
        """Where a browser has to go to sign in, or to make an account if it is `new`; nowhere, where that is here.

        `token` is what the browser has by now. Raises `AuthUnavailable`.
        """
        ...

    async def end(self, session_id: UUID) -> None:
        """End a session where it is kept; raises `AuthUnavailable`."""
        ...

    async def on_event(self, event: object) -> None:
        """End, where they are kept, the sessions that have ended here."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
