"""A person's consents to applications: those that were given, and the one that is requested."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StrictBool

from chat_app.api.auth import ActorInSession, InSession, Parts
from chat_app.api.cursors import whole
from chat_app.api.oauth.requests import Server
from chat_app.api.shapes import RequestBody
from chat_app.core.applications.authorization.authorizing import answer_consent, view_consent
from chat_app.core.applications.consents import my_applications, revoke_application
from chat_app.core.applications.views import (
    ConsentAnsweredOut,
    ConsentAskedOut,
    ConsentOut,
    asked_json,
    consent_json,
)
from chat_app.core.kernel.wire import PageJson

router = APIRouter(prefix="/me", tags=["identities"])

TOKEN_MAX = 100


class ConsentAnswer(RequestBody):
    """The answer to a request, by its token in the address of the page of consent."""

    request: str = Field(max_length=TOKEN_MAX)
    allow: StrictBool


@router.get("/applications")
async def get_applications(ctx: InSession) -> PageJson[ConsentOut]:
    """List the applications that the person has given access to, the newest first."""
    return whole([consent_json(each) for each in await my_applications(ctx)])


@router.delete("/applications/{client}", status_code=204)
async def delete_application_access(client: str, actor: ActorInSession, parts: Parts) -> None:
    """Take the access from an application: its tokens for the person end at once."""
    if parts.hydra:
        await parts.hydra.revoke(actor, client)
        return
    async with parts.work.begin(actor) as ctx:
        await revoke_application(ctx, client)


@router.get("/consent")
async def get_consent(
    ctx: InSession, server: Server, request: Annotated[str, Query(max_length=TOKEN_MAX)]
) -> ConsentAskedOut:
    """Return the consent request of an application."""
    return asked_json(await view_consent(ctx, server, request))


@router.post("/consent")
async def post_consent(ctx: InSession, server: Server, body: ConsentAnswer) -> ConsentAnsweredOut:
    """Answer an application's request, once. The browser goes to `url`."""
    return {"url": await answer_consent(ctx, server, body.request, allow=body.allow)}
