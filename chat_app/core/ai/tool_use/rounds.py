"""The rounds of an answer: the model calls tools, gets the results, and continues."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from chat_app.core.access.features import Feature, is_off
from chat_app.core.ai.context.prompt import estimate_prompt
from chat_app.core.ai.costs.holding import reserve_round
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage, ModelInfo, ToolCall
from chat_app.core.ai.runs.live_answer import LiveAnswer
from chat_app.core.ai.tool_use.making import Maker
from chat_app.core.ai.tool_use.rules import (
    CALLS_MAX,
    FOR_RESULTS,
    ROUNDS_MAX,
    fitting,
    tokens_of_tools,
    tokens_of_turns,
    within_tokens,
)
from chat_app.core.kernel.persistence import persist
from chat_app.core.tools.ports import ToolInfo
from chat_app.core.tools.rooms import tools_of_room

LIMIT: Final = "llm_tool_limit"
"""The error of an answer whose model calls tools after it was told to stop."""

TOOLS_SECONDS: Final = 10.0
"""The longest time for which an answer waits to learn which tools there are."""

log = structlog.get_logger()


class Rounds:
    """The calls of the answers of a process."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker

    async def offered(self, answer: LiveAnswer, model: ModelInfo) -> tuple[ToolInfo, ...]:
        """Return the tools of an answer's model: those of the room that fit into its window.

        None if it cannot call tools.
        """
        if "tools" not in model.abilities or is_off(self._maker.work.policy, Feature.TOOLS):
            return ()
        try:
            async with asyncio.timeout(TOOLS_SECONDS):
                tools = await tools_of_room(answer.claim, self._maker.toolbox)
        except Exception:  # the answer is worth more than its tools
            log.exception("tools_not_listed", run=str(answer.claim.run_id))
            return ()
        return fitting(tools, model.prompt_budget // FOR_RESULTS)

    async def take(self, answer: LiveAnswer, calls: Sequence[ToolCall], tools: Sequence[ToolInfo], tokens: int) -> None:
        """Make the calls of a round, and add them and their results to the answer's turns.

        All turns together get about ``tokens``. Raises `LlmError` if the model calls tools after it was told to stop.
        """
        round_ = 1 + sum(1 for turn in answer.turns if turn.calls)
        if round_ > ROUNDS_MAX + 1 or answer.calls > CALLS_MAX:
            raise LlmError(LIMIT, model=answer.claim.model)
        said = answer.end_round()
        allowed = CALLS_MAX - answer.calls if round_ <= ROUNDS_MAX else 0
        results = await self._maker.make(answer, round_, calls, tools, allowed)
        answer.calls += len(calls)
        called = LlmMessage("assistant", said.strip(), calls=tuple(calls))
        left = tokens - tokens_of_turns([*answer.turns, called])
        share = max(0, left) // len(calls)
        told = (
            LlmMessage("tool", within_tokens(result, share), call.name, answers=call.id)
            for call, result in zip(calls, results, strict=True)
        )
        answer.turns = (*answer.turns, called, *told)
        answer.thinking.begin_round()

    async def paid(self, answer: LiveAnswer, model: ModelInfo, request: CompletionRequest) -> CompletionRequest:
        """Return the request of the next round, if it can be paid: it reads the prompt again, and all results.

        Raises `LlmError` if the balance or the budgets do not allow another round.
        """
        if self._maker.work.policy.billing == "off":
            return request
        read = estimate_prompt(request.messages) + tokens_of_turns(answer.turns) + tokens_of_tools(request.tools)
        longest = await persist(self._maker.work, reserve_round, answer.claim, model, answer.cost or 0, read)
        return request if longest is None else replace(request, max_output=longest)
