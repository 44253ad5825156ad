"""Folders in which files are examined."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import structlog

from chat_app.core.files.errors import disk_failed

WORKPLACE: Final = "parley-file-"
"""The beginning of their names."""

log = structlog.get_logger()


@asynccontextmanager
async def workplace() -> AsyncIterator[Path]:
    """Make a folder, which is removed at the end. Raises ``StorageFull`` or ``StorageAway`` for a disk that fails."""
    try:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=WORKPLACE))
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    except OSError as error:
        log.error("workplace_fails", error=type(error).__name__, number=error.errno)
        raise disk_failed(error) from error
