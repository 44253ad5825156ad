"""End sessions that have ended at an OpenID provider, by its back-channel request."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response

from chat_app.api.auth import Parts
from chat_app.api.rest.account.sign_in.auth import Client
from chat_app.core.identities.errors import ProviderNotFound
from chat_app.core.identities.ports import NotifyingProvider, pick
from chat_app.core.identities.sign_in.assertions import ARRIVALS
from chat_app.core.identities.sign_in.logout import end_provider_sessions

router = APIRouter(prefix="/auth", tags=["identities"])


@router.post("/{provider}/backchannel-logout", status_code=204, response_class=Response)
async def end_by_provider(
    provider: str, parts: Parts, client: Client, token: Annotated[str, Form(alias="logout_token", max_length=20_000)]
) -> Response:
    """End the sessions that the provider's signed logout token names, in every tab."""
    found: Any = pick(parts.providers, provider)
    if not hasattr(found, "read_logout_token"):
        raise ProviderNotFound()
    notifies: NotifyingProvider = found
    async with parts.work.begin() as ctx:
        await ctx.limit(ARRIVALS, client.address)
    asked = await notifies.read_logout_token(token)
    async with parts.work.begin() as ctx:
        await end_provider_sessions(ctx, notifies, asked)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
