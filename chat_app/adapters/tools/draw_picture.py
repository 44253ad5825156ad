"""Draw a picture, for a model that writes: by the first model that draws for everybody."""

from collections.abc import Mapping
from typing import Any, Final

from chat_app.core.ai.costs.charging import estimate
from chat_app.core.ai.drawing.costs import note_of
from chat_app.core.ai.drawing.names import caption_of, file_name
from chat_app.core.ai.drawing.orders import check_size
from chat_app.core.ai.errors import PictureInvalid
from chat_app.core.ai.ports.drawing import DrawingRequest
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, ModelInfo
from chat_app.core.tools.ports import MadeFile, ToolInfo, ToolResult

PROMPT_MAX: Final = 4_000

_DONE: Final = "The picture was drawn and is shown to everybody, below your answer. Do not describe it at length."
_PARAMETERS: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "prompt": {
            "type": "string",
            "description": "What the picture shows, in detail: a model draws it by this alone",
        },
        "size": {"type": "string", "description": "such as 1024x1024; leave it out for the usual size"},
    },
    "required": ["prompt"],
    "additionalProperties": False,
}
_WAITS: Final = ToolInfo(
    "builtin/draw_picture", "draw_picture", "Picture", "Draws one picture and shows it in your answer.", _PARAMETERS
)
_FREE: Final = ToolInfo(
    "builtin/draw_freely", "draw", "Picture at once", "Draws one picture and shows it in your answer.", _PARAMETERS
)


class DrawPicture:
    """The tool in two variants, of which a room chooses one: each picture needs approval because it costs money, or
    none does.
    """

    seconds = 115.0

    def __init__(self, gateway: LlmGateway, *, freely: bool) -> None:
        self._gateway, self._freely = gateway, freely
        self.info = _FREE if freely else _WAITS

    async def is_there(self) -> bool:
        """Return whether a model draws for everybody."""
        return await self._drawer() is not None

    def needs_approval(self, _arguments: Mapping[str, Any]) -> bool:
        """Return whether each picture waits for a person."""
        return not self._freely

    async def price(self) -> int:
        """Return the maximum cost of a picture, in millionths of a US dollar; 0 if it is unknown."""
        model = await self._drawer()
        return estimate(model, PROMPT_MAX, draws=True).most if model else 0

    async def call(self, arguments: Mapping[str, Any]) -> ToolResult:
        """Draw ``arguments["prompt"]``."""
        prompt = arguments.get("prompt")
        if not isinstance(prompt, str) or not 0 < len(prompt.strip()) <= PROMPT_MAX:
            return ToolResult(f"`prompt` has to be a text of at most {PROMPT_MAX:,} characters.", failed=True)
        model = await self._drawer()
        if model is None:
            return ToolResult("No model draws here any more.", failed=True, code="llm_model_not_found")
        try:
            size = check_size(str(arguments.get("size") or ""))
            return await self._draw(model, DrawingRequest(model.id, prompt.strip(), size or None))
        except PictureInvalid:
            return ToolResult("`size` has to be as 1024x1024, with sides from 64 to 4096.", failed=True)
        except LlmError as error:
            return ToolResult(_why(error.code), failed=True, code=error.code)

    async def _draw(self, model: ModelInfo, request: DrawingRequest) -> ToolResult:
        drawing = await self._gateway.draw(request)
        name, caption = file_name(request.prompt, drawing.mime_type), caption_of(request.prompt)
        made = MadeFile(name, drawing.mime_type, drawing.data, caption, note_of(model, drawing))
        return ToolResult(_DONE, files=(made,), needs_files=True)

    async def _drawer(self) -> ModelInfo | None:
        return next((each for each in await self._gateway.drawers() if not each.admins_only), None)


def _why(code: str) -> str:
    """Return the text for the model about a picture that was not drawn."""
    if code == "llm_content_filtered":
        return "The provider declined to draw this. Do not try the same again."
    return f"The picture was not drawn ({code})."
