"""Settings of Parley as the provider of other applications."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, field_validator

from chat_app.settings.reading.area import AreaSettings, own, together


class ProviderSettings(AreaSettings):
    """The settings of sign-in for other applications: by Parley's own OpenID provider, or by an Ory Hydra."""

    openid_provider: Literal["off", "on"] = Field("off", validation_alias=own("openid_provider"))
    hydra_public_url: str | None = None
    hydra_admin_url: str | None = None

    @field_validator("hydra_public_url", "hydra_admin_url")
    @classmethod
    def _is_hydra(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("not an address: https://hydra.example.org")
        return value.rstrip("/") if value else None

    @together
    def _hydra_is_whole(self) -> Iterator[str]:
        if bool(self.hydra_public_url) != bool(self.hydra_admin_url):
            yield "HYDRA_PUBLIC_URL and HYDRA_ADMIN_URL are set both or not at all"
