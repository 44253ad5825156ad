"""Password hashing: argon2id, off the event loop (a hash takes tens of milliseconds)."""

import asyncio
from functools import cache

from passlib.hash import argon2

# OWASP's choice for servers: a crowd that signs in at once needs 19 MiB each, not 64.
_HASHER = argon2.using(type="ID", memory_cost=19 * 1024, rounds=2, parallelism=1)
argon2.set_backend()  # passlib's own first call replaces its methods: one that was looked up before it would fail


async def hash_password(password: str) -> str:
    """Return an argon2id hash in PHC format."""
    return str(await asyncio.to_thread(_HASHER.hash, _bytes(password)))


async def password_matches(password: str, stored: str | None) -> bool:
    """Return whether ``password`` belongs to ``stored``.

    Without a stored hash the same work is done, so that the duration does not show whether an account exists.
    """
    return await asyncio.to_thread(_matches, _bytes(password), stored)


def _matches(password: bytes, stored: str | None) -> bool:
    return bool(_HASHER.verify(password, stored or _decoy())) and stored is not None


def _bytes(password: str) -> bytes:
    """Encode any string, lone surrogates included, so that every password that was registered can be used."""
    return password.encode("utf-8", "surrogatepass")


@cache
def _decoy() -> str:
    return str(_HASHER.hash("no account has this password"))
