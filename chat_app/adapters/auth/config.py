"""The configuration of identity providers, and of the service that keeps sessions."""

from dataclasses import dataclass, field
from typing import Final

from chat_app.core.identities.organisation import Organisation

GOOGLE: Final = "https://accounts.google.com"
GITHUB: Final = "https://github.com"


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """A provider; `issuer` has no slash at the end. `id` is "google", "github" or "oidc"."""

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str | None = None
    organisation: Organisation = field(default_factory=Organisation)


@dataclass(frozen=True, slots=True)
class KratosConfig:
    """The addresses of Kratos: its two APIs, and the public one for browsers; none with a slash at the end."""

    public_url: str
    admin_url: str
    browser_url: str
    cookie: str
