"""Transcribe dictation in the composer."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request

from chat_app.api.auth import Parts, Sender
from chat_app.core.ai.transcription.dictating import DictatedJson

router = APIRouter(tags=["ai"])

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_TYPES: Final = ("application/octet-stream", "audio/webm", "audio/mp4")
"""Types that browsers record. The examiner finds the real one."""

_BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": dict.fromkeys(_TYPES, _BINARY)}}


Type = Annotated[str, Header(include_in_schema=False)]


@router.post("/rooms/{room_id}/dictation", openapi_extra=_BODY)
async def dictate(room_id: str, request: Request, actor: Sender, parts: Parts, content_type: Type = "") -> DictatedJson:
    """Transcribe a recording, for a message to a room. Neither the recording nor the text is stored."""
    return await parts.dictation.dictate(actor, room_id, request.body, content_type)


@router.post("/me/dictation", openapi_extra=_BODY)
async def dictate_first(request: Request, actor: Sender, parts: Parts, content_type: Type = "") -> DictatedJson:
    """Transcribe a recording, for the message with which a new chat begins."""
    return await parts.dictation.dictate(actor, None, request.body, content_type)
