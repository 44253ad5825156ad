"""What the operator says of the providers."""

from dataclasses import dataclass
from typing import Final

GOOGLE: Final = "https://accounts.google.com"
GITHUB: Final = "https://github.com"


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One provider; `issuer` without a slash at the end. `id` is "google", "github" or "oidc"."""

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str | None = None
