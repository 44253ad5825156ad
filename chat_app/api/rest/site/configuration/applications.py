"""Manage the applications that use Parley for sign-in, as the site's admins. Other people get not found."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.applications import commands
from chat_app.core.applications.views import ApplicationMadeOut, ApplicationOut, SecretOut, application_json
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["site"])

Name = Annotated[str, Field(max_length=200)]
Addresses = Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=50)]
Words = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]
Algorithm = Annotated[str, Field(max_length=20)]


class NewApplication(RequestBody):
    """A new application. A `public` application has no secret and must use PKCE. A `trusted` one needs no consent."""

    name: Name
    redirect_uris: Addresses
    logout_uris: Addresses = Field(default_factory=list)
    scopes: Words = Field(default_factory=list)
    public: StrictBool = False
    trusted: StrictBool = False
    signing_alg: Algorithm = "RS256"


class ApplicationChange(RequestBody):
    """The changes of an application. One that is not `enabled` loses all its tokens."""

    name: Name | None = None
    redirect_uris: Addresses | None = None
    logout_uris: Addresses | None = None
    scopes: Words | None = None
    trusted: StrictBool | None = None
    signing_alg: Algorithm | None = None
    enabled: StrictBool | None = None


@router.get("/admin/applications")
async def read_applications(ctx: Reading) -> PageJson[ApplicationOut]:
    """List all applications, by name."""
    return whole([application_json(each) for each in await commands.list_applications(ctx)])


@router.post("/admin/applications", status_code=201)
async def add_application(ctx: InSession, body: NewApplication) -> ApplicationMadeOut:
    """Add an application. Its secret is shown this once."""
    application, secret = await commands.add_application(ctx, **body.model_dump())
    return {**application_json(application), "secret": secret}


@router.patch("/admin/applications/{application_id}")
async def change_application(ctx: InSession, application_id: str, body: ApplicationChange) -> ApplicationOut:
    """Change, disable or enable an application."""
    changes = body.model_dump(exclude_none=True)
    return application_json(await commands.change_application(ctx, application_id, **changes))


@router.post("/admin/applications/{application_id}/secret")
async def rotate_secret(ctx: InSession, application_id: str) -> SecretOut:
    """Replace an application's secret; the new one is shown once. The old one is no longer valid."""
    return {"secret": await commands.rotate_secret(ctx, application_id)}


@router.delete("/admin/applications/{application_id}", status_code=204)
async def delete_application(ctx: InSession, application_id: str) -> None:
    """Delete an application with its tokens and people's consents."""
    await commands.delete_application(ctx, application_id)
