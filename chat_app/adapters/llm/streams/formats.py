"""Read vendors' stream formats by one function per format: from a decoded event to its content.

If a server sends one document in place of a stream, the same functions read it. A value of an unexpected type counts as
absent.
"""

from collections.abc import Callable
from typing import NamedTuple

from chat_app.adapters.llm.streams.calls import SIGNATURE, CallPart, as_arguments
from chat_app.adapters.llm.streams.loose_json import (
    Data,
    as_dict,
    as_dicts,
    as_name,
    as_place,
    as_reason,
    as_text,
    as_thought,
    as_tokens,
    first_choice,
    has_part,
)
from chat_app.adapters.llm.streams.reasoning import BREAK


class Event(NamedTuple):
    """The content of one event of a stream. `reasoning` is the model's reasoning before its answer; `thinking`: the
    model reasons, but may hide the text; `refused`: `text` is the reason of a refusal; `finish` is the reason of the
    end; `whole`: `text` is the whole answer; `last`: no event follows; `tools`: the model calls tools, and `calls` has
    parts of the calls.

    Reasoning tokens are included in the tokens of the completion, cached tokens in the tokens of the prompt.
    """

    text: str = ""
    thinking: bool = False
    finish: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    tools: bool = False
    refused: bool = False
    whole: bool = False
    last: bool = False
    reasoning: str = ""
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    calls: tuple[CallPart, ...] = ()


Reader = Callable[[Data], Event]


def read_openai(data: Data) -> Event:
    """Read OpenAI's chat completions, and every compatible server's."""
    choice = first_choice(data.get("choices"))
    said = as_dict(choice.get("delta"))
    whole = not said and "message" in choice
    if whole:
        said = as_dict(choice["message"])
    content, refusal, usage = said.get("content"), said.get("refusal"), as_dict(data.get("usage"))
    thought = said.get("reasoning_content") or said.get("reasoning")
    return Event(
        as_text(content) + as_text(refusal),
        bool(thought or has_part(content, "thinking", "reasoning")),
        as_reason(choice.get("finish_reason")),
        reasoning=as_thought(thought) or (as_thought(content) if isinstance(content, list) else ""),
        tools=bool(said.get("tool_calls") or said.get("function_call")),
        calls=_openai_calls(said, whole=whole),
        refused=bool(refusal) or has_part(content, "refusal"),
        whole=whole,
        **(_openai_tokens(usage) if usage else {}),
    )


def _openai_calls(said: Data, *, whole: bool) -> tuple[CallPart, ...]:
    old = [{"index": 0, "function": said["function_call"]}] if isinstance(said.get("function_call"), dict) else []
    parts = []
    for call in as_dicts(said.get("tool_calls")) or old:
        function = as_dict(call.get("function"))
        place = None if whole else as_place(call.get("index"))
        said_of_it = (as_name(call.get("id")), as_name(function.get("name")), as_arguments(function.get("arguments")))
        parts.append(CallPart(place, *said_of_it))
    return tuple(parts)


