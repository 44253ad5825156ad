"""What Parley asks of those who vouch for people. No protocol and no vendor is named here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chat_app.core.identities.errors import ProviderNotFound


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send a browser, and what must be known when it comes back. All three are fresh random values."""

    url: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True)
class Profile:
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

    async def profile(self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str) -> Profile:
        """Who has come back, from the parameters of the `answer`, which are anybody's until they are checked.

        Raises `ProviderUnavailable`, `ProviderRefused` or, where the person said no, `SignInCancelled`.
        """
        ...


Providers = Mapping[str, IdentityProvider]
"""The configured providers by their ids, in the order of their buttons."""


def pick(providers: Providers, provider_id: str) -> IdentityProvider:
    """The provider; raises `ProviderNotFound`."""
    try:
        return providers[provider_id]
    except KeyError:
        raise ProviderNotFound() from None
