"""Files of rooms: announce, upload, read, delete."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, StrictBool, StrictInt

from chat_app.api.auth import Parts, Posting, Reading, Sender
from chat_app.api.cursors import Cursor, paged, place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.files import commands, queries
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.usage import SpaceJson, own_space, room_space
from chat_app.core.files.views import URL_SECONDS, FileJson, FileTextJson
from chat_app.core.files.voice import PEAKS_MAX, VOICE_SECONDS_MAX, check_voice
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["files"])

_FRESH: Final = {"Cache-Control": f"private, max-age={URL_SECONDS - 60}", "Vary": "Authorization, Cookie"}
"""The next person at the same browser must not get an answer that was cached for the previous one."""

_MOVED: Final[dict[int | str, dict[str, Any]]] = {
    302: {"description": "The address of the object, which works for five minutes."}
}
_REDIRECTS: Final[dict[str, Any]] = {"response_class": RedirectResponse, "status_code": 302, "responses": _MOVED}


class Recorded(RequestBody):
    """Measurements of a voice message: its length, and the loudness of each part, from 0 to 31."""

    seconds: float = Field(gt=0, le=VOICE_SECONDS_MAX, allow_inf_nan=False)
    peaks: list[StrictInt] = Field(min_length=1, max_length=PEAKS_MAX)


class NewAttachment(RequestBody):
    """A file to upload: its name, the type that the client declares, and its size in bytes.

    `voice` is set for a voice message.
    """

    name: str
    mime_type: str = ""
    size: StrictInt
    voice: Recorded | None = None


class AttachmentChange(RequestBody):
    """A change of a file: of its caption, or of whether models see it."""

    caption: str | None = None
    exclude_from_ai: StrictBool | None = None


@router.post("/rooms/{room_id}/attachments", status_code=201)
async def create_attachment(room_id: str, body: NewAttachment, parts: Parts, actor: Sender) -> FileJson:
    """Announce a file, and get the addresses for its bytes.

    Other people see it only after it is sent with a message.
    """
    voice = check_voice(body.voice.seconds, body.voice.peaks) if body.voice else None
    return await parts.uploads.begin(
        actor, room_id, name=body.name, mime_type=body.mime_type, size=body.size, voice=voice
    )


@router.get("/rooms/{room_id}/attachments")
async def list_attachments(
    room_id: str, parts: Parts, ctx: Reading, kind: Annotated[str, Query(max_length=20)] = "", cursor: Cursor = ""
) -> PageJson[FileJson]:
    """List the files that were sent in a room, the newest first."""
    page = await queries.list_files(ctx, room_id, parts.storage, kind=kind, after=place_of(cursor))
    return paged(page.items, page.next)


@router.get("/rooms/{room_id}/storage")
async def show_room_storage(room_id: str, ctx: Reading) -> SpaceJson:
    """Show how much space the files of a room take."""
    return await room_space(ctx, room_id)


@router.get("/me/storage")
async def show_own_storage(ctx: Reading) -> SpaceJson:
    """Show the storage that the person's files use, in all rooms."""
    return await own_space(ctx)


@router.post("/attachments/{attachment_id}/complete")
async def complete_attachment(attachment_id: str, parts: Parts, actor: Sender) -> FileJson:
    """Have a file examined once its bytes have come. It can be sent then, or is refused with the reason."""
    return await parts.uploads.complete(actor, attachment_id)


@router.get("/attachments/{attachment_id}")
async def show_attachment(attachment_id: str, parts: Parts, ctx: Reading) -> FileJson:
    """Show a file, with addresses that work for five minutes."""
    return await queries.view_file(ctx, attachment_id, parts.storage)


@router.get("/attachments/{attachment_id}/text")
async def get_text(
    attachment_id: str,
    ctx: Reading,
    response: Response,
    length: Annotated[int, Query(ge=1, le=queries.TEXT_SHOWN_MAX)] = queries.TEXT_SHOWN_MAX,
) -> FileTextJson:
    """Show the beginning of a text file, in characters, whatever its encoding is."""
    response.headers.update(_FRESH)
    return await queries.read_text(ctx, attachment_id, length)


@router.post("/attachments/{attachment_id}/resume")
async def resume_attachment(attachment_id: str, parts: Parts, actor: Sender) -> FileJson:
    """Get new addresses for the bytes of a file, and the parts that have come."""
    return await parts.uploads.resume(actor, attachment_id)


@router.patch("/attachments/{attachment_id}")
async def change_attachment(attachment_id: str, body: AttachmentChange, parts: Parts, ctx: Posting) -> FileJson:
    """Change the caption of the person's own file, or hide a file from models."""
    if body.caption is not None:
        await commands.change_caption(ctx, attachment_id, body.caption)
    if body.exclude_from_ai is not None:
        await exclude_file_from_ai(ctx, attachment_id, on=body.exclude_from_ai)
    return await queries.view_file(ctx, attachment_id, parts.storage)


@router.delete("/attachments/{attachment_id}", status_code=204)
async def delete_attachment(attachment_id: str, ctx: Posting, unsent: bool = False) -> Response:
    """Delete the person's own file, or any file with the permission to delete others' messages. With `unsent`, only a
    file that was not sent.
    """
    await commands.delete_file(ctx, attachment_id, unsent=unsent)
    return Response(status_code=204)


@router.get("/attachments/{attachment_id}/file", **_REDIRECTS)
async def get_file(attachment_id: str, parts: Parts, ctx: Reading, download: bool = False) -> RedirectResponse:
    """Redirect to the file itself."""
    url = await queries.find_file_url(ctx, attachment_id, parts.storage, download=download)
    return RedirectResponse(url, 302, _FRESH)


@router.get("/attachments/{attachment_id}/thumbnail", **_REDIRECTS)
async def get_thumbnail(
    attachment_id: str, parts: Parts, ctx: Reading, density: Annotated[int, Query(ge=1, le=2)] = 1
) -> RedirectResponse:
    """Redirect to the thumbnail for a screen of this density."""
    return RedirectResponse(await queries.find_thumbnail_url(ctx, attachment_id, parts.storage, density), 302, _FRESH)
