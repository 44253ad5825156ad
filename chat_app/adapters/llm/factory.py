"""Choose the gateway: configured providers, connections and a local Ollama, else the demo."""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Protocol

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.demo.gateway import DEMO, DemoGateway
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmGateway, LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.recordings import Recording
from chat_app.core.ai.ports.speech import Speaker, Utterance
from chat_app.core.connections.ports import Connector, Endpoint, ListedModel, ModelChoiceView, ServedModel

__all__ = ["Gateway", "LlmConfig", "Provider", "build_gateway"]


class Gateway(LlmGateway, Connector, Protocol):
    """Access to all models, and the connections to them."""


def build_gateway(config: LlmConfig) -> Gateway:
    """Return the gateway for a configuration. Connects to nothing and imports no vendor library yet."""
    return offer_demo(LiteLlmGateway(config), config)


def offer_demo(real: Gateway, config: LlmConfig) -> Gateway:
    """Return a gateway that adds the demo if no real model is offered to everybody."""
    return _DemoWithoutModels(real, DemoGateway(config.demo_pause_seconds))


class _DemoWithoutModels:
    """Adds the demo to the real models if none of them is offered to everybody."""

    def __init__(self, real: Gateway, demo: DemoGateway) -> None:
        self._real = real
        self._demo = demo

    def _of(self, model: str) -> LlmGateway:
        return self._demo if model == DEMO.id else self._real

    async def models(self) -> list[ModelInfo]:
        """Return the real models, with the demo if none of them is offered to everybody."""
        real = await self._real.models()
        return [*real, *(await self._demo.models() if all(model.admins_only for model in real) else ())]

    def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Stream an answer from the gateway that has the model."""
        return self._of(request.model).stream(request)

    async def transcribe(self, recording: Recording) -> str:
        """Transcribe a recording by the real models."""
        return await self._of(recording.model).transcribe(recording)

    def speak(self, utterance: Utterance) -> AsyncGenerator[bytes, None]:
        """Convert a text to speech by the real models."""
        return self._of(utterance.speaker.model).speak(utterance)

    async def price(self, model: str, *, letters: int = 0, seconds: float = 0) -> int | None:
        """Return the price of speech by a real model."""
        return await self._of(model).price(model, letters=letters, seconds=seconds)

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Count with the gateway that has the model."""
        return await self._of(model).count_tokens(model, messages)

    async def health(self) -> bool:
        """Return whether a model can answer. The demo can, if it is offered."""
        return DEMO in await self.models() or await self._real.health()

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]) -> None:
        """Replace the connections that admins manage, and their decisions about models."""
        self._real.connect(endpoints, choices)

    def configured(self) -> Sequence[Endpoint]:
        """Return the connections of the environment."""
        return self._real.configured()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the models of providers change."""
        self._real.on_change(listener)

    def paused(self) -> Mapping[str, int]:
        """Return the connections that are paused."""
        return self._real.paused()

    def limits(self) -> Mapping[str, int]:
        """Return how many answers a limited connection writes at once."""
        return self._real.limits()

    def transcriber(self) -> str | None:
        """Return the model that transcribes."""
        return self._real.transcriber()

    def speaker(self) -> Speaker | None:
        """Return the model that reads aloud."""
        return self._real.speaker()

    async def listed(self) -> list[ListedModel]:
        """Return the models of all connections, without the demo."""
        return await self._real.listed()

    async def probe(self, endpoint: Endpoint) -> list[ServedModel]:
        """Ask a provider for its models."""
        return await self._real.probe(endpoint)

    async def prepare(self) -> None:
        """Load the libraries of the real models."""
        await self._real.prepare()

    async def warm_up(self) -> None:
        """Load LiteLLM if there are real models."""
        await self._real.warm_up()

    async def aclose(self) -> None:
        """Close connections."""
        await self._real.aclose()

    async def drawers(self) -> list[ModelInfo]:
        """Return the real models that draw."""
        return await self._real.drawers()

    async def draw(self, request: DrawingRequest) -> Drawing:
        """Draw by a real model."""
        return await self._real.draw(request)
