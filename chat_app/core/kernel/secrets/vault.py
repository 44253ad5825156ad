"""Derive the site's keys, and encrypt secrets that must be read again."""

import hmac
import json
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chat_app.core.kernel.secrets.keyring import Keyring

_SEALED: Final[dict[str, str]] = {"alg": "dir", "enc": "A256GCM"}


@lru_cache(maxsize=32)
def key_for(secret: bytes, use: str) -> OctKey:
    """Derive the site's key for one use. Keys of other uses cannot be computed from it."""
    return OctKey.import_key(hmac.digest(secret, b"parley/" + use.encode(), "sha256"))


def seal(keys: Keyring, use: str, text: str) -> str:
    """Encrypt ``text`` with the current key, so that the database alone does not reveal it."""
    return jwe.encrypt_compact(_header(keys.current), text, key_for(keys.keys[keys.current], use))


def unseal(keys: Keyring, use: str, sealed: str) -> str | None:
    """Decrypt a text; return ``None`` if its key is not among these."""
    try:
        kid = _kid(sealed)
        if kid not in keys.keys:
            return None
        plain = jwe.decrypt_compact(sealed, key_for(keys.keys[kid], use)).plaintext
    except (JoseError, ValueError):
        return None
    return plain.decode() if plain is not None else None


def sealed_prefix(keys: Keyring) -> str:
    """Return how all that the current key has sealed begins."""
    return seal(keys, "", "").partition(".")[0] + "."


def _kid(sealed: str) -> str:
    """Return the id of the key that sealed a text, empty for the site's secret key."""
    encoded = sealed.partition(".")[0]
    header = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return str(header.get("kid", "")) if isinstance(header, dict) else ""


def _header(kid: str) -> dict[str, str]:
    return {**_SEALED, "kid": kid} if kid else dict(_SEALED)
