"""Serve the models by gRPC. No data of a request is kept after it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

import grpc
import structlog
from typing_extensions import override

from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm_grpc.failures import status_of
from chat_app.adapters.llm_grpc.shapes import (
    read_drawing_request,
    read_endpoint,
    read_message,
    read_request,
    write_drawing,
    write_listed,
    write_own,
    write_piece,
    write_served,
)
from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.adapters.llm_grpc.wire.gateway_pb2_grpc import LlmGatewayServicer
from chat_app.core.ai.ports.gateway import Piece
from chat_app.core.ai.ports.recordings import Recording
from chat_app.core.ai.ports.speech import Speaker, Utterance
from chat_app.core.connections.ports import Endpoint, ModelChoiceView
from chat_app.core.kernel.errors import DomainError

BEAT_SECONDS: Final = 5.0
"""The seconds between heartbeats while a vendor is silent; the app waits four times as long for one."""

log = structlog.get_logger()


class Servicer(LlmGatewayServicer):
    """The gRPC service, on a gateway with the connections of the environment."""

    def __init__(self, gateway: LiteLlmGateway) -> None:
        self._gateway = gateway

    @override
    async def Complete(self, request: pb.CompleteRequest, context: grpc.aio.ServicerContext) -> None:
        """Answer piece by piece, with signs of life between them. Cancelled with its call, it ends the vendor's."""
        async with _reported(context, request.model), aclosing(self._pieces(request)) as pieces:
            turn = asyncio.Lock()
            beats = asyncio.create_task(_beat(context, turn))
            try:
                async for piece in pieces:
                    async with turn:
                        await context.write(write_piece(piece))
            finally:
                beats.cancel()
                await asyncio.gather(beats, return_exceptions=True)

    @override
    async def CountTokens(
        self, request: pb.CountTokensRequest, context: grpc.aio.ServicerContext
    ) -> pb.CountTokensResponse:
        """Count the tokens of a prompt."""
        async with _reported(context, request.model):
            messages = list(map(read_message, request.messages))
            return pb.CountTokensResponse(tokens=await self._gateway.count_tokens(request.model, messages))

    @override
    async def Transcribe(
        self, request: pb.TranscribeRequest, context: grpc.aio.ServicerContext
    ) -> pb.TranscribeResponse:
        """Transcribe a recording by a provider."""
        async with _reported(context, request.model):
            endpoints = [read_endpoint(request.connection)] if request.HasField("connection") else []
            recording = Recording(request.model, request.name, request.mime_type, request.data)
            text = await self._gateway.with_connections(endpoints, {}).transcribe(recording)
            return pb.TranscribeResponse(text=text)

    @override
    async def Speak(self, request: pb.SpeakRequest, context: grpc.aio.ServicerContext) -> None:
        """Yield a text as speech, piece by piece. Cancelled with its call, it ends the vendor's."""
        said = Utterance(Speaker(request.model, request.voice), request.text)
        gateway = self._gateway.with_connections(_endpoints(request), {})
        async with _reported(context, request.model), aclosing(gateway.speak(said)) as sounds:
            async for sound in sounds:
                await context.write(pb.SpeakResponse(data=sound))

    @override
    async def Price(self, request: pb.PriceRequest, context: grpc.aio.ServicerContext) -> pb.PriceResponse:
        """Look up the price of speech."""
        async with _reported(context, request.model):
            gateway = self._gateway.with_connections(_endpoints(request), {})
            price = await gateway.price(request.model, letters=request.letters, seconds=request.seconds)
            return pb.PriceResponse(cost=price)

    @override
    async def ListModels(
        self, request: pb.ListModelsRequest, context: grpc.aio.ServicerContext
    ) -> pb.ListModelsResponse:
        """List the models of the environment's connections and of those in the request."""
        async with _reported(context):
            theirs = self._gateway.listed_by(list(map(read_endpoint, request.connections)))
            models = await asyncio.gather(theirs, self._gateway.listed())
            own = map(write_own, self._gateway.configured())
            return pb.ListModelsResponse(models=[write_listed(model) for each in models for model in each], own=own)

    @override
    async def Probe(self, request: pb.ProbeRequest, context: grpc.aio.ServicerContext) -> pb.ProbeResponse:
        """Ask a provider for the models that can chat or draw."""
        async with _reported(context):
            models = await self._gateway.probe(read_endpoint(request.connection))
            return pb.ProbeResponse(models=map(write_served, models))

    @override
    async def Draw(self, request: pb.DrawRequest, context: grpc.aio.ServicerContext) -> pb.DrawResponse:
        """Draw one picture. Cancelled with its call, it ends the vendor's."""
        async with _reported(context, request.model):
            gateway = self._gateway.with_connections(_endpoints(request), {})
            return write_drawing(await gateway.draw(read_drawing_request(request)))

    def _pieces(self, request: pb.CompleteRequest) -> AsyncGenerator[Piece, None]:
        window = request.context_window if request.HasField("context_window") else None
        choices: Mapping[str, ModelChoiceView] = (
            {request.model: ModelChoiceView(context_window=window)} if window else {}
        )
        return self._gateway.with_connections(_endpoints(request), choices).stream(read_request(request))


def _endpoints(request: pb.CompleteRequest | pb.DrawRequest | pb.SpeakRequest | pb.PriceRequest) -> list[Endpoint]:
    return [read_endpoint(request.connection)] if request.HasField("connection") else []


async def _beat(context: grpc.aio.ServicerContext, turn: asyncio.Lock) -> None:
    """Send a sign of life now and then; two parts of an answer cannot be written at once."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        async with turn:
            await context.write(pb.CompleteResponse())


@asynccontextmanager
async def _reported(context: grpc.aio.ServicerContext, model: str | None = None) -> AsyncIterator[None]:
    """End the call with the status of an error. An error that is not a domain error shows no details."""
    try:
        yield
        return
    except DomainError as error:
        log.info("call_failed", model=model, code=error.code)
        status: tuple[Any, ...] = status_of(error)
    except Exception:
        log.exception("call_failed", model=model)
        status = (grpc.StatusCode.INTERNAL, "internal")
    await context.abort(*status)
