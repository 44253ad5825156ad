"""Create and digest secrets: the database stores only their digests."""

import hashlib
import secrets


def new_secret() -> str:
    """Return 256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return the SHA-256 of a secret; only this is stored. Accepts any string."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
