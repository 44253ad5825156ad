"""Password hashing: argon2id, off the event loop (a hash takes tens of milliseconds)."""

import asyncio
from functools import cache

from passlib.hash import argon2


async def hash_password(password: str) -> str:
    """An argon2id hash in PHC format."""
    return await asyncio.to_thread(argon2.hash, password)


async def password_matches(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to ``stored``.

    Without a stored hash it does the same work in vain, so that the time taken does not tell who has an account.
    """
    matches = await asyncio.to_thread(argon2.verify, password, stored or _decoy())
    return matches and stored is not None


@cache
def _decoy() -> str:
    return argon2.hash("no account has this password")
