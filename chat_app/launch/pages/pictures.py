"""Move pictures back to the database: versions before `20261128_pictures` look for them there."""

import asyncio
from contextlib import AsyncExitStack

from chat_app.bootstrap import build
from chat_app.core.files.errors import StorageAway
from chat_app.core.pictures.moving import bring_pictures_back
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def bring_back(settings: Settings) -> str:
    """Move them, and return a report. It can be run again."""
    try:
        return asyncio.run(_bring(settings))
    except StorageAway as error:
        raise LaunchError("The storage of files does not answer. Run this again when it does.") from error


async def _bring(settings: Settings) -> str:
    async with AsyncExitStack() as stops:
        parts = build(settings)
        stops.push_async_callback(parts.stop)
        done = await bring_pictures_back(parts.work, parts.storage)
    lost = f" Of {done.lost} the object is not there." if done.lost else ""
    return f"Pictures that are in the database again: {done.moved}.{lost}"
