"""Messages: read, send, edit, delete."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field, StrictBool, ValidationError
from starlette.requests import ClientDisconnect

from chat_app.api.auth import Offered, Parts, Posting, Reading, Sender, sender_of
from chat_app.api.cursors import Cursor, seq_cursor, seqs_of
from chat_app.api.shapes import RequestBody
from chat_app.core.ai.asking.commands import edit_question
from chat_app.core.kernel.errors import Invalid
from chat_app.core.messages import commands, queries
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai
from chat_app.core.messages.queries import PAGE_MAX
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.messages.views.visibility import message_json
from chat_app.core.messages.wire.messages import ChangesJson, HistoryJson, MessageJson

router = APIRouter(tags=["messages"])

Visibility = Literal["public", "private"]
PlaceQuery = Annotated[int, Query(ge=0, le=2**53)]


class NewMessage(RequestBody):
    """A message to send. The `nonce`, made by the client, lets a resend post once. A `private` message goes to the
    person's aside of the room, which only that person sees.

    The `model`, or the `assistant` with this id, answers it, in addition to those that its text names by `@` and their
    handle. If none is named, the room's model answers if the room's rule says so. At most four models are asked; with
    the rule `never`, none.

    `attachments` are the ids of the person's files in the room that were completed and not sent yet, ten at most. With
    any, the text may be empty.
    """

    text: str
    nonce: UUID | None = None
    reply_to: str | None = None
    visibility: Visibility = "public"
    model: str | None = None
    assistant: str | None = None
    attachments: list[str] = Field(default_factory=list)


class MessageChange(RequestBody):
    """The new text of a message, or whether it is hidden from models, or pinned for them: one of these."""

    text: str | None = None
    exclude_from_ai: StrictBool | None = None
    pinned_for_ai: StrictBool | None = None


@router.get("/rooms/{room_id}/messages")
async def list_messages(
    room_id: str,
    ctx: Reading,
    before: PlaceQuery | None = None,
    after: PlaceQuery | None = None,
    around: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> HistoryJson:
    """List the newest messages; or those just `before` or `after` a `seq`, or `around` the message with this id.

    The next page has older ones; with `after`, newer ones.
    """
    places = seqs_of(cursor)
    before, after = places.get("before", before), places.get("after", after)
    if around:
        page = await queries.history_around(ctx, room_id, around, limit=limit)
    elif after is not None:
        page = await queries.history_after(ctx, room_id, after, limit=limit)
        return _history_json(page, seq_cursor("after", page.messages[-1].seq) if page.more else "")
    else:
        page = await queries.history(ctx, room_id, before=before, limit=limit)
    return _history_json(page, seq_cursor("before", page.messages[0].seq) if page.more else "")


def _history_json(page: queries.MessagePage, following: str) -> HistoryJson:
    starred = [str(each) for each in page.starred]
    items = _items(page)
    history: HistoryJson = {"items": items, "next": following, "rev": page.rev, "starred": starred}
    return {**history, "rated": page.rated} if page.rated else history


def _items(page: queries.MessagePage) -> list[MessageJson]:
    return [_item(message, is_private=page.is_private) for message in page.messages]


def _item(message: MessageView, *, is_private: bool) -> MessageJson:
    return {**message.as_json(), "visibility": "private" if is_private else "public"}


@router.get("/rooms/{room_id}/changes")
async def list_changes(room_id: str, since: PlaceQuery, ctx: Reading) -> ChangesJson:
    """List new and changed messages since the room's revision `since`. With `more`, restart from the newest page."""
    page = await queries.changes_since(ctx, room_id, since)
    starred = [str(each) for each in page.starred]
    items = _items(page)
    changes: ChangesJson = {"items": items, "more": page.more, "rev": page.rev, "starred": starred}
    return {**changes, "rated": page.rated} if page.rated else changes


class _SendRoute(APIRoute):
    """Handles a new message without FastAPI's dependencies, which took 18 % of a post's CPU time.

    A request whose body is not as documented is handled by FastAPI, which makes the errors.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what handles a request."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            body = await _documented(request)
            if body is None:
                return await usual(request)
            parts = request.app.state.runtime
            return await send_message(request.path_params["room_id"], body, parts, await sender_of(request, parts))

        return handle


async def _documented(request: Request) -> NewMessage | None:
    """Return the body of a request if its type is JSON and it is valid."""
    if request.headers.get("content-type") == "application/json":
        with suppress(ValidationError, ClientDisconnect):
            return NewMessage.model_validate_json(await request.body())
    return None


async def send_message(room_id: str, body: NewMessage, parts: Parts, actor: Sender) -> Response:
    """Send a message; the AI answers if the room's rule says so."""
    is_private = body.visibility == "private"
    post = parts.posting.post_privately if is_private else parts.posting.post
    asked: dict[str, Any] = {"model": body.model, "assistant": body.assistant, "attachments": body.attachments}
    message = await post(actor, room_id, body.text, nonce=body.nonce, reply_to=body.reply_to, **asked)
    # Unchanged: data that was made by its shape need not be validated by it again.
    return JSONResponse(_item(message, is_private=is_private), 201)


router.add_api_route(
    "/rooms/{room_id}/messages",
    send_message,
    methods=["POST"],
    status_code=201,
    response_model=MessageJson,
    route_class_override=_SendRoute,
)


@router.patch("/messages/{message_id}")
async def change_message(message_id: str, body: MessageChange, offered: Offered, ctx: Posting) -> MessageJson:
    """Edit the person's own message; or hide a message from models, or pin it for them, or undo that."""
    changes = (body.text, body.exclude_from_ai, body.pinned_for_ai)
    if sum(each is not None for each in changes) > 1:  # a second would be counted while the first has locked the room
        raise Invalid("invalid_request", field="text")
    if body.exclude_from_ai is not None:
        return await message_json(ctx, await exclude_from_ai(ctx, message_id, on=body.exclude_from_ai))
    if body.pinned_for_ai is not None:
        return await message_json(ctx, await pin_for_ai(ctx, message_id, on=body.pinned_for_ai))
    return await message_json(ctx, await edit_question(ctx, message_id, body.text or "", offered=offered))


@router.delete("/messages/{message_id}")
async def delete_message(message_id: str, ctx: Posting) -> MessageJson:
    """Delete a message. Its number in the room remains."""
    return await message_json(ctx, await commands.delete_message(ctx, message_id))
