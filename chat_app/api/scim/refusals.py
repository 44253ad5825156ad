"""Return an error in SCIM's shape (RFC 7644, 3.12), also if the rest of SCIM is not loaded."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse, Response

TYPE: Final = "application/scim+json"
_SCHEMA: Final = "urn:ietf:params:scim:api:messages:2.0:Error"


def error_answer(
    status: int, detail: str, scim_type: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error with this HTTP status."""
    body = {"schemas": [_SCHEMA], "status": str(status), "detail": detail}
    return JSONResponse(body | ({"scimType": scim_type} if scim_type else {}), status, headers, TYPE)
