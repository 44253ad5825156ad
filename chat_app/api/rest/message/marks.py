"""Reactions, pins, stars, and receipts of messages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from chat_app.api.auth import Posting, Reading
from chat_app.api.cursors import Cursor, paged, place_of, whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.pages import Place
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages import queries
from chat_app.core.messages.marks import commands as marks
from chat_app.core.messages.queries import PAGE_MAX
from chat_app.core.messages.reading import receipts
from chat_app.core.messages.views.visibility import add_visibility, message_json
from chat_app.core.messages.wire.messages import MessageJson, ReceiptCountsJson, StarJson

router = APIRouter(tags=["messages"])


class ReceiptsOut(ReceiptCountsJson):
    """The receipts of a message: in a room of at most 12 people `readers` and `receivers` have the ids too."""

    readers: list[str]
    receivers: list[str]


class NewReaction(RequestBody):
    """The emoji of a reaction."""

    emoji: str


@router.post("/messages/{message_id}/reactions")
async def add_reaction(message_id: str, body: NewReaction, ctx: Posting) -> MessageJson:
    """React to a message with an emoji. Idempotent."""
    return await message_json(ctx, await marks.react(ctx, message_id, body.emoji))


@router.delete("/messages/{message_id}/reactions/{emoji}")
async def remove_reaction(message_id: str, emoji: str, ctx: Posting) -> MessageJson:
    """Remove a reaction."""
    return await message_json(ctx, await marks.react(ctx, message_id, emoji, on=False))


@router.post("/messages/{message_id}/pin")
async def pin_message(message_id: str, ctx: Posting) -> MessageJson:
    """Pin a message for the whole room."""
    return await message_json(ctx, await marks.pin_message(ctx, message_id))


@router.delete("/messages/{message_id}/pin")
async def unpin_message(message_id: str, ctx: Posting) -> MessageJson:
    """Unpin a message."""
    return await message_json(ctx, await marks.pin_message(ctx, message_id, on=False))


@router.get("/rooms/{room_id}/pins")
async def list_pins(room_id: str, ctx: Reading) -> PageJson[MessageJson]:
    """List the room's pinned messages, the newest pin first."""
    pins = [(view, view.as_json()) for view in await queries.pinned_messages(ctx, room_id)]
    await add_visibility(ctx, pins)
    return whole([shape for _, shape in pins])


@router.post("/messages/{message_id}/star", status_code=204)
async def star_message(message_id: str, ctx: Posting) -> None:
    """Star a message. Other people do not see it."""
    await marks.star_message(ctx, message_id)


@router.delete("/messages/{message_id}/star", status_code=204)
async def unstar_message(message_id: str, ctx: Posting) -> None:
    """Unstar a message."""
    await marks.star_message(ctx, message_id, on=False)


@router.get("/me/stars")
async def list_stars(
    ctx: Reading,
    cursor: Cursor = "",
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> PageJson[StarJson]:
    """List the starred messages, the newest star first; or those starred `before` a time."""
    place = place_of(cursor)
    stars, more = await queries.starred_messages(ctx, before=place.at if place else before, limit=limit)
    shown = [star.as_json() for star in stars]
    await add_visibility(ctx, [(star.message, each["message"]) for star, each in zip(stars, shown, strict=True)])
    return paged(shown, Place(stars[-1].at, stars[-1].message.id) if more else None)


@router.post("/messages/{message_id}/read", status_code=204)
async def read_message(message_id: str, ctx: Posting) -> None:
    """Mark messages as read up to this one; never goes back."""
    await receipts.mark_read_to(ctx, message_id)


@router.post("/messages/{message_id}/unread", status_code=204)
async def unread_message(message_id: str, ctx: Posting) -> None:
    """Mark this message and those after it as unread."""
    await receipts.mark_unread(ctx, message_id)


@router.get("/messages/{message_id}/receipts")
async def get_receipts(message_id: str, ctx: Reading) -> ReceiptsOut:
    """Return who has read and who has received a message."""
    _, found = await receipts.message_receipts(ctx, message_id)
    readers, receivers = [str(each) for each in found.readers], [str(each) for each in found.receivers]
    return {**found.counts(), "readers": readers, "receivers": receivers}
