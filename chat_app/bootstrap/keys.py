"""Open the keys that encrypt stored secrets."""

from datetime import UTC, datetime
from secrets import token_urlsafe

from chat_app.bootstrap.secrets import revealed
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.settings import Settings


def open_keyring(settings: Settings) -> Keyring | None:
    """Return the keys of the settings, and the site's secret key for older values; None without any.

    Raises ``KeyUnavailable`` if AWS KMS does not decrypt one.
    """
    keys: dict[str, bytes] = {}
    for kid, key in settings.encryption_keys:
        keys[kid] = _open(settings, key)
    if settings.encryption_key is None:
        secret = revealed(settings.secret_key)
        return Keyring("", {**keys, "": secret.encode()}) if keys and secret else None
    current = settings.encryption_keys[0][0]
    if secret := revealed(settings.secret_key):
        keys[""] = secret.encode()
    return Keyring(current, keys)


def make_key(settings: Settings) -> str:
    """Return a new key with its id, as the settings want it."""
    kid = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    if settings.kms_key is None:
        return f"{kid}:{token_urlsafe(48)}"
    from chat_app.adapters.keys.kms import KmsKeys  # which few sites need, and takes a while

    return f"{kid}:{KmsKeys(settings.kms_key).make()}"


def _open(settings: Settings, key: str) -> bytes:
    if settings.kms_key is None:
        return key.encode()
    from chat_app.adapters.keys.kms import KmsKeys

    return KmsKeys(settings.kms_key).open(key)
