"""Translate between the core's shapes and the gateway's messages."""

import json
from dataclasses import asdict
from typing import Any, Final, cast

from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import (
    CompletionRequest,
    LlmErrorCode,
    LlmImage,
    LlmMessage,
    ModelInfo,
    Piece,
    ToolCall,
    TurnRole,
)
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.wire import Ability
from chat_app.core.connections.ports import KINDS, Endpoint, ListedModel, ProviderKind, ServedModel
from chat_app.core.tools.ports import ToolInfo

_SIZES: Final = ("context_window", "max_output", "price_in", "price_cached", "price_out", "price_picture")


def write_endpoint(endpoint: Endpoint) -> pb.Connection:
    """Return a connection with its key, for the gateway."""
    return pb.Connection(
        slug=endpoint.slug,
        kind=endpoint.kind,
        name=endpoint.name,
        base_url=endpoint.base_url,
        key=endpoint.key,
        headers=[pb.Header(name=name, value=value) for name, value in endpoint.headers],
        served=map(write_served, endpoint.served),
    )


def read_endpoint(connection: pb.Connection) -> Endpoint:
    """Return the connection of a request."""
    return Endpoint(
        connection.slug,
        _kind(connection.kind),
        connection.name,
        connection.base_url,
        _optional(connection, "key"),
        tuple((header.name, header.value) for header in connection.headers),
        tuple(map(read_served, connection.served)),
    )


def write_own(endpoint: Endpoint) -> pb.OwnConnection:
    """Return a connection of the gateway's environment, without its key."""
    return pb.OwnConnection(
        slug=endpoint.slug,
        kind=endpoint.kind,
        name=endpoint.name,
        base_url=endpoint.base_url,
        has_key=bool(endpoint.key),
    )


def read_own(own: pb.OwnConnection) -> Endpoint:
    """Return a connection of the gateway's environment; in place of its key, which stays there, it has a dash."""
    return Endpoint(own.slug, _kind(own.kind), own.name, own.base_url, "-" if own.has_key else None)


def write_served(model: ServedModel | ModelInfo) -> pb.ServedModel:
    """Return a model, as a provider lists it or as it is offered."""
    return pb.ServedModel(
        name=model.name if isinstance(model, ServedModel) else model.id,
        label=model.label,
        abilities=model.abilities,
        **{size: getattr(model, size) for size in _SIZES},
    )


def read_served(model: pb.ServedModel) -> ServedModel:
    """Return a model as a provider lists it."""
    sizes = {size: _optional(model, size) for size in _SIZES}
    return ServedModel(model.name, _optional(model, "label"), abilities=_abilities(model), **sizes)


def write_listed(model: ListedModel) -> pb.Model:
    """Return a model of the gateway's list."""
    return pb.Model(
        slug=model.slug, provider=model.info.provider, offered=model.offered, served=write_served(model.info)
    )


def read_listed(model: pb.Model) -> ListedModel:
    """Return a model of the gateway's list."""
    served = model.served
    prices = {name: _optional(served, name) for name in _SIZES if name.startswith("price")}
    info = ModelInfo(
        served.name,
        served.label,
        model.provider,
        served.context_window,
        served.max_output,
        abilities=_abilities(served),
        **prices,
    )
    return ListedModel(info, model.slug, model.offered)


def write_message(message: LlmMessage) -> pb.Message:
    """Return a turn."""
    return pb.Message(
        role=message.role,
        content=message.content,
        name=message.name,
        calls=map(_write_call, message.calls),
        answers=message.answers,
        images=[pb.Image(mime_type=each.mime_type, data=each.data, tokens=each.tokens) for each in message.images],
    )


def read_message(message: pb.Message) -> LlmMessage:
    """Return a turn. Unknown roles are read as *user*."""
    role = message.role if message.role in ("system", "assistant", "tool") else "user"
    return LlmMessage(
        cast(TurnRole, role),
        message.content,
        _optional(message, "name"),
        tuple(map(_read_call, message.calls)),
        _optional(message, "answers"),
        tuple(LlmImage(each.mime_type, each.data, each.tokens) for each in message.images),
    )


def write_tool(tool: ToolInfo) -> pb.Tool:
    """Return the parts of a tool that a model needs."""
    return pb.Tool(name=tool.name, description=tool.description, parameters=json.dumps(dict(tool.parameters)))


def read_tool(tool: pb.Tool) -> ToolInfo:
    """Return a tool that a model may call."""
    return ToolInfo(tool.name, tool.name, tool.name, tool.description, json.loads(tool.parameters or "{}"))


def _write_call(call: ToolCall) -> pb.ToolCall:
    return pb.ToolCall(**asdict(call))


def _read_call(call: pb.ToolCall) -> ToolCall:
    return ToolCall(call.id, call.name, call.arguments)


def read_request(request: pb.CompleteRequest) -> CompletionRequest:
    """Return a request for an answer."""
    chosen = {name: _optional(request, name) for name in ("max_output", "temperature", "reasoning_effort")}
    return CompletionRequest(
        request.model,
        tuple(map(read_message, request.messages)),
        decides=request.decides,
        tools=tuple(map(read_tool, request.tools)),
        **chosen,
    )


def write_piece(piece: Piece) -> pb.CompleteResponse:
    """Return a part of an answer."""
    counts = piece.usage
    usage = None if counts is None else pb.Usage(**asdict(counts))
    return pb.CompleteResponse(
        text=piece.text,
        reasoning=piece.reasoning,
        anew=piece.anew,
        usage=usage,
        note=piece.note,
        calls=map(_write_call, piece.calls),
    )


def read_piece(response: pb.CompleteResponse) -> Piece:
    """Return a part of an answer."""
    usage = _read_usage(response)
    note = cast(LlmErrorCode | None, _optional(response, "note"))
    calls = tuple(map(_read_call, response.calls))
    return Piece(response.text, usage, note, response.anew, response.reasoning, calls)


def _read_usage(response: pb.CompleteResponse | pb.DrawResponse) -> Usage | None:
    if not response.HasField("usage"):
        return None
    counts = response.usage
    reasoning, cached = _optional(counts, "reasoning_tokens"), _optional(counts, "cached_tokens")
    return Usage(counts.prompt_tokens, counts.completion_tokens, reasoning, cached)


def read_drawing_request(request: pb.DrawRequest) -> DrawingRequest:
    """Return a request for a picture."""
    return DrawingRequest(request.model, request.prompt, _optional(request, "size"))


def write_drawing(drawing: Drawing) -> pb.DrawResponse:
    """Return a picture."""
    usage = pb.Usage(**asdict(drawing.usage)) if drawing.usage else None
    return pb.DrawResponse(mime_type=drawing.mime_type, data=drawing.data, usage=usage, cost=drawing.cost)


def read_drawing(response: pb.DrawResponse) -> Drawing:
    """Return a picture."""
    return Drawing(response.mime_type, response.data, _read_usage(response), _optional(response, "cost"))


def _optional(message: Any, field: str) -> Any:
    return getattr(message, field) if message.HasField(field) else None


def _kind(kind: str) -> ProviderKind:
    return next((known for known in KINDS if known == kind), "compatible")


def _abilities(model: pb.ServedModel) -> tuple[Ability, ...]:
    return tuple(cast(Ability, ability) for ability in model.abilities)
