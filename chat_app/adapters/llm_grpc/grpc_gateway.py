"""Models of a gateway process, by gRPC. See docs/decisions/gateway.md."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chat_app.adapters.llm.retries import ask_with_retries, pause_before
from chat_app.adapters.llm_grpc.channel import GatewayAddress
from chat_app.adapters.llm_grpc.failures import code_of, failure_in
from chat_app.adapters.llm_grpc.remote_catalog import RemoteCatalog
from chat_app.adapters.llm_grpc.responses import responses_of
from chat_app.adapters.llm_grpc.shapes import (
    read_drawing,
    read_piece,
    read_served,
    write_endpoint,
    write_message,
    write_tool,
)
from chat_app.adapters.llm_grpc.timeouts import GatewayAway, GatewayTimeouts
from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.adapters.llm_grpc.wire.gateway_pb2_grpc import LlmGatewayStub
from chat_app.core.ai.context.prompt import estimate_prompt
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.recordings import TRANSCRIPTION_SECONDS, Recording
from chat_app.core.ai.ports.speech import SILENCE_SECONDS, Speaker, Utterance
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Endpoint, ListedModel, ModelChoiceView, ServedModel

AWAY: Final = ModelInfo("gateway", "AI gateway", "Parley", context_window=8192, max_output=1024)
"""The placeholder for the models of a gateway that was not reached since the start. It answers nothing."""

_PASSING: Final = frozenset(
    {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.ABORTED, grpc.StatusCode.INTERNAL}
)
"""The statuses of calls to a gateway that dies, stops or is cut off. Others last: a wrong token, another service."""

log = structlog.get_logger()


class GrpcGateway:
    """The models of a gateway process, and the connections to them."""

    def __init__(
        self, address: GatewayAddress, default_model: str | None, patience: GatewayTimeouts | None = None
    ) -> None:
        self._address = address
        self._patience = patience or GatewayTimeouts()
        self._channel: grpc.aio.Channel | None = None
        self._endpoints: dict[str, Endpoint] = {}
        self.catalog = RemoteCatalog(default_model, self._list)

    async def models(self) -> list[ModelInfo]:
        """Return the offered models. Before the gateway was first reached, this is one placeholder."""
        offered = [model.info for model in await self.catalog.listed() if model.offered and not model.info.draws]
        return offered if self.catalog.reached else [AWAY]

    async def listed(self) -> list[ListedModel]:
        """Return the models of all connections, offered or not."""
        return await self.catalog.listed()

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]) -> None:
        """Replace the connections that admins manage, and their decisions about models."""
        self._endpoints = {each.slug: each for each in endpoints}
        self.catalog.connect(endpoints, choices)

    def configured(self) -> list[Endpoint]:
        """Return the connections of the gateway's environment."""
        return self.catalog.own

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the models of providers change."""
        self.catalog.watch(listener)

    def limits(self) -> dict[str, int]:
        """Return how many answers a limited connection writes at once."""
        return self.catalog.limits

    def transcriber(self) -> str | None:
        """Return the model that the admins have named for transcriptions."""
        return self.catalog.transcriber()

    def speaker(self) -> Speaker | None:
        """Return the model that the admins have named for reading aloud."""
        return self.catalog.speaker()

    def paused(self) -> dict[str, int]:
        """Return nothing: the gateway pauses connections, and reports it in the answers that it refuses."""
        return {}

    async def probe(self, endpoint: Endpoint) -> list[ServedModel]:
        """Have the gateway ask a provider for the models that can chat or draw. Raises `ProviderFailed`."""
        request = pb.ProbeRequest(connection=write_endpoint(endpoint))
        try:
            answer = await self._call(self._stub().Probe, request)
        except LlmError as error:
            timeout = error.code == "llm_timeout"
            raise ProviderFailed("connection_timeout" if timeout else "connection_unreachable") from None
        return [read_served(model) for model in answer.models]

    async def transcribe(self, recording: Recording) -> str:
        """Have the gateway transcribe a recording. See the port for the errors."""
        it, at = recording, self._connection(recording.model)
        request = pb.TranscribeRequest(
            model=it.model, name=it.name, mime_type=it.mime_type, data=it.data, connection=at
        )
        answer = await self._call(self._stub().Transcribe, request, TRANSCRIPTION_SECONDS + self._patience.call)
        return str(answer.text)

    async def speak(self, utterance: Utterance) -> AsyncGenerator[bytes, None]:
        """Have the gateway ask for speech. See the port for the errors."""
        model, voice = utterance.speaker
        connection = self._connection(model)
        request = pb.SpeakRequest(model=model, voice=voice, text=utterance.text, connection=connection)
        call = self._stub().Speak(request, metadata=self._address.metadata, timeout=self._patience.total)
        silence = SILENCE_SECONDS + self._patience.call
        async with aclosing(responses_of(call, model, silence, self._error)) as responses:
            async for each in responses:
                yield each.data

    async def price(self, model: str, *, letters: int = 0, seconds: float = 0) -> int | None:
        """Have the gateway look up the price of speech. See the port for the errors."""
        request = pb.PriceRequest(model=model, letters=letters, seconds=seconds, connection=self._connection(model))
        answer = await self._call(self._stub().Price, request)
        return answer.cost if answer.HasField("cost") else None

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Have the gateway count the tokens; an estimate while it is away."""
        request = pb.CountTokensRequest(model=model, messages=map(write_message, messages))
        try:
            answer = await self._call(self._stub().CountTokens, request)
        except LlmError:
            return estimate_prompt(messages)
        return int(answer.tokens)

    async def health(self) -> bool:
        """Return whether the gateway serves, and has models."""
        stub = health_pb2_grpc.HealthStub(self._open())
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=self._patience.health)
        except grpc.aio.AioRpcError:
            return False
        serves = answer.status == health_pb2.HealthCheckResponse.SERVING
        return serves and any(model.offered for model in await self.catalog.listed())

    async def prepare(self) -> None:
        """Load nothing: the gateway's process has done so at its own start."""

    async def warm_up(self) -> None:
        """Connect to the gateway."""
        await self.catalog.listed()

    async def aclose(self) -> None:
        """Close the connection."""
        await self.catalog.aclose()
        if self._channel:
            await self._channel.close()
            self._channel = None

    def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Stream an answer in pieces. The gateway asks a vendor again that failed; a lost gateway is asked again here.

        See the port for the errors.
        """

        def pause(retry: int, error: LlmError) -> float | None:
            return pause_before(retry, error, self._patience.retry) if isinstance(error, GatewayAway) else None

        return ask_with_retries(lambda: self._ask(request), pause, request.model)

    async def drawers(self) -> list[ModelInfo]:
        """Return the models on offer that draw."""
        return [model.info for model in await self.catalog.listed() if model.offered and model.info.draws]

    async def draw(self, request: DrawingRequest) -> Drawing:
        """Have the gateway draw a picture. A lost request is not repeated: the gateway may have drawn the picture."""
        message = pb.DrawRequest(
            model=request.model,
            prompt=request.prompt,
            size=request.size,
            connection=self._connection(request.model),
        )
        return read_drawing(await self._call(self._stub().Draw, message, self._patience.drawing, request.model))

    async def _ask(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        if request.model == AWAY.id:
            raise LlmError("llm_unavailable", model=request.model)
        metadata, total = self._address.metadata, self._patience.total
        call = self._stub().Complete(self._message(request), metadata=metadata, timeout=total)
        async with aclosing(responses_of(call, request.model, self._patience.silence, self._error)) as responses:
            async for each in responses:
                yield read_piece(each)

    def _connection(self, model: str) -> pb.Connection | None:
        endpoint = self._endpoints.get(model.partition("/")[0])
        return write_endpoint(endpoint) if endpoint else None

    def _message(self, request: CompletionRequest) -> pb.CompleteRequest:
        return pb.CompleteRequest(
            model=request.model,
            messages=map(write_message, request.messages),
            max_output=request.max_output,
            temperature=request.temperature,
            reasoning_effort=request.reasoning_effort,
            decides=request.decides,
            tools=map(write_tool, request.tools),
            connection=self._connection(request.model),
            context_window=self.catalog.window_of(request.model),
        )

    async def _list(self) -> pb.ListModelsResponse:
        request = pb.ListModelsRequest(connections=map(write_endpoint, self._endpoints.values()))
        return await self._call(self._stub().ListModels, request, self._patience.listing)

    async def _call(self, method: Any, request: Any, seconds: float | None = None, model: str | None = None) -> Any:
        """Make a call with one answer. Raises `LlmError`, or `ProviderFailed` if that was the answer."""
        timeout = seconds or self._patience.call
        call: Awaitable[Any] = method(request, metadata=self._address.metadata, timeout=timeout)
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise self._error(error, model) from None

    def _error(
        self, error: grpc.aio.AioRpcError, model: str | None = None, *, begun: bool = False
    ) -> LlmError | ProviderFailed:
        if failure := failure_in(error):
            code, details = failure
            return ProviderFailed(code, **details) if code.startswith("connection_") else LlmError(code, **details)
        # Its words may quote addresses and texts, so the log has its name alone.
        level = logging.WARNING if error.code() in _PASSING else logging.ERROR
        log.log(level, "gateway_failed", status=error.code().name, model=model)
        kind = GatewayAway if error.code() in _PASSING else LlmError
        return kind(code_of(error.code(), begun=begun), **({"model": model} if model else {}))

    def _stub(self) -> LlmGatewayStub:
        return LlmGatewayStub(self._open())

    def _open(self) -> grpc.aio.Channel:
        """Return the channel, made at the first use because it belongs to the running loop."""
        if self._channel is None:
            self._channel = self._address.open()
        return self._channel
