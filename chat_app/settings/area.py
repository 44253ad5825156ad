"""The common part of all settings."""

from pydantic import AliasChoices
from pydantic_settings import BaseSettings, SettingsConfigDict


class AreaSettings(BaseSettings):
    """Reads the environment and the ``.env`` file; immutable afterwards."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True, frozen=True
    )


def own(name: str) -> AliasChoices:
    """Return the environment variable of one of Parley's own settings."""
    return AliasChoices(f"PARLEY_{name.upper()}", name)
