"""The port of the models, and its requests and answers. No vendor is named here."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.recordings import Recording
from chat_app.core.ai.ports.speech import Utterance
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.wire import Ability, ModelJson
from chat_app.core.kernel.errors import DomainError
from chat_app.core.tools.ports import ToolInfo

TurnRole = Literal["system", "user", "assistant", "tool"]

LlmErrorCode = Literal[
    "llm_authentication",
    "llm_rate_limited",
    "llm_unavailable",
    "llm_paused",
    "llm_timeout",
    "llm_interrupted",
    "llm_context_too_long",
    "llm_content_filtered",
    "llm_model_not_found",
    "llm_no_credit",
    "llm_length",
    "llm_refused",
    "llm_image_filtered",
    "llm_no_picture",
    "llm_only_tools",
    "llm_tool_limit",
    "llm_only_reasoning",
    "llm_nothing_seen",
]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that may be chosen. `id` is `connection/name` or `demo`; sizes are in tokens. Prices are for a million
    tokens in US cents; None if unknown. `price_picture` is the maximum price of one picture, in millionths of a US
    dollar, if pictures have a separate price.

    A model for `admins_only` may be chosen only by the site's admins and by these `people`; in rooms for which they
    choose it, everybody can ask it. A model that `decides` is asked, in all rooms, whether their AI joins in.
    """

    id: str
    label: str
    provider: str
    context_window: int
    max_output: int
    is_demo: bool = False
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None
    price_picture: int | None = None
    abilities: tuple[Ability, ...] = ()
    admins_only: bool = False
    people: frozenset[UUID] = frozenset()
    decides: bool = False

    def is_for(self, user_id: UUID, *, is_manager: bool) -> bool:
        """Return whether a person may choose it for a room or a message."""
        return is_manager or not self.admins_only or user_id in self.people

    @property
    def draws(self) -> bool:
        """Return whether the model draws pictures. Such a model is not asked for answers."""
        return "drawing" in self.abilities

    @property
    def prompt_budget(self) -> int:
        """Return the tokens that a prompt may take, so that there is space for the answer."""
        return self.context_window - min(self.max_output, self.context_window // 4)

    def as_json(self, handle: str, *, favorite: bool = False) -> ModelJson:
        """Return the shape in REST."""
        return {
            "id": self.id,
            "handle": handle,
            "label": self.label,
            "provider": self.provider,
            "context_window": self.context_window,
            "max_output": self.max_output,
            "is_demo": self.is_demo,
            "price_in": self.price_in,
            "price_cached": self.price_cached,
            "price_out": self.price_out,
            "abilities": list(self.abilities),
            "favorite": favorite,
        }


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's tool call.

    `id` is the vendor's, or generated if the vendor gives none. `arguments` are JSON as the model wrote it: an object,
    unless it is invalid.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class LlmImage:
    """A picture that a model sees: PNG, JPEG or WebP. `tokens` is an estimate of its tokens."""

    mime_type: str
    data: bytes = field(repr=False)
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class LlmMessage:
    """One turn of the prompt.

    `content` includes the speaker's name if it matters. A turn of the role *assistant* may have `calls`; for each, a
    turn of the role *tool* has the call's id in `answers`. A turn of the role *user* may have `images`, in the order in
    which `content` mentions them.
    """

    role: TurnRole
    content: str
    name: str | None = None
    calls: tuple[ToolCall, ...] = ()
    answers: str | None = None
    images: tuple[LlmImage, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A request for an answer: the messages and the model; `max_output` in tokens, None for the model's own limit.

    It `decides` if it asks for a decision of the AI, whether it joins in, instead of an answer.
    `temperature` and `reasoning_effort` (*low*, *medium*, *high*) are sent to models that have them; None is their own.
    The model may call `tools`.
    """

    model: str
    messages: tuple[LlmMessage, ...]
    max_output: int | None = None
    decides: bool = False
    temperature: float | None = None
    reasoning_effort: str | None = None
    tools: tuple[ToolInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """The next part of an answer, and of the `reasoning` before it.

    `anew`: it replaces all previous parts. `usage` is set only on the last piece, whose text may be empty. `note` is
    set with it if a complete answer needs a remark: it was cut at the maximum length, or is a refusal. `calls` are set
    with it too: the model waits for their results.
    """

    text: str = ""
    usage: Usage | None = None
    note: LlmErrorCode | None = None
    anew: bool = False
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()


class LlmError(DomainError):
    """A model did not answer, or not completely.

    `code` is one of `LlmErrorCode`; `details` have `model` and, if the vendor sent them, `status` (HTTP) and
    `retry_after` (seconds). They never contain keys, prompts or a vendor's own texts.
    """

    default_code = "llm_unavailable"


class LlmGateway(Protocol):
    """Access to every model that Parley can reach."""

    async def models(self) -> list[ModelInfo]:
        """Return the models offered now, the site's default first; at least one of them is for everybody. Models that
        draw are not included, see :meth:`drawers`.
        """
        ...

    def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Answer piece by piece; the last piece has the usage.

        Closing the iterator (`aclose`, or cancelling its reader) ends the vendor's request.
        Raises `LlmError`; after text was yielded a broken stream is `llm_interrupted`, a silent one `llm_timeout`.
        """
        ...

    async def transcribe(self, recording: Recording) -> str:
        """Return the transcript of a recording, empty for silence. Raises `LlmError`."""
        ...

    def speak(self, utterance: Utterance) -> AsyncGenerator[bytes, None]:
        """Yield a text as speech, in MP3. Closing the iterator ends the vendor's request. Raises `LlmError`."""
        ...

    async def price(self, model: str, *, letters: int = 0, seconds: float = 0) -> int | None:
        """Return the price of speech, of so many letters in so many seconds, or, without letters, of a transcription.

        In millionths of a US dollar; None if the model has no known price. Raises `LlmError`.
        """
        ...

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Return the tokens of the messages in the model's window; an estimate without its tokenizer."""
        ...

    async def health(self) -> bool:
        """Return whether at least one model can be asked. Asks no model and costs nothing."""
        ...

    async def warm_up(self) -> None:
        """Load everything that the first answer would otherwise wait for. It can be called twice, or never."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...

    async def drawers(self) -> list[ModelInfo]:
        """Return the models that draw pictures and are offered now, the site's default first."""
        ...

    async def draw(self, request: DrawingRequest) -> Drawing:
        """Draw one picture. Cancelling ends the vendor's request. Raises `LlmError`."""
        ...
