"""Return every error in SCIM's shape (RFC 7644, 3.12)."""

from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from scim2_models import SCIMException
from starlette.exceptions import HTTPException

from chat_app.api.errors import STATUS, BodyTooLarge
from chat_app.api.scim.refusals import error_answer
from chat_app.api.texts import error_sentence
from chat_app.core.directory.errors import DirectoryConflict, DirectoryInvalid
from chat_app.core.kernel.errors import DomainError

_TYPES: Final[tuple[tuple[type[DomainError], str], ...]] = (
    (DirectoryConflict, "uniqueness"),
    (DirectoryInvalid, "invalidValue"),
)


def add_scim_errors(scim: FastAPI) -> None:
    """Register the handlers that give all errors this shape."""
    scim.add_exception_handler(DomainError, _domain_error)
    scim.add_exception_handler(SCIMException, _scim_error)
    scim.add_exception_handler(ValidationError, _validation_error)
    scim.add_exception_handler(RequestValidationError, _parameter_error)
    scim.add_exception_handler(HTTPException, _http_error)
    scim.add_exception_handler(Exception, _bug)


async def _domain_error(_: Request, error: Any) -> Response:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 400)
    status = 400 if status == 422 else status
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if "retry_after" in error.details:
        headers["Retry-After"] = str(error.details["retry_after"])
    kind = next((name for known, name in _TYPES if isinstance(error, known)), None)
    return error_answer(status, error_sentence(error.code, "en", error.details), kind, headers)


async def _scim_error(_: Request, error: Any) -> Response:
    return error_answer(error.status, error.detail, error.scim_type or None)


async def _validation_error(_: Request, error: Any) -> Response:
    """Name the first attribute that is invalid, without its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:200].encode("utf-8", "replace").decode()
    return error_answer(400, f"{place or 'The body'} is not acceptable.", "invalidValue")


async def _parameter_error(_: Request, error: Any) -> Response:
    return error_answer(400, f"{error.errors()[0]['loc'][-1]} is not acceptable.", "invalidValue")


async def _http_error(_: Request, error: Any) -> Response:
    status = 413 if isinstance(error, BodyTooLarge) else error.status_code
    return error_answer(status, str(getattr(error, "detail", "") or "Not acceptable."))


async def _bug(_: Request, __: Any) -> Response:
    return error_answer(500, "Something went wrong.")
