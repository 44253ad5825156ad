"""Have the model name a room after its first answer, unless a person has named it."""

import asyncio
from contextlib import aclosing
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.context.lines.files import describe
from chat_app.core.ai.context.prompt import estimate_prompt
from chat_app.core.ai.costs.holding import CANNOT_PAY, HeldReservation, charge, holding
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmGateway, LlmMessage, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.rules import clean_title
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.texts import TITLE
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.persistence import persist
from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.rooms.access import advance, lock_room, room_changed
from chat_app.core.rooms.tables import Room

EXCERPT_CHARS: Final = 1_500
TITLE_TOKENS: Final = 60
TITLE_SECONDS: Final = 60.0
"""The time for waiting for a place at the connection, and for the title."""

log = structlog.get_logger()


async def name_room(work: UnitOfWork, gateway: LlmGateway, places: AnswerSlots, claim: ClaimedRun, answer: str) -> None:
    """Rename the room as the model proposes, unless a person has named it. After a failure the name stays."""
    async with work.begin() as ctx:
        if not (await ctx.db.get_one(Room, claim.room_id)).auto_named:
            return
    offered = await gateway.models()
    default = default_model(offered).id
    model = next((each for each in offered if each.id == claim.model), None)
    request = _request(claim, answer)
    most = cost_of(model, Usage(estimate_prompt(request.messages), TITLE_TOKENS)) if model else None
    try:
        async with holding(work, claim.room_id, claim.asker, most) as held:
            async with asyncio.timeout(TITLE_SECONDS), places.taken(claim.model, default):
                proposed, usage = await _propose(gateway, request, claim.room_id)
            await persist(work, _rename, held, clean_title(proposed), model, usage)
    except TimeoutError:
        log.info("title_failed", room=str(claim.room_id), code="llm_timeout")
    except CANNOT_PAY as error:
        log.info("title_failed", room=str(claim.room_id), code=error.code)


async def _rename(
    ctx: Context, held: HeldReservation, title: str, model: ModelInfo | None, usage: Usage | None
) -> None:
    assert held.room_id
    room = await lock_room(ctx, held.room_id)
    if model and usage:
        await charge(ctx, "title", held, model.id, usage, cost_of(model, usage))
    if title and room.auto_named:
        room.name, room.auto_named = title, False
        advance(room)
        ctx.emit(room_changed(room))


def _request(claim: ClaimedRun, answer: str) -> CompletionRequest:
    asked = claim.history[-1] if claim.history else None
    question = "\n".join([*map(describe, asked.files), asked.text]) if asked else ""
    said = f"{cut(question, EXCERPT_CHARS)}\n\n---\n\n{cut(answer, EXCERPT_CHARS)}"
    return CompletionRequest(claim.model, (LlmMessage("system", TITLE), LlmMessage("user", said)), TITLE_TOKENS)


async def _propose(gateway: LlmGateway, request: CompletionRequest, room_id: UUID) -> tuple[str, Usage | None]:
    title, usage = "", None
    try:
        async with aclosing(gateway.stream(request)) as pieces:
            async for piece in pieces:
                title = piece.text if piece.anew else title + piece.text
                usage = piece.usage or usage
    except LlmError as error:
        log.info("title_failed", room=str(room_id), code=error.code)
    return title, usage
