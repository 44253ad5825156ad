"""Messages: read, send, edit, delete."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, MessageOut, PageOut
from chat_app.core.ai.commands import post_message
from chat_app.core.messages import commands, queries
from chat_app.core.messages.queries import PAGE_MAX

router = APIRouter(tags=["messages"])

PlaceQuery = Annotated[int, Query(ge=0, le=2**53)]


class NewMessage(Asked):
    """A message to be sent. The `nonce`, made by the client, lets a resend post once."""

    text: str
    nonce: UUID | None = None
    reply_to: str | None = None


class NewText(Asked):
    """The text that a message shall have."""

    text: str


def page_json(page: queries.MessagePage) -> dict[str, object]:
    """A page of messages."""
    messages = [view.as_json() for view in page.messages]
    return {"messages": messages, "more": page.more, "rev": page.rev, "starred": [str(each) for each in page.starred]}


@router.get("/rooms/{room_id}/messages", response_model=PageOut, response_model_exclude_unset=True)
async def list_messages(
    room_id: str,
    ctx: SignedIn,
    before: PlaceQuery | None = None,
    after: PlaceQuery | None = None,
    around: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> Any:
    """The newest messages; or those just before or after a place, `before` the first `seq` of the page you have or
    `after` its last; or those `around` the message with this id. After a place, `more` tells of newer ones.
    """
    if around:
        page = await queries.history_around(ctx, room_id, around, limit=limit)
    elif after is not None:
        page = await queries.history_after(ctx, room_id, after, limit=limit)
    else:
        page = await queries.history(ctx, room_id, before=before, limit=limit)
    return page_json(page)


@router.get("/rooms/{room_id}/changes", response_model=PageOut, response_model_exclude_unset=True)
async def list_changes(room_id: str, since: PlaceQuery, ctx: SignedIn) -> Any:
    """What is new or changed after the room's moment `since`. With `more`, begin anew from the newest page."""
    return page_json(await queries.changes_since(ctx, room_id, since))


@router.post("/rooms/{room_id}/messages", status_code=201, response_model=MessageOut, response_model_exclude_unset=True)
async def send_message(room_id: str, body: NewMessage, ctx: SignedIn) -> Any:
    """Say something; the AI answers where the room's rule says so."""
    message = await post_message(ctx, room_id, body.text, nonce=body.nonce, reply_to=body.reply_to)
    return message.as_json()


@router.patch("/messages/{message_id}", response_model=MessageOut, response_model_exclude_unset=True)
async def edit_message(message_id: str, body: NewText, ctx: SignedIn) -> Any:
    """Change one's own message."""
    return (await commands.edit_message(ctx, message_id, body.text)).as_json()


@router.delete("/messages/{message_id}", response_model=MessageOut, response_model_exclude_unset=True)
async def delete_message(message_id: str, ctx: SignedIn) -> Any:
    """Take a message back. Its place in the room remains."""
    return (await commands.delete_message(ctx, message_id)).as_json()
