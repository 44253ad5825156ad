"""End the present session, here and at the provider by which it began."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chat_app.api.auth import ActorInSession, Parts, clear_session_cookie
from chat_app.api.rest.account.sign_in.identities import DepartureOut, callback_of
from chat_app.bootstrap import Runtime
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.sign_in.logout import my_provider_session
from chat_app.core.identities.tables import ProviderSession

router = APIRouter(prefix="/auth", tags=["auth"])

_THERE_TOO: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": DepartureOut, "description": "The session has ended; at `url` the one of its provider ends too"}
}


@router.post("/logout", status_code=204, response_class=Response, responses=_THERE_TOO)
async def logout(actor: ActorInSession, request: Request, parts: Parts) -> Response:
    """End the current session in every tab. A browser is redirected to `url` if it is not empty."""
    async with parts.work.begin(actor) as ctx:
        begun = await my_provider_session(ctx)
        await sign_out(ctx)
    url = await _address_there(request, parts, begun) if begun else ""
    response = JSONResponse({"url": url}) if url else Response(status_code=204)
    clear_session_cookie(request, response, parts)
    return response


async def _address_there(request: Request, parts: Runtime, begun: ProviderSession) -> str:
    """Return the address where the provider ends its session, or "" if it has none or is unavailable."""
    found: Any = parts.providers.get(begun.provider)
    if not hasattr(found, "depart_for_good"):
        return ""
    try:
        address: str = await found.depart_for_good(callback_of(request, parts, found), begun.subject, begun.details)
    except ProviderUnavailable:
        return ""
    return address
