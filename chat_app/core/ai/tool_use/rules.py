"""Decide which tools may be called and how often, and which part of a result a model gets. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.ports.gateway import LlmMessage, ToolCall
from chat_app.core.kernel.checks.strict_json import read_object
from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.tools.ports import ToolInfo

ROUNDS_MAX: Final = 8
"""The number of rounds of calls in one answer."""

CALLS_MAX: Final = 16
"""Calls in one answer."""

ARGUMENTS_MAX: Final = 20_000
"""Characters of the arguments of a call."""

RESULT_MAX: Final = 20_000
"""Characters of a result that are kept, shown, and given to the model."""

RESULT_LEAST: Final = 200
"""The minimum characters of a result that the model gets, even if its window is full."""

FOR_RESULTS: Final = 4
"""The part of a model's window for calls and results, a quarter.

The descriptions of tools take another quarter at most.
"""

_CUT: Final = "\n[… cut: the result is {length} characters long]"

CallError = Literal[
    "tool_unknown",
    "tool_arguments",
    "tool_failed",
    "tool_timeout",
    "tool_limit",
    "tool_not_approved",
    "tool_private",
    "tool_room_shut",
]

_TOLD: Final[dict[CallError, str]] = {
    "tool_unknown": "There is no tool of this name here.",
    "tool_arguments": "The arguments are not a JSON object, with each name once, of at most 20,000 characters. "
    "Nothing was called.",
    "tool_failed": "The tool failed.",
    "tool_timeout": "The tool did not answer in time.",
    "tool_limit": "Too many calls in one answer. This one was not made, and no further one will be: answer now, with "
    "what you know.",
    "tool_not_approved": "Nobody approved the call in time. It was not made.",
    "tool_room_shut": "Nobody can approve the call any more, because the conversation was archived or closed. It was "
    "not made.",
    "tool_private": "This call needs the approval of an admin, which is not to be had in a private conversation. It "
    "was not made.",
}

REFUSED: Final = "A person refused the call. It was not made, and do not make it again."


UNPAID: Final = "There are too few credits for this call. It was not made, and do not make it again."

NOTHING: Final = "(The tool has returned nothing.)"


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A checked call: the tool and its arguments, or the reason for which it cannot be made."""

    call: ToolCall
    tool: ToolInfo | None = None
    arguments: dict[str, Any] | None = None
    error: CallError | None = None


def check_call(call: ToolCall, tools: Sequence[ToolInfo]) -> CheckedCall:
    """Return a call of a model with its tool and arguments, or with why it cannot be made."""
    tool = next((each for each in tools if each.name == call.name), None)
    if tool is None:
        return CheckedCall(call, error="tool_unknown")
    try:
        arguments = read_object(call.arguments) if len(call.arguments) <= ARGUMENTS_MAX else None
    except ValueError:
        arguments = None
    return CheckedCall(call, tool, arguments, None if arguments is not None else "tool_arguments")


def told_not_kept(files: Mapping[str, str]) -> str:
    """Return the note to the model about files that could not be kept, by the codes of the reasons; "" for none."""
    return "\n".join(f"[{cut(name, 200)} could not be kept, so nobody sees it: {code}]" for name, code in files.items())


def error_result(error: CallError) -> str:
    """Return the text for the model about a call that was not made, or failed without a message."""
    return _TOLD[error]


def within(text: str, maximum: int = RESULT_MAX) -> str:
    """Return a result of at most about so many characters, with a note if it was cut."""
    return text if len(text) <= maximum else cut(text, maximum) + _CUT.format(length=f"{len(text):,}")


def within_tokens(text: str, tokens: int) -> str:
    """Return a result cut to about so many tokens, but not to less than can be understood."""
    while len(text) > RESULT_LEAST and (needed := estimate_tokens(text)) > tokens:
        shorter = max(RESULT_LEAST, min(len(text) - 1, len(text) * max(tokens, 1) // needed))
        cut_text = cut(text, shorter)
        if shorter == RESULT_LEAST:
            return within(text, RESULT_LEAST)
        text = cut_text
    return text


def tokens_of_turns(turns: Sequence[LlmMessage]) -> int:
    """Return the tokens of calls and results."""
    said = (turn.content + "".join(call.name + call.arguments for call in turn.calls) for turn in turns)
    return sum(estimate_tokens(text) + TOKENS_PER_MESSAGE for text in said)


def tokens_of_tools(tools: Sequence[ToolInfo]) -> int:
    """Return the tokens that the descriptions of tools take."""
    shapes = (tool.name + tool.description + json.dumps(dict(tool.parameters)) for tool in tools)
    return sum(estimate_tokens(shape) + TOKENS_PER_MESSAGE for shape in shapes)


def fitting(tools: Sequence[ToolInfo], tokens: int) -> tuple[ToolInfo, ...]:
    """Return the first tools whose descriptions take no more than so many tokens together."""
    count = len(tools)
    while count and tokens_of_tools(tools[:count]) > tokens:
        count -= 1
    return tuple(tools[:count])
