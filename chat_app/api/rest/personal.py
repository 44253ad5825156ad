"""Export a person's own data, and delete the account."""

from fastapi import APIRouter, Response

from chat_app.api.auth import InSession
from chat_app.api.rest.auth import Client
from chat_app.api.rest.export_shapes import ExportOut
from chat_app.api.shapes import Proof
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.queries import export_own_data

router = APIRouter(prefix="/me", tags=["people"])


@router.get("/export")
async def export_me(ctx: InSession, response: Response) -> ExportOut:
    """Return everything that the site has of the person, as a file."""
    response.headers["Content-Disposition"] = 'attachment; filename="parley-export.json"'
    return ExportOut.model_validate(await export_own_data(ctx))


@router.delete("", status_code=204)
async def delete_me(body: Proof, ctx: InSession, client: Client) -> None:
    """Delete the account. Messages in rooms stay, without a name."""
    await delete_account(ctx, body.password, body.code)
    client.sign_out()
