"""Models of OpenAI, Anthropic, Gemini, Ollama and every OpenAI-compatible server, through LiteLLM.

LiteLLM words each request as the vendor and the model want it. The answer is read from the wire by `stream_formats`
and not by LiteLLM's own stream wrapper, which takes a millisecond for every piece (docs/decisions/llm-streaming.md).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from functools import partial

import aiohttp
import structlog

from chat_app.adapters.llm.body import Body
from chat_app.adapters.llm.breaker import Breaker
from chat_app.adapters.llm.catalog.asked import AskedCatalog
from chat_app.adapters.llm.catalog.known import described, speech_cost
from chat_app.adapters.llm.catalog.listing import list_served
from chat_app.adapters.llm.catalog.offered import provider_of
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.loading import import_litellm
from chat_app.adapters.llm.media.drawing import draw_picture
from chat_app.adapters.llm.media.speech import speak
from chat_app.adapters.llm.media.transcription import transcribe
from chat_app.adapters.llm.posting import post_request
from chat_app.adapters.llm.retries import ask_with_retries, pause_before
from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.adapters.llm.vendors import kind_of, prepare, vendor_of
from chat_app.core.ai.context.prompt import estimate_prompt
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.recordings import Recording
from chat_app.core.ai.ports.speech import Speaker, Utterance
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Endpoint, ListedModel, ModelChoiceView, ServedModel

CONNECT_SECONDS = 10.0
PROBE_SECONDS = 8.0

log = structlog.get_logger()


class LiteLlmGateway:
    """The gateway to every configured provider."""

    def __init__(self, config: LlmConfig) -> None:
        self._config = config
        self._catalog = AskedCatalog(config, self._http)
        self._breaker = Breaker(config)
        self._session: aiohttp.ClientSession | None = None
        self._loaded = asyncio.Event()

    async def models(self) -> list[ModelInfo]:
        """Return the models on offer; empty if nothing is configured and no Ollama runs here."""
        return [model.info for model in await self.listed() if model.offered and not model.info.draws]

    async def listed(self) -> list[ListedModel]:
        """Return the models of all connections, offered or not."""
        return await self._catalog.listed()

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]) -> None:
        """Replace the connections that admins manage, and their decisions about models."""
        self._catalog.connect(endpoints, choices)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the models of providers change."""
        self._catalog.watch(listener)

    def with_connections(
        self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]
    ) -> "LiteLlmGateway":
        """Return a gateway to these connections and the environment's, for one request. It needs no closing."""
        self._http()
        other = copy(self)
        other._catalog = AskedCatalog(self._config, self._http)
        other.connect(endpoints, choices)
        return other

    async def listed_by(self, endpoints: Collection[Endpoint]) -> list[ListedModel]:
        """Ask these connections alone for their models, and keep nothing. The environment's names stay its own."""
        catalog = AskedCatalog(LlmConfig(local_ollama=None), self._http)
        catalog.connect([each for each in endpoints if each.slug not in self._catalog.providers], {})
        return await catalog.listed()

    def limits(self) -> dict[str, int]:
        """Return how many answers a limited connection writes at once."""
        return self._catalog.limits

    def transcriber(self) -> str | None:
        """Return the model that the admins have named for transcriptions."""
        return self._catalog.transcriber()

    def speaker(self) -> Speaker | None:
        """Return the model that the admins have named for reading aloud."""
        return self._catalog.speaker()

    def paused(self) -> dict[str, int]:
        """Return the connections that are paused, and the seconds until they are tried again."""
        return self._breaker.paused()

    def configured(self) -> list[Endpoint]:
        """Return the connections of the environment."""
        return [
            Endpoint(name, kind_of(vendor_of(name)), vendor_of(name).label, each.base_url or "", each.key)
            for name, each in self._catalog.configured.items()
        ]

    async def probe(self, endpoint: Endpoint) -> list[ServedModel]:
        """Ask a provider for the models that can chat or draw. Raises `ProviderFailed`."""
        provider = provider_of(endpoint)
        vendor = vendor_of(endpoint.kind)
        served = await list_served(self._http(), vendor, provider, PROBE_SECONDS)
        await self.load()  # which takes seconds: nobody waits for it where no provider answers
        found = [model for each in served if (model := described(endpoint.kind, each))]
        if not found:
            raise ProviderFailed("connection_no_models")
        self._breaker.close(endpoint.slug)
        return found

    async def transcribe(self, recording: Recording) -> str:
        """Return the transcript of a recording. See the port for the errors."""
        slug, provider, model = await self._unlisted(recording.model)
        with self._breaker.attempt(slug, recording.model) as attempt:
            text = await transcribe(self._http(), slug, provider, model, recording)
            attempt.answered = True
            return text

    async def speak(self, utterance: Utterance) -> AsyncGenerator[bytes, None]:
        """Yield a text as speech. See the port for the errors."""
        slug, provider, model = await self._unlisted(utterance.speaker.model)
        with self._breaker.attempt(slug, utterance.speaker.model) as attempt:
            async with aclosing(speak(self._http(), slug, provider, model, utterance)) as sounds:
                async for sound in sounds:
                    attempt.answered = True
                    yield sound

    async def price(self, model: str, *, letters: int = 0, seconds: float = 0) -> int | None:
        """Return the price of speech by LiteLLM's table. See the port for the errors."""
        slug, provider, name = await self._unlisted(model)
        return speech_cost(kind_of(vendor_of(slug, provider)), name, letters, seconds)

    async def _unlisted(self, model_id: str) -> tuple[str, Provider, str]:
        """Return the provider of a model that it need not list, after its name, and the model's name there."""
        slug, _, model = model_id.partition("/")
        provider = self._catalog.providers.get(slug)
        if not provider or not model:
            raise LlmError("llm_model_not_found", model=model_id)
        await self.load()
        return slug, provider, model

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Estimate the tokens: a tokenizer takes a hundred megabytes, and the vendors report their own counts."""
        return estimate_prompt(messages)

    async def health(self) -> bool:
        """Return whether any model is on offer."""
        return bool(await self.models())

    async def prepare(self) -> None:
        """Load LiteLLM if there is a connection. :meth:`warm_up` checks whether an Ollama runs here."""
        if self._catalog.has_connections:
            await self.load()

    async def warm_up(self) -> None:
        """Import LiteLLM (seconds) and shape one request for each provider, in a thread."""
        if await self.models():
            await self.load()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._catalog.aclose()
        if self._session:
            await self._session.close()
            self._session = None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Stream an answer in pieces. See the port for the errors.

        A request that fails before its first text is repeated. A provider that has failed repeatedly is paused:
        `llm_paused`.
        """

        def pause(retry: int, error: LlmError) -> float | None:
            return pause_before(retry, error, self._config.retry_seconds)

        with self._breaker.attempt(request.model.partition("/")[0], request.model) as attempt:
            async with aclosing(ask_with_retries(lambda: self._ask(request), pause, request.model)) as pieces:
                async for piece in pieces:
                    attempt.answered = True
                    yield piece

    async def drawers(self) -> list[ModelInfo]:
        """Return the models on offer that draw."""
        return [model.info for model in await self.listed() if model.offered and model.info.draws]

    async def draw(self, request: DrawingRequest) -> Drawing:
        """Draw one picture. A request that fails temporarily is repeated. See :meth:`stream` for a paused provider."""
        name, provider, model = self._catalog.find(request.model)
        await self.load()
        asked = (vendor_of(name, provider), provider, model)
        with self._breaker.attempt(name, request.model) as attempt:
            drawing = await draw_picture(self._http(), self._config, asked, request)
            attempt.answered = True
        return drawing

    async def _ask(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        name, provider, model = self._catalog.find(request.model)
        await self.load()
        window = self._catalog.window_of(request.model)
        own = {"temperature": request.temperature, "reasoning_effort": request.reasoning_effort}
        build = partial(
            prepare, name, provider, model, request.messages, request.max_output, window, own, request.tools
        )
        # Pictures are megabytes of text: others' words would wait for them.
        pictures = any(message.images for message in request.messages)
        prepared = await asyncio.to_thread(lambda: build().encoded()) if pictures else build()
        answer = StreamedAnswer(request, vendor_of(name, provider).read)
        asked_at = asyncio.get_running_loop().time()
        until = asked_at + self._config.first_piece_seconds
        async with await post_request(self._http(), request.model, prepared, until) as response:
            body = Body(response.content, answer, self._config, asked_at)
            while data := await body.read():
                for piece in answer.feed(data):
                    yield piece
        for piece in answer.rest():
            yield piece
        if answer.skipped:
            log.warning("events_skipped", model=request.model, count=answer.skipped)
        yield answer.end(body.failure)

    def _http(self) -> aiohttp.ClientSession:
        """Return the session of all requests, created on first use because it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                trust_env=True,
            )
        return self._session

    async def load(self) -> None:
        """Import LiteLLM, which takes seconds, in a thread."""
        if not self._loaded.is_set():
            await asyncio.to_thread(import_litellm, self._catalog.providers)
            self._loaded.set()
