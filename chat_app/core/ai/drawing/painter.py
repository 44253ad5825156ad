"""Have a picture drawn, and keep it: as an answer of its own, or for the call of a tool."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chat_app.core.ai.drawing.costs import note_of
from chat_app.core.ai.ports import DrawingRequest, LlmError, LlmGateway, ModelInfo, Usage
from chat_app.core.files.errors import FileRefused, QuotaFull, StorageAway, StorageFull
from chat_app.core.files.made import MadeFiles
from chat_app.core.files.rules import CAPTION_MAX
from chat_app.core.kernel.text import cut

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_NAME_WORDS = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was drawn and kept, not sent yet: the id of its file, what it took, and the note of its run."""

    file_id: UUID
    usage: Usage | None
    note: dict[str, Any]


class Painter:
    """Has pictures drawn in a process."""

    def __init__(self, gateway: LlmGateway, files: MadeFiles) -> None:
        self._gateway, self._files = gateway, files

    async def draw(self, request: DrawingRequest, room_id: UUID, asker: UUID, *, caption: bool = False) -> Drawn:
        """Draw a picture for who asks, to whom its file counts; with the prompt as its ``caption``, if that is wanted.

        Raises `LlmError`, with the code of why a file cannot be kept too: where no space is left, before it is drawn.
        """
        model = await self._find(request.model)
        try:
            await self._files.check_space(room_id, asker)
            drawing = await self._gateway.draw(request)
            name = file_name(request.prompt, drawing.mime_type)
            words = cut(" ".join(request.prompt.split()), CAPTION_MAX) if caption else ""
            file = await self._files.keep(room_id, asker, name, drawing.mime_type, drawing.data, words)
        except (FileRefused, QuotaFull, StorageAway, StorageFull) as error:
            raise LlmError(error.code, model=model.id) from error
        return Drawn(file, drawing.usage, note_of(model, drawing))

    async def _find(self, model_id: str) -> ModelInfo:
        for model in await self._gateway.drawers():
            if model.id == model_id:
                return model
        raise LlmError("llm_model_not_found", model=model_id)


def file_name(prompt: str, mime_type: str) -> str:
    """Return a name for a picture: the first words of its prompt."""
    words = ["".join(c for c in word if c.isalnum() or c in "-_") for word in prompt.split()[:_NAME_WORDS]]
    return f"{cut('-'.join(filter(None, words)), 60) or 'picture'}.{_ENDINGS[mime_type]}"
