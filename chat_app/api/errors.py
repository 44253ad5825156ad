"""Return every error in one JSON shape: ``{"error": {"code", "message", "details"}}``."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from chat_app.api.texts import error_sentence, preferred_locale
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.auth.errors import BadCredentials, RefreshRefused
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.files.errors import StorageFull
from chat_app.core.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    RateLimited,
    Unavailable,
)

STATUS: Final[tuple[tuple[type[DomainError], int], ...]] = (
    (NotSignedIn, 401),
    (BadCredentials, 401),
    (InsufficientBalance, 402),
    (BudgetExceeded, 402),
    (RefreshRefused, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (RateLimited, 429),
    (LlmError, 502),
    (StorageFull, 507),
    (Unavailable, 503),
)
_HTTP_CODES: Final = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class BodyTooLarge(HTTPException):
    """The request's body is longer than ``maximum`` bytes."""

    def __init__(self, maximum: int) -> None:
        super().__init__(413)
        self.maximum = maximum


def error_response(
    scope: Scope,
    status: int,
    code: str,
    details: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the error ``code`` as JSON, its sentence in the request's language."""
    details = details or {}
    locale = preferred_locale(Headers(scope=scope).get("accept-language", ""))
    error = {"code": code, "message": error_sentence(code, locale, details), "details": details}
    return JSONResponse({"error": error}, status, headers)


def bug_response(scope: Scope) -> JSONResponse:
    """Return the response to a bug: the id under which the log has it."""
    return error_response(scope, 500, "internal_error", {"request_id": scope["state"]["request_id"]})


def too_large_response(scope: Scope, error: BodyTooLarge) -> JSONResponse:
    """Return the response to a body that is too long; the rest of it is not read."""
    return error_response(scope, 413, "body_too_large", {"maximum": error.maximum}, {"Connection": "close"})


def add_error_handlers(api: FastAPI) -> None:
    """Register the handlers that give all errors of ``api`` this shape. Bugs are re-raised for the log."""
    api.add_exception_handler(DomainError, _domain_error)
    api.add_exception_handler(RequestValidationError, _validation_error)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(ClientDisconnect, _broken_off)
    api.add_exception_handler(Exception, _bug)


def domain_response(scope: Scope, error: DomainError) -> JSONResponse:
    """Return the response to an error of the domain."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 400)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in error.details:
        headers["Retry-After"] = str(error.details["retry_after"])
    return error_response(scope, status, error.code, error.details, headers)


async def _domain_error(request: Request, error: Any) -> Response:
    return domain_response(request.scope, error)


async def _validation_error(request: Request, error: Any) -> Response:
    """Name the first field that is invalid. The value is not repeated: it may be a password."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return error_response(request.scope, 400, "malformed_request")
    field = ".".join(str(part) for part in first["loc"][1:]).encode("utf-8", "replace").decode()
    return error_response(request.scope, 422, "invalid_request", {"field": field, "reason": first["type"]})


async def _http_error(request: Request, error: Any) -> Response:
    if isinstance(error, BodyTooLarge):
        return too_large_response(request.scope, error)
    code = _HTTP_CODES.get(error.status_code, "malformed_request")
    return error_response(request.scope, error.status_code, code, headers=error.headers)


async def _broken_off(request: Request, error: Exception) -> Response:
    """Answer for the log: who has left in the middle of a body reads no answer."""
    return error_response(request.scope, 400, "malformed_request")


async def _bug(request: Request, error: Exception) -> Response:
    return bug_response(request.scope)
