"""Search in all that the asking person may see."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.cursors import Cursor, cursor_of, place_of, utc
from chat_app.api.shapes import MessageOut
from chat_app.core.search.queries import PAGE_MAX, Found, search_messages
from chat_app.core.search.rules import QUERY_MAX, Wanted

router = APIRouter(tags=["search"])

Words = Annotated[str, Query(max_length=QUERY_MAX, description="May hold `from:aiko`, `has:image` and `is:starred`.")]
Moment = Annotated[datetime | None, Query(description="RFC 3339; without a zone it is UTC.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class PartOut(BaseModel):
    """A piece of an excerpt; `hit` if it is what was looked for."""

    text: str
    hit: bool


class HitOut(BaseModel):
    """A message that was found, the room it is in, and a line of it."""

    room: str
    room_name: str
    message: MessageOut
    excerpt: list[PartOut]


class FoundOut(BaseModel):
    """A page of hits, the newest first. `next` is the `cursor` of the next page, empty on the last."""

    hits: list[HitOut]
    next: str


@router.get("/search", response_model=FoundOut, response_model_exclude_unset=True)
async def search(
    ctx: SignedIn,
    q: Words = "",
    room: str = "",
    author: Annotated[str, Query(alias="from", description="A username, `me` or `ai`.")] = "",
    after: Moment = None,
    before: Moment = None,
    has_image: bool = False,
    starred: bool = False,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Any:
    """Messages in one's rooms: by beginnings of words, stretches of Chinese, Japanese or Korean text, symbols, emoji.

    By punctuation alone nothing can be found: `search_unsearchable`.
    """
    wanted = Wanted(q, room or None, author, after and utc(after), before and utc(before), has_image, starred)
    return _found_json(await search_messages(ctx, wanted, after=place_of(cursor), limit=limit))


@router.get("/rooms/{room_id}/messages/search", response_model=FoundOut, response_model_exclude_unset=True)
async def search_room(room_id: str, ctx: SignedIn, q: Words = "", cursor: Cursor = "", limit: Limit = 20) -> Any:
    """The same in one room."""
    return _found_json(await search_messages(ctx, Wanted(q, room_id), after=place_of(cursor), limit=limit))


def _found_json(found: Found) -> dict[str, object]:
    hits = [
        {
            "room": str(hit.message.room_id),
            "room_name": hit.room_name,
            "message": hit.message.as_json(),
            "excerpt": [part.as_json() for part in hit.excerpt],
        }
        for hit in found.hits
    ]
    return {"hits": hits, "next": cursor_of(found.next)}
