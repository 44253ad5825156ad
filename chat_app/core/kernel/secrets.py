"""Secrets that somebody else keeps: the database has only their digests."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return what is stored of a secret: its SHA-256, whatever letters somebody sent."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
