"""Ask the model of an answer and read its text; if it cannot answer, ask the room's fallback model."""

from contextlib import aclosing
from dataclasses import replace
from typing import Any

import structlog

from chat_app.core.ai.answers.falling_back import fall_back
from chat_app.core.ai.answers.prompts import Prompts
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.ports.drawing import DrawingRequest
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmGateway, ModelInfo, Piece, ToolCall
from chat_app.core.ai.rules import FALLS_BACK
from chat_app.core.ai.runs.live_answer import LiveAnswer
from chat_app.core.ai.tool_use.rounds import Rounds
from chat_app.core.ai.tool_use.rules import FOR_RESULTS, tokens_of_tools, tokens_of_turns
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.persistence import persist
from chat_app.core.messages.tables import Status

log = structlog.get_logger()


async def read_answer(
    prompts: Prompts, work: UnitOfWork, gateway: LlmGateway, answer: LiveAnswer, rounds: Rounds | None = None
) -> None:
    """Read an answer to its end, with the tool calls on the way. Raises :class:`LlmError`."""
    try:
        await _read(prompts, gateway, answer, rounds)
    except LlmError as error:
        claim = answer.claim
        begun = bool(answer.text or answer.turns)
        if claim.fallback is None or begun or error.code not in FALLS_BACK:
            raise
        log.warning("answer_falls_back", run=str(claim.run_id), model=claim.model, to=claim.fallback, code=error.code)
        answer.add(Piece(anew=True))
        answer.claim, answer.sent = replace(claim, model=claim.fallback, fallback=None), False
        await persist(work, fall_back, claim.run_id, claim.fallback, error.code)
        await _read(prompts, gateway, answer, rounds)


async def read_picture(painter: Painter | None, answer: LiveAnswer) -> None:
    """Have the requested picture drawn, and store it. Raises :class:`LlmError`."""
    claim = answer.claim
    if painter is None or claim.asker is None or claim.drawing is None:
        raise LlmError("llm_model_not_found", model=claim.model)
    request = DrawingRequest(claim.model, answer.text, claim.drawing.get("size"))
    answer.drawn = await painter.draw(request, claim.room_id, claim.asker)
    answer.usage = answer.drawn.usage
    if answer.drawn.error:
        raise LlmError(answer.drawn.error, model=claim.model)


async def find_model(gateway: LlmGateway, model_id: str) -> ModelInfo:
    """Return a model that is offered. Raises :class:`LlmError`."""
    for model in await gateway.models():
        if model.id == model_id:
            return model
    raise LlmError("llm_model_not_found" if await gateway.health() else "llm_unavailable", model=model_id)


async def _read(prompts: Prompts, gateway: LlmGateway, answer: LiveAnswer, rounds: Rounds | None) -> None:
    model = answer.model = await find_model(gateway, answer.claim.model)
    tools = await rounds.offered(answer, model) if rounds else ()
    answer.prompt, messages = await prompts.build(answer.claim, model, tools)
    request = CompletionRequest(model.id, messages, tools=tools, **_parameters(answer, model))
    read = answer.prompt.tokens + tokens_of_tools(tools)
    while True:
        asked = replace(request, messages=(*request.messages, *answer.turns))
        answer.asked = read + tokens_of_turns(answer.turns)
        calls = await _read_round(gateway, answer, asked)
        if not calls or rounds is None:
            break
        await rounds.take(answer, calls, tools, model.prompt_budget // FOR_RESULTS)
        request = await rounds.paid(answer, model, request)
    answer.close()


async def _read_round(gateway: LlmGateway, answer: LiveAnswer, request: CompletionRequest) -> tuple[ToolCall, ...]:
    """Read the model's answer to one request, and return the calls with which it ends."""
    calls: tuple[ToolCall, ...] = ()
    answer.sent = True
    async with aclosing(gateway.stream(request)) as pieces:
        async for piece in pieces:
            if piece.note:
                answer.ending = (Status.COMPLETE, piece.note)
            answer.add(piece)
            if answer.is_full:
                answer.ending = (Status.COMPLETE, "llm_length")
                break
            calls = piece.calls
    return calls


def _parameters(answer: LiveAnswer, model: ModelInfo) -> dict[str, Any]:
    """Return the room's parameters of the request, without those that the model does not support."""
    chosen = answer.claim.parameters
    longest = chosen.get("max_tokens")
    return {
        "max_output": min(longest, model.max_output) if longest else None,
        "temperature": chosen.get("temperature"),
        "reasoning_effort": chosen.get("reasoning_effort") if "reasoning" in model.abilities else None,
    }
