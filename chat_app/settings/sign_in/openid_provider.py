"""Settings of Parley as the provider of other applications."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from chat_app.settings.reading.area import AreaSettings, own


class ProviderSettings(AreaSettings):
    """Says whether other applications sign people in here: by Parley's own OpenID provider, or through an Ory Hydra."""

    openid_provider: Literal["off", "on"] = Field("off", validation_alias=own("openid_provider"))
    hydra_public_url: str | None = None
    hydra_admin_url: str | None = Field(None, validate_default=True)

    @field_validator("hydra_public_url", "hydra_admin_url")
    @classmethod
    def _is_hydra(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("not an address: https://hydra.example.org")
        return value.rstrip("/") if value else None

    @field_validator("hydra_admin_url")
    @classmethod
    def _goes_with_hydra(cls, value: str | None, info: ValidationInfo) -> str | None:
        if bool(value) != bool(info.data.get("hydra_public_url")):
            raise ValueError("HYDRA_PUBLIC_URL and HYDRA_ADMIN_URL are set both or not at all")
        return value