def _openai_tokens(usage: Data) -> Data:
    return {
        "prompt_tokens": as_tokens(usage.get("prompt_tokens")),
        "completion_tokens": as_tokens(usage.get("completion_tokens")),
        "reasoning_tokens": as_tokens(as_dict(usage.get("completion_tokens_details")).get("reasoning_tokens")),
        "cached_tokens": as_tokens(as_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
    }


def read_anthropic(data: Data) -> Event:
    """Read Anthropic's messages."""
    kind, delta = data.get("type"), as_dict(data.get("delta"))
    if kind == "content_block_delta":
        thinks = str(delta.get("type", "")).startswith(("think", "signature"))
        more = as_text(delta.get("partial_json"))
        part = CallPart(as_place(data.get("index")), arguments=more)
        calls: tuple[CallPart, ...] = (part,) if more else ()
        return Event(as_text(delta.get("text")), thinks, reasoning=as_thought([delta]), tools=bool(more), calls=calls)
    if kind == "content_block_start":
        block = [as_dict(data.get("content_block"))]
        thought = BREAK + as_thought(block) if has_part(block, "thinking") else ""
        tools = has_part(block, "tool", "server_tool")
        thinks, calls = has_part(block, "thinking", "redacted"), _anthropic_calls(block, as_place(data.get("index")))
        return Event(as_text(block), thinks, reasoning=thought, tools=tools, calls=calls)
    if kind == "message_start":
        usage = as_dict(as_dict(data.get("message")).get("usage"))
        return Event(prompt_tokens=_read_tokens(usage), cached_tokens=as_tokens(usage.get("cache_read_input_tokens")))
    if kind in ("message_delta", "message"):  # no set: a vendor may send a type that cannot be in one
        usage, blocks = as_dict(data.get("usage")), data.get("content")
        return Event(
            as_text(blocks),
            has_part(blocks, "thinking"),
            as_reason(delta.get("stop_reason") or data.get("stop_reason")),
            _read_tokens(usage),
            as_tokens(usage.get("output_tokens")),
            reasoning=as_thought(blocks),
            cached_tokens=as_tokens(usage.get("cache_read_input_tokens")),
            tools=has_part(blocks, "tool"),
            calls=_anthropic_calls(blocks),
            whole=kind == "message",
        )
    return Event(last=kind == "message_stop")


def _anthropic_calls(blocks: object, index: int | None = None) -> tuple[CallPart, ...]:
    used = (block for block in as_dicts(blocks) if block.get("type") == "tool_use")
    return tuple(
        CallPart(index, as_name(each.get("id")), as_name(each.get("name")), as_arguments(each.get("input")))
        for each in used
    )


def _read_tokens(usage: Data) -> int:
    cached = ("cache_read_input_tokens", "cache_creation_input_tokens")
    return as_tokens(usage.get("input_tokens"), *(usage.get(name) for name in cached))


def read_gemini(data: Data) -> Event:
    """Read Gemini's streamGenerateContent."""
    blocked = as_dict(data.get("promptFeedback")).get("blockReason")
    candidate = first_choice(data.get("candidates"))
    parts = as_dicts(as_dict(candidate.get("content")).get("parts"))
    usage = as_dict(data.get("usageMetadata"))
    return Event(
        "".join(as_text(part.get("text")) for part in parts if not part.get("thought")),
        any(part.get("thought") for part in parts),
        "prompt_blocked" if blocked else as_reason(candidate.get("finishReason")),
        as_tokens(usage.get("promptTokenCount")),
        as_tokens(usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount")),
        reasoning="".join(as_text(part.get("text")) for part in parts if part.get("thought")),
        reasoning_tokens=as_tokens(usage.get("thoughtsTokenCount")),
        cached_tokens=as_tokens(usage.get("cachedContentTokenCount")),
        tools=any("functionCall" in part for part in parts),
        calls=tuple(_gemini_call(part) for part in parts if "functionCall" in part),
    )


def _gemini_call(part: Data) -> CallPart:
    call, signature = as_dict(part["functionCall"]), as_name(part.get("thoughtSignature"))
    id_ = as_name(call.get("id")) + (SIGNATURE + signature if signature else "")
    return CallPart(None, id_, as_name(call.get("name")), as_arguments(call.get("args")))


def read_ollama(data: Data) -> Event:
    """Read Ollama's chat."""
    message, done = as_dict(data.get("message")), data.get("done") is True
    return Event(
        as_text(message.get("content")),
        bool(message.get("thinking")),
        (as_reason(data.get("done_reason")) or "stop") if done else None,
        as_tokens(data.get("prompt_eval_count")),
        as_tokens(data.get("eval_count")),
        reasoning=as_text(message.get("thinking")),
        tools=bool(message.get("tool_calls")),
        calls=tuple(map(_ollama_call, as_dicts(message.get("tool_calls")))),
        last=done,
    )


def _ollama_call(call: Data) -> CallPart:
    function = as_dict(call.get("function"))
    return CallPart(
        None, as_name(call.get("id")), as_name(function.get("name")), as_arguments(function.get("arguments"))
    )
