"""Export the conversation of a room."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Response

from chat_app.api.auth import InSession, Offered, Parts
from chat_app.api.pieces import PiecesResponse
from chat_app.api.texts import preferred_locale
from chat_app.catalogues import catalogue
from chat_app.core.messages.export.exporting import Format, begin_room_export, exported_room, zone_named
from chat_app.core.messages.export.markdown import ReaderWords

router = APIRouter(prefix="/rooms", tags=["rooms"])

PATIENCE: Final = 60.0
"""The seconds in which a piece of an export has to be taken."""
_TYPES: Final = {Format.MARKDOWN: "text/markdown; charset=utf-8", Format.JSON: "application/json"}
_ENDINGS: Final = {Format.MARKDOWN: "md", Format.JSON: "json"}
_BODIES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/markdown": {}, "application/json": {}}},
}


async def _labels(parts: Parts, offered: Offered) -> dict[str, str]:
    """Return the names of models by id, asked before a transaction is open."""
    return {model.id: model.label for model in (*offered, *await parts.gateway.drawers())}


@router.get("/{room_id}/export", response_class=Response, responses=_BODIES)
async def export_room(
    room_id: str,
    parts: Parts,
    models: Annotated[dict[str, str], Depends(_labels)],
    ctx: InSession,
    format: Format = Format.MARKDOWN,
    zone: Annotated[str, Query(max_length=64, description="The time zone of the times, such as Asia/Tokyo.")] = "UTC",
    accept_language: Annotated[str, Header()] = "",
) -> PiecesResponse:
    """Download the messages of a room that the caller sees, oldest first: their authors, times, texts as they are now,
    and the names of models and files. Deleted messages are left out, and of blocked people what they have written.
    """
    words: dict[str, str] = catalogue(preferred_locale(accept_language))["roomExport"]
    export = await begin_room_export(ctx, room_id, ReaderWords(words, zone_named(zone), models))
    named = {"Content-Disposition": f'attachment; filename="conversation-{export.at:%Y-%m-%d}.{_ENDINGS[format]}"'}
    pieces = exported_room(parts.work, ctx.me, export, format)
    return PiecesResponse(pieces, _TYPES[format], patience=PATIENCE, **named)
