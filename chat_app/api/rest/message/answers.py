"""Answers: their branches, and how people rate them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from chat_app.api.auth import Parts, Posting, Reading, Sender
from chat_app.api.cursors import Cursor, cursor_of, place_of, whole
from chat_app.api.pieces import PiecesResponse
from chat_app.api.shapes import RequestBody
from chat_app.core.ai.asking import branches
from chat_app.core.ai.ports.speech import SOUND_TYPE
from chat_app.core.ai.translating import TranslationJson
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages.marks import ratings as own
from chat_app.core.messages.views.visibility import message_json
from chat_app.core.messages.wire.messages import BranchJson, MessageJson
from chat_app.core.safety import ratings
from chat_app.core.safety.ratings import ModelRatingsJson, RatingJson

router = APIRouter(tags=["ai"])

_SOUND: Final[dict[str, Any]] = {"content": {SOUND_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class NewRating(RequestBody):
    """A rating, *up* or *down*; without a `reason`, the reason of the same earlier rating stays."""

    value: str
    reason: str | None = None


class Translated(RequestBody):
    """The language of a translation: *en* or *ja*."""

    language: str


class RatingsOut(PageJson[RatingJson]):
    """The ratings that have a reason, and the numbers of all ratings by model."""

    models: list[ModelRatingsJson]


@router.get("/messages/{message_id}/branches")
async def list_branches(message_id: str, ctx: Reading) -> PageJson[BranchJson]:
    """List all texts of an answer, the oldest first: the answer itself and its branches."""
    return whole([branch.as_json() for branch in await branches.list_branches(ctx, message_id)])


@router.post("/messages/{message_id}/branches/{n}/choose")
async def choose_branch(message_id: str, n: Number, ctx: Posting) -> MessageJson:
    """Make a branch the answer, for everybody. The former answer becomes a branch."""
    return await message_json(ctx, await branches.choose_branch(ctx, message_id, n))


@router.post("/messages/{message_id}/translate")
async def translate_message(message_id: str, body: Translated, actor: Sender, parts: Parts) -> TranslationJson:
    """Return a message's text in another language, translated by the room's model. Only the person gets it."""
    return await parts.translator.translate(actor, message_id, body.language)


@router.post("/messages/{message_id}/speech", response_class=Response, responses={200: _SOUND})
async def read_answer_aloud(message_id: str, actor: Sender, parts: Parts) -> PiecesResponse:
    """Return an answer as speech, by the site's model for this: MP3, streamed while it is generated.

    Only the person gets it.
    """
    return PiecesResponse(parts.reading_aloud.read_aloud(actor, message_id), SOUND_TYPE)


@router.put("/messages/{message_id}/rating", status_code=204)
async def rate_answer(message_id: str, body: NewRating, ctx: Posting) -> None:
    """Rate an answer. Other people do not see it; the site's admins see the model, the rating and the reason."""
    await own.rate_answer(ctx, message_id, body.value, body.reason)


@router.delete("/messages/{message_id}/rating", status_code=204)
async def unrate_answer(message_id: str, ctx: Posting) -> None:
    """Take back the person's rating of an answer."""
    await own.unrate_answer(ctx, message_id)


@router.get("/admin/ratings")
async def list_ratings(
    ctx: Reading,
    model: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=ratings.PAGE_MAX)] = 50,
) -> RatingsOut:
    """Count the ratings by model, or those of one `model`, and list their reasons, the newest first. For the site's
    admins only, without texts of answers, rooms or people.
    """
    page = await ratings.list_reasons(ctx, model=model, after=place_of(cursor), limit=limit)
    items = [each.as_json() for each in page.items]
    return {"items": items, "next": cursor_of(page.next), "models": await ratings.count_ratings(ctx, model=model)}
