"""Search everything that the person may see."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from chat_app.api.auth import Reading
from chat_app.api.cursors import Cursor, paged, place_of, utc
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages.views.visibility import add_visibility
from chat_app.core.search.hits import HitJson
from chat_app.core.search.queries import PAGE_MAX, HitPage, search_messages
from chat_app.core.search.rules import QUERY_MAX, SearchFilter

router = APIRouter(tags=["search"])

_TYPED = "May hold `from:aiko`, `has:image` (`file`, `audio`) and `is:starred`."
Words = Annotated[str, Query(max_length=QUERY_MAX, description=_TYPED)]
When = Annotated[datetime | None, Query(description="RFC 3339; without a zone it is UTC.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


@router.get("/search")
async def search(
    ctx: Reading,
    q: Words = "",
    room: str = "",
    author: Annotated[str, Query(alias="from", description="A username, `me` or `ai`.")] = "",
    after: When = None,
    before: When = None,
    has_image: bool = False,
    has_file: bool = False,
    has_audio: bool = False,
    starred: bool = False,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> PageJson[HitJson]:
    """Search messages by beginnings of words, stretches of Chinese, Japanese or Korean text, symbols, emoji.

    Punctuation alone cannot match: `search_unsearchable`.
    """
    has = {"image": has_image, "file": has_file, "audio": has_audio}
    kinds = frozenset(kind for kind, wanted in has.items() if wanted)
    wanted = SearchFilter(q, room or None, author, after and utc(after), before and utc(before), kinds, starred)
    found = await search_messages(ctx, wanted, after=place_of(cursor), limit=limit)
    return await _shown(ctx, found)


@router.get("/rooms/{room_id}/messages/search")
async def search_room(
    room_id: str, ctx: Reading, q: Words = "", cursor: Cursor = "", limit: Limit = 20
) -> PageJson[HitJson]:
    """Search the messages of one room."""
    found = await search_messages(ctx, SearchFilter(q, room_id), after=place_of(cursor), limit=limit)
    return await _shown(ctx, found)


async def _shown(ctx: Context, found: HitPage) -> PageJson[HitJson]:
    hits = [hit.as_json() for hit in found.hits]
    await add_visibility(ctx, [(hit.message, each["message"]) for hit, each in zip(found.hits, hits, strict=True)])
    return paged(hits, found.next)
