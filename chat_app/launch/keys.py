"""Encrypt stored secrets with the current key."""

import asyncio
from contextlib import AsyncExitStack

from chat_app.adapters.counters import MemoryCounters
from chat_app.bootstrap.database import build_work, open_database
from chat_app.bootstrap.sign_in.providers import open_auth
from chat_app.core.applications.signing import rotate_signing_keys
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.keys.rotating import Rotated, rotate_keys
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def rotate(settings: Settings) -> str:
    """Encrypt everything again; return a report. Raises `LaunchError` if the key of a secret is not known."""
    done = asyncio.run(_rotate(settings))
    if done.unreadable:
        lost = ", ".join(f"{count} in {column}" for column, count in sorted(done.unreadable.items()))
        raise LaunchError(
            f"{done.sealed} secrets were sealed with the current key, but the keys of others are not known ({lost}):"
            " add them to PARLEY_ENCRYPTION_OLD_KEYS, or set these secrets again"
        )
    return f"{done.sealed} secrets were sealed with the current key; all are now."


def rotate_signing(settings: Settings) -> str:
    """Create new keys for ID tokens; return a report."""
    asyncio.run(_rotate_signing(settings))
    return "Other keys sign from now on; the ones before are published for another week."


async def _rotate(settings: Settings) -> Rotated:
    async with AsyncExitStack() as stops:
        return await rotate_keys(_work(settings, stops))


async def _rotate_signing(settings: Settings) -> None:
    async with AsyncExitStack() as stops:
        await rotate_signing_keys(_work(settings, stops))


def _work(settings: Settings, stops: AsyncExitStack) -> UnitOfWork:
    engine, clock = open_database(settings, stops)
    return build_work(settings, engine, clock, open_auth(settings, stops), MemoryCounters())
