"""Translate the core's errors to statuses of gRPC, and back."""

from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError

from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.core.ai.ports.gateway import LlmErrorCode
from chat_app.core.kernel.errors import DomainError

TRAILER: Final = "parley-failure-bin"
"""The trailing metadata with the whole error; other clients read the status alone."""

_STATUSES: Final = {
    "llm_rate_limited": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "llm_no_credit": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "llm_unavailable": grpc.StatusCode.UNAVAILABLE,
    "connection_unreachable": grpc.StatusCode.UNAVAILABLE,
    "llm_timeout": grpc.StatusCode.DEADLINE_EXCEEDED,
    "connection_timeout": grpc.StatusCode.DEADLINE_EXCEEDED,
    "llm_interrupted": grpc.StatusCode.ABORTED,
    "llm_model_not_found": grpc.StatusCode.NOT_FOUND,
    "connection_no_models": grpc.StatusCode.NOT_FOUND,
    "llm_context_too_long": grpc.StatusCode.INVALID_ARGUMENT,
}

_FIELDS: Final = ("model", "status", "retry_after")

Trailers = tuple[tuple[str, str | bytes], ...]


def status_of(error: DomainError) -> tuple[grpc.StatusCode, str, Trailers]:
    """Return the status of an error, its message, and the trailing metadata with all of it."""
    status = _STATUSES.get(error.code, grpc.StatusCode.FAILED_PRECONDITION)
    details: dict[str, Any] = {field: error.details.get(field) for field in _FIELDS}
    failure = pb.Failure(code=error.code, **details)
    return status, error.code, ((TRAILER, failure.SerializeToString()),)


def failure_in(error: grpc.aio.AioRpcError) -> tuple[str, dict[str, object]] | None:
    """Return the code and the details of an error that the gateway reported; None for one of the way to it."""
    for name, value in error.trailing_metadata() or ():
        if name == TRAILER and isinstance(value, bytes):
            return _read(value)
    return None


def _read(value: bytes) -> tuple[str, dict[str, object]] | None:
    try:
        failure = pb.Failure.FromString(value)
    except DecodeError:
        return None
    return failure.code, {field: getattr(failure, field) for field in _FIELDS if failure.HasField(field)}


def code_of(status: grpc.StatusCode, *, begun: bool) -> LlmErrorCode:
    """Return the error of a call that the gateway did not end itself."""
    if status is grpc.StatusCode.DEADLINE_EXCEEDED:
        return "llm_timeout"
    return "llm_interrupted" if begun else "llm_unavailable"
