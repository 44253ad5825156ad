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


def names_in(value: object) -> object:
    """Return the lower-case names in ``a, b``, without the ``@`` before them; another value as it is."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip().lower().lstrip("@") for part in value.split(",") if part.strip())
