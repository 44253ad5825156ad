"""Reveal secret settings to the adapters."""

from pydantic import SecretStr


def revealed(secret: SecretStr | None) -> str | None:
    """Return the secret's text, if it is set."""
    return secret.get_secret_value() if secret else None
