"""Derive the site's keys, and encrypt secrets that must be read again."""

import hmac
from functools import lru_cache
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_SEALED: Final = {"alg": "dir", "enc": "A256GCM"}


@lru_cache(maxsize=8)
def key_for(secret: bytes, use: str) -> OctKey:
    """Derive the site's key for one use. Keys of other uses cannot be computed from it."""
    return OctKey.import_key(hmac.digest(secret, b"parley/" + use.encode(), "sha256"))


def seal(secret: bytes, use: str, text: str) -> str:
    """Encrypt ``text``, so that the database alone does not reveal it."""
    return jwe.encrypt_compact(_SEALED, text, key_for(secret, use))


def unseal(secret: bytes, use: str, sealed: str) -> str | None:
    """Decrypt a text; return ``None`` where another key was used."""
    try:
        plain = jwe.decrypt_compact(sealed, key_for(secret, use)).plaintext
    except (JoseError, ValueError):
        return None
    return plain.decode() if plain is not None else None
