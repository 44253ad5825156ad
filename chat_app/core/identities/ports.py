"""Ports to identity providers. No protocol and no vendor is named here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chat_app.core.identities.errors import ProviderNotFound
from chat_app.core.identities.organisation import Organisation
from chat_app.core.kernel.context import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignInRedirect:
    """The address of a departure, and the values to compare on return. All three are fresh random values."""

    url: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """A person's profile at a provider. The email is "" if unknown; only a verified one proves anything."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    username: str = ""
    name: str = ""
    groups: Sequence[str] = ()
    session: Mapping[str, str] = field(default_factory=dict)
    """The provider's id of its own session, when it ends; empty if it has none."""
    ends_at: int = 0
    """The second since 1970 by which the session here must end, as the provider requires; 0 if it does not."""

    @property
    def label(self) -> str:
        """The name by which the person recognises the account."""
        return self.email or self.username or self.name


class IdentityProvider(Protocol):
    """One provider, as configured."""

    @property
    def id(self) -> str:
        """The provider's id in addresses."""
        ...

    @property
    def name(self) -> str:
        """The text of its button."""
        ...

    @property
    def issuer(self) -> str:
        """Its own URL, which identifies it in the database."""
        ...

    @property
    def organisation(self) -> Organisation:
        """The organisation of the provider; an empty one for a public provider."""
        ...

    async def depart(self, redirect_uri: str) -> SignInRedirect:
        """Begin a sign-in. Raises `ProviderUnavailable`."""
        ...

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Return the profile of the person who came back, from the untrusted parameters of the `answer`.

        Raises `ProviderUnavailable`, `ProviderRefused` or, if the person declined, `SignInCancelled`.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignedAssertion:
    """A provider's signed assertion, its expiry, and the request that it answers, if there is one."""

    profile: ProviderProfile
    assertion_id: str
    in_response_to: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LogoutAsked:
    """A provider's signed request to end sessions: by ``indexes``, of a person (``subject``), or by both."""

    message_id: str
    subject: str
    indexes: Sequence[str]
    state: str


class NotifyingProvider(IdentityProvider, Protocol):
    """A provider that notifies this site directly of ended sessions, without a browser."""

    async def read_logout_token(self, token: str) -> LogoutAsked:
        """Verify and return a logout that the provider asks for. Raises `ProviderRefused` or `ProviderUnavailable`."""
        ...


class AssertingProvider(IdentityProvider, Protocol):
    """A provider whose people return with a signed assertion, by a form of its page."""

    @property
    def unasked(self) -> bool:
        """Return whether people may come without having begun here."""
        ...

    async def metadata(self, redirect_uri: str) -> str:
        """Return this site's metadata, for the provider. Raises `ProviderUnavailable`."""
        ...

    async def read(self, redirect_uri: str, response: str) -> SignedAssertion:
        """Verify and return the provider's assertion. Raises `AssertionRefused` or `ProviderUnavailable`."""
        ...

    async def depart_for_good(self, redirect_uri: str, subject: str, session: Mapping[str, str]) -> str:
        """Return the address that ends the session there too, or "". Raises `ProviderUnavailable`."""
        ...

    async def read_logout(self, redirect_uri: str, query: str) -> LogoutAsked:
        """Verify and return a logout that the provider asks for. Raises `AssertionRefused`, or `ProviderNotFound`."""
        ...

    async def read_logout_answer(self, redirect_uri: str, query: str) -> bool:
        """Verify the answer to a logout, and return whether the session there has ended. Raises as `read_logout`."""
        ...

    async def answer_logout(self, redirect_uri: str, asked: LogoutAsked) -> str:
        """Return the address that reports to the provider that the sessions have ended."""
        ...


class PasswordDirectory(Protocol):
    """A directory of an organisation that checks the passwords of its people."""

    @property
    def id(self) -> str:
        """Its id among the ids of providers."""
        ...

    @property
    def issuer(self) -> str:
        """Its own URL, which identifies it in the database."""
        ...

    @property
    def organisation(self) -> Organisation:
        """The organisation of the provider."""
        ...

    async def listed(self) -> Collection[str]:
        """Return the ids of all its people who may sign in. Raises `ProviderUnavailable`."""
        ...

    async def verify(self, login: str, password: str) -> ProviderProfile | None:
        """Return the person of the login, if the password is theirs. Raises `ProviderUnavailable`."""
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
class VouchedSession:
    """A live session that is kept elsewhere, and its person; `profile.subject` is their id there."""

    session_id: UUID
    profile: ProviderProfile
    authenticated_at: datetime
    expires_at: datetime
    address: str = ""
    user_agent: str = ""


class Auth(Protocol):
    """The service that keeps people's passwords and sessions: Parley itself, or another one.

    Either way a session is recognised by its row here. The port keeps that row up to date.
    """

    @property
    def cookie(self) -> str:
        """The name of the cookie with a session's token."""
        ...

    @property
    def account_page(self) -> str:
        """The page where people change how they sign in; "" if it is on this site."""
        ...

    async def verify(self, work: UnitOfWork, token: str, *, bearer: bool = False) -> None:
        """Update the session's row from the service.

        It is called before an actor is recognised by the token. `bearer` says that the token came from a program, not
        from a browser's cookie. Raises `AuthUnavailable`.
        """
        ...

    async def recheck(self, work: UnitOfWork, sessions: Collection[UUID]) -> None:
        """Update the sessions in use, without their tokens. Raises nothing.

        A session expires when the service cannot be reached for long.
        """
        ...

    async def vouched(self, token: str) -> VouchedSession | None:
        """Return the service's session for the token, with an account here or without; none with Parley itself.

        Raises `AuthUnavailable` or `SecondFactorWanted`.
        """
        ...

    async def way_in(self, token: str | None, return_to: str, *, new: bool) -> str | None:
        """Return the address where a browser signs in, or signs up if `new`; none if that is here.

        `token` is the browser's present one. Raises `AuthUnavailable`.
        """
        ...

    async def end(self, session_id: UUID) -> None:
        """End a session at the service. Raises `AuthUnavailable`."""
        ...

    async def on_event(self, event: object) -> None:
        """End, at the service, the sessions that have ended here."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
