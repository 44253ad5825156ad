"""Export a person's own data, and delete the account."""

from typing import Any, Final

from fastapi import APIRouter, Response

from chat_app.api.auth import ActorInSession, InSession, Parts
from chat_app.api.pieces import PiecesResponse
from chat_app.api.rest.account.export_shapes import ExportOut
from chat_app.api.rest.account.sign_in.auth import Client
from chat_app.api.shapes import Proof
from chat_app.core.personal.archive import begin_archive, written_archive
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.queries import export_with_pictures

router = APIRouter(prefix="/me", tags=["people"])


@router.get("/export")
async def export_me(parts: Parts, actor: ActorInSession, response: Response) -> ExportOut:
    """Return everything that the site has of the person, as a file."""
    response.headers["Content-Disposition"] = 'attachment; filename="parley-export.json"'
    return ExportOut.model_validate(await export_with_pictures(parts.pictures, actor))


PATIENCE: Final = 60.0
"""The seconds in which a client has to read a piece of an archive: until then a file occupies the server's disk."""
_ZIP: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/zip": {}}}}


@router.get("/export/archive", response_class=Response, responses=_ZIP)
async def export_me_with_files(parts: Parts, ctx: InSession) -> PiecesResponse:
    """Return all data of the person as a ZIP archive, including the files that they have uploaded. `path` of each file
    is its place in the archive; it is `null` for files that the person can no longer see.
    """
    pieces = written_archive(parts.pictures, parts.storage, ctx.me, await begin_archive(ctx))
    named = {"Content-Disposition": 'attachment; filename="parley-export.zip"'}
    return PiecesResponse(pieces, "application/zip", patience=PATIENCE, **named)


@router.delete("", status_code=204)
async def delete_me(body: Proof, ctx: InSession, client: Client) -> None:
    """Delete the account. Messages in rooms stay, without a name."""
    await delete_account(ctx, body.password, body.code)
    client.sign_out()
