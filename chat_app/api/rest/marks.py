"""Reactions, pins, stars, and who has read a message."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, MessageOut, Moment
from chat_app.core.messages import marks, queries, receipts
from chat_app.core.messages.queries import PAGE_MAX

router = APIRouter(tags=["messages"])


class NewReaction(Asked):
    """An emoji to be given."""

    emoji: str


class PinsOut(BaseModel):
    """A room's pinned messages, the newest pin first."""

    messages: list[MessageOut]


class StarOut(BaseModel):
    """A message that the person has marked, when, and where it stands."""

    message: MessageOut
    room: str
    room_name: str
    at: Moment


class StarsOut(BaseModel):
    """The newest marks first; `more` tells of older ones."""

    stars: list[StarOut]
    more: bool


class ReceiptsOut(BaseModel):
    """How many people `of` those in the room, without the author, have read a message, and to how many others it came.

    Only those count who let others know. In a room of at most 12 people `readers` and `receivers` have their ids.
    """

    read: int
    got: int
    of: int
    readers: list[str]
    receivers: list[str]


@router.post("/messages/{message_id}/reactions", response_model=MessageOut, response_model_exclude_unset=True)
async def add_reaction(message_id: str, body: NewReaction, ctx: SignedIn) -> Any:
    """React to a message with an emoji; twice is as good as once."""
    return (await marks.react(ctx, message_id, body.emoji)).as_json()


@router.delete("/messages/{message_id}/reactions/{emoji}", response_model=MessageOut, response_model_exclude_unset=True)
async def remove_reaction(message_id: str, emoji: str, ctx: SignedIn) -> Any:
    """Take a reaction back."""
    return (await marks.react(ctx, message_id, emoji, on=False)).as_json()


@router.post("/messages/{message_id}/pin", response_model=MessageOut, response_model_exclude_unset=True)
async def pin_message(message_id: str, ctx: SignedIn) -> Any:
    """Keep a message at hand for the whole room."""
    return (await marks.pin_message(ctx, message_id)).as_json()


@router.delete("/messages/{message_id}/pin", response_model=MessageOut, response_model_exclude_unset=True)
async def unpin_message(message_id: str, ctx: SignedIn) -> Any:
    """Pin a message no more."""
    return (await marks.pin_message(ctx, message_id, on=False)).as_json()


@router.get("/rooms/{room_id}/pins", response_model=PinsOut, response_model_exclude_unset=True)
async def list_pins(room_id: str, ctx: SignedIn) -> Any:
    """The room's pinned messages, the newest pin first."""
    return {"messages": [view.as_json() for view in await queries.pinned_messages(ctx, room_id)]}


@router.post("/messages/{message_id}/star", status_code=204)
async def star_message(message_id: str, ctx: SignedIn) -> None:
    """Mark a message for oneself; nobody else knows."""
    await marks.star_message(ctx, message_id)


@router.delete("/messages/{message_id}/star", status_code=204)
async def unstar_message(message_id: str, ctx: SignedIn) -> None:
    """Take the mark off."""
    await marks.star_message(ctx, message_id, on=False)


@router.get("/me/stars", response_model=StarsOut, response_model_exclude_unset=True)
async def list_stars(
    ctx: SignedIn, before: datetime | None = None, limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50
) -> Any:
    """What the person has marked; for the next page, give `before` the last one's `at`."""
    stars, more = await queries.starred_messages(ctx, before=before, limit=limit)
    return {"stars": [star_json(star) for star in stars], "more": more}


@router.post("/messages/{message_id}/read", status_code=204)
async def read_message(message_id: str, ctx: SignedIn) -> None:
    """Remember that the person has read up to this message; never goes back."""
    await receipts.mark_read_to(ctx, message_id)


@router.get("/messages/{message_id}/receipts", response_model=ReceiptsOut)
async def get_receipts(message_id: str, ctx: SignedIn) -> Any:
    """Who has read a message, and to whom it came."""
    _, found = await receipts.message_receipts(ctx, message_id)
    ids = {"readers": [str(each) for each in found.readers], "receivers": [str(each) for each in found.receivers]}
    return {"read": found.read, "got": found.got, "of": found.of, **ids}


def star_json(star: queries.Starred) -> dict[str, object]:
    """A mark, in the shape in which REST and the feed give it."""
    place = {"room": str(star.message.room_id), "room_name": star.room_name}
    return {"message": star.message.as_json(), **place, "at": star.at.isoformat()}
