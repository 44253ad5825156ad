"""Pictures that models draw."""

from uuid import UUID

from fastapi import APIRouter

from chat_app.api.auth import Parts, Sender
from chat_app.api.rest.message.messages import Visibility
from chat_app.api.shapes import RequestBody
from chat_app.core.messages.wire.messages import MessageJson

router = APIRouter(tags=["ai"])


class NewPicture(RequestBody):
    """A picture to draw.

    Without a `model`, the first offered one that draws is used; `size` is written as `1024x1024`. A `private` picture
    goes to the person's aside of the room, which only that person sees.
    """

    prompt: str
    model: str | None = None
    size: str = ""
    nonce: UUID | None = None
    visibility: Visibility = "public"


@router.post("/rooms/{room_id}/images", status_code=201)
async def draw_picture(room_id: str, body: NewPicture, parts: Parts, actor: Sender) -> MessageJson:
    """Request a picture. The answer is the requesting message, as `/image` would send it; the next message is the
    picture, whose text is the prompt, and whose file is added once it is drawn.
    """
    message = await parts.posting.ask_for_picture(
        actor,
        room_id,
        body.prompt,
        model=body.model,
        size=body.size,
        private=body.visibility == "private",
        nonce=body.nonce,
    )
    shape = message.as_json()
    if body.visibility == "private":
        shape["visibility"] = "private"
    return shape
