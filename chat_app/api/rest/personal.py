"""Taking one's data along, and deleting one's account."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chat_app.api.auth import InSession
from chat_app.api.rest.auth import At
from chat_app.api.shapes import Asked, Moment
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.queries import export_own_data

router = APIRouter(prefix="/me", tags=["people"])


class Farewell(Asked):
    """The account's password, and a code where there is an authenticator."""

    password: Annotated[str, Field(max_length=1024)]
    code: Annotated[str, Field(max_length=100)] = ""


class ExportOut(BaseModel):
    """All that the site has of the person."""

    exported_at: Moment
    account: dict[str, Any]
    sessions: list[dict[str, Any]]
    contacts: list[str]
    blocked: list[str]
    rooms: list[dict[str, Any]]
    messages: list[dict[str, Any]]


@router.get("/export", response_model=ExportOut)
async def export_me(ctx: InSession, response: Response) -> Any:
    """All that the site has of the person, as a file."""
    response.headers["Content-Disposition"] = 'attachment; filename="parley-export.json"'
    return await export_own_data(ctx)


@router.delete("", status_code=204)
async def delete_me(body: Farewell, ctx: InSession, door: At) -> None:
    """Delete the account. What was said in rooms stays, under nobody's name."""
    await delete_account(ctx, body.password, body.code)
    door.close()
