"""Load the pictures that a model is given, in a form and size that every vendor takes."""

import asyncio
import time
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

import structlog

from chat_app.core.ai.context.shapes.files import LONGEST_SIDE, PromptFile
from chat_app.core.ai.ports.gateway import LlmImage
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.keys import file_key
from chat_app.core.files.storage.ports import Scaler, Storage

IMAGE_BYTES: Final = 3_500_000
"""The maximum bytes of one picture: base64 adds a third, and vendors accept 5 MB."""

TAKEN: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
LOAD_SECONDS: Final = 30.0
REFUSED_SECONDS: Final = 600.0
"""The time before a file that could not be drawn is tried again: a failure may use the whole time-out."""

log = structlog.get_logger()


class ImageSource(Protocol):
    """Loads pictures for models."""

    async def load(self, file: PromptFile) -> LlmImage | None:
        """Return a picture; ``None`` if it cannot be loaded."""
        ...


class StoredImages:
    """Loads pictures from the storage of files. Scales a picture down if providers do not accept its size."""

    def __init__(self, storage: Storage, scaler: Scaler) -> None:
        self._storage, self._scaler = storage, scaler
        self._refused: dict[UUID, float] = {}

    async def load(self, file: PromptFile) -> LlmImage | None:
        """Return a picture; ``None`` if it is not there, cannot be read, or the storage does not answer."""
        if self._refused.get(file.id, 0) > time.monotonic():
            return None
        try:
            async with asyncio.timeout(LOAD_SECONDS), workplace() as folder:
                return await self._load(file, folder)
        except Exception as error:
            # After any error of a storage, a disk or a decoder, the answer continues without the picture.
            if isinstance(error, FileRefused):
                self._note_refused(file.id)
            log.warning("picture_not_loaded", file=str(file.id), error=type(error).__name__)
            return None

    def _note_refused(self, file_id: UUID) -> None:
        now = time.monotonic()
        self._refused = {each: until for each, until in self._refused.items() if until > now}
        self._refused[file_id] = now + REFUSED_SECONDS

    async def _load(self, file: PromptFile, folder: Path) -> LlmImage | None:
        path, mime_type = folder / "file", file.mime_type
        await self._storage.fetch(file_key(file.id), path)
        longest = max(file.width or LONGEST_SIDE + 1, file.height or LONGEST_SIDE + 1)
        plain = mime_type in TAKEN and not file.animated and longest <= LONGEST_SIDE
        if not plain or path.stat().st_size > IMAGE_BYTES:
            mime_type = await self._scaler.scale(path, folder / "scaled", LONGEST_SIDE, file.page)
            path = folder / "scaled"
        data = await asyncio.to_thread(path.read_bytes)
        return LlmImage(mime_type, data, file.tokens) if len(data) <= IMAGE_BYTES else None
