"""Have a picture drawn, and store it: as an answer, or for a tool call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chat_app.core.ai.drawing.costs import note_of
from chat_app.core.ai.drawing.names import file_name
from chat_app.core.ai.ports.drawing import DrawingRequest
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.files.errors import FileRefused, QuotaFull, ScannerAway, StorageAway, StorageFull
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.tools.ports import MadeFile

_NOT_KEPT: Final = (FileRefused, QuotaFull, ScannerAway, StorageAway, StorageFull)
"""The errors for which a file is not stored."""


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file that was made and stored, and is not sent yet: its id, and the note in its run.

    With ``usage`` the file itself is the answer. A file that could not be stored has an ``error`` and no id; its cost
    is charged all the same.
    """

    file_id: UUID | None
    note: Mapping[str, Any]
    usage: Usage | None = None
    error: str = ""


class Painter:
    """Has pictures drawn in a process, and keeps what tools have made."""

    def __init__(self, gateway: LlmGateway, files: MadeFiles) -> None:
        self._gateway, self._files = gateway, files

    async def draw(self, request: DrawingRequest, room_id: UUID, asker: UUID) -> DrawnFile:
        """Draw a picture for the asker, whose storage the file counts to.

        Raises `LlmError`; if no space is left, with that error's code, before the picture is drawn.
        """
        model = await self._find(request.model)
        try:
            await self._files.check_space(room_id, asker)
        except _NOT_KEPT as error:
            raise LlmError(error.code, model=model.id) from error
        drawing = await self._gateway.draw(request)
        name, took = file_name(request.prompt, drawing.mime_type), (note_of(model, drawing), drawing.usage)
        try:
            return DrawnFile(await self._files.keep(room_id, asker, name, drawing.mime_type, drawing.data), *took)
        except _NOT_KEPT as error:
            return DrawnFile(None, *took, error.code)

    async def keep(self, made: MadeFile, room_id: UUID, asker: UUID) -> DrawnFile:
        """Keep a file that a tool has made."""
        try:
            file = await self._files.keep(room_id, asker, made.name, made.mime_type, made.data, made.caption)
        except _NOT_KEPT as error:
            return DrawnFile(None, made.note, error=error.code)
        return DrawnFile(file, made.note)

    async def _find(self, model_id: str) -> ModelInfo:
        for model in await self._gateway.drawers():
            if model.id == model_id:
                return model
        raise LlmError("llm_model_not_found", model=model_id)
