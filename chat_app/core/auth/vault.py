"""The site's own keys, and what is sealed with them because it must be read again."""

import hmac
from functools import lru_cache
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_SEALED: Final = {"alg": "dir", "enc": "A256GCM"}


@lru_cache(maxsize=8)
def key_for(secret: bytes, use: str) -> OctKey:
    """Return the site's key for one use: those of other uses cannot be found out from it."""
    return OctKey.import_key(hmac.digest(secret, b"parley/" + use.encode(), "sha256"))


def seal(secret: bytes, use: str, text: str) -> str:
    """``text`` encrypted, so that the database alone does not give it away."""
    return jwe.encrypt_compact(_SEALED, text, key_for(secret, use))


def unseal(secret: bytes, use: str, sealed: str) -> str | None:
    """Return what was sealed; ``None`` where it was by another key."""
    try:
        plain = jwe.decrypt_compact(sealed, key_for(secret, use)).plaintext
    except (JoseError, ValueError):
        return None
    return plain.decode() if plain is not None else None
