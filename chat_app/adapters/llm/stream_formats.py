"""Read vendors' stream formats: one function a format, from a decoded event to its content.

The same functions read an answer that comes as one document although a stream was requested. Values of unexpected types
are treated as absent.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from chat_app.adapters.llm.calls import SIGNATURE, CallPart, as_arguments
from chat_app.adapters.llm.reasoning import BREAK

MAX_TOKENS = 2**31 - 1  # what the database holds


class Event(NamedTuple):
    """The content of one event of a stream.

    `reasoning`: what the model thinks before it answers; `thinking`: it thinks, though perhaps without telling what;
    `refused`: `text` is the reason of a refusal; `finish`: the reason of the end; `whole`: `text` is the whole answer;
    `last`: nothing comes after; `tools`: the model calls tools, and these are parts of its `calls`. The tokens of
    reasoning are among those of the completion, those that the vendor had cached among those of the prompt.
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


Data = dict[str, Any]
Reader = Callable[[Data], Event]


def read_openai(data: Data) -> Event:
    """Read OpenAI's chat completions, and every compatible server's."""
    choice = _zeroth(data.get("choices"))
    said = _dict(choice.get("delta"))
    whole = not said and "message" in choice
    if whole:
        said = _dict(choice["message"])
    content, refusal, usage = said.get("content"), said.get("refusal"), _dict(data.get("usage"))
    thought = said.get("reasoning_content") or said.get("reasoning")
    return Event(
        _text(content) + _text(refusal),
        bool(thought or _has(content, "thinking", "reasoning")),
        _reason(choice.get("finish_reason")),
        reasoning=_thought(thought) or (_thought(content) if isinstance(content, list) else ""),
        tools=bool(said.get("tool_calls") or said.get("function_call")),
        calls=_openai_calls(said, whole=whole),
        refused=bool(refusal) or _has(content, "refusal"),
        whole=whole,
        **(_openai_tokens(usage) if usage else {}),
    )


def _openai_calls(said: Data, *, whole: bool) -> tuple[CallPart, ...]:
    old = [{"index": 0, "function": said["function_call"]}] if isinstance(said.get("function_call"), dict) else []
    parts = []
    for call in _dicts(said.get("tool_calls")) or old:
        function = _dict(call.get("function"))
        place = None if whole else _place(call.get("index"))
        said_of_it = (_name(call.get("id")), _name(function.get("name")), as_arguments(function.get("arguments")))
        parts.append(CallPart(place, *said_of_it))
    return tuple(parts)


def _openai_tokens(usage: Data) -> Data:
    return {
        "prompt_tokens": _tokens(usage.get("prompt_tokens")),
        "completion_tokens": _tokens(usage.get("completion_tokens")),
        "reasoning_tokens": _tokens(_dict(usage.get("completion_tokens_details")).get("reasoning_tokens")),
        "cached_tokens": _tokens(_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
    }


def read_anthropic(data: Data) -> Event:
    """Read Anthropic's messages."""
    kind, delta = data.get("type"), _dict(data.get("delta"))
    if kind == "content_block_delta":
        thinks = str(delta.get("type", "")).startswith(("think", "signature"))
        more = _text(delta.get("partial_json"))
        part = CallPart(_place(data.get("index")), arguments=more)
        calls: tuple[CallPart, ...] = (part,) if more else ()
        return Event(_text(delta.get("text")), thinks, reasoning=_thought([delta]), tools=bool(more), calls=calls)
    if kind == "content_block_start":
        block = [_dict(data.get("content_block"))]
        thought = BREAK + _thought(block) if _has(block, "thinking") else ""
        tools = _has(block, "tool", "server_tool")
        thinks, calls = _has(block, "thinking", "redacted"), _anthropic_calls(block, _place(data.get("index")))
        return Event(_text(block), thinks, reasoning=thought, tools=tools, calls=calls)
    if kind == "message_start":
        usage = _dict(_dict(data.get("message")).get("usage"))
        return Event(prompt_tokens=_read_tokens(usage), cached_tokens=_tokens(usage.get("cache_read_input_tokens")))
    if kind in ("message_delta", "message"):  # no set: a vendor may send a type that cannot be in one
        usage, blocks = _dict(data.get("usage")), data.get("content")
        return Event(
            _text(blocks),
            _has(blocks, "thinking"),
            _reason(delta.get("stop_reason") or data.get("stop_reason")),
            _read_tokens(usage),
            _tokens(usage.get("output_tokens")),
            reasoning=_thought(blocks),
            cached_tokens=_tokens(usage.get("cache_read_input_tokens")),
            tools=_has(blocks, "tool"),
            calls=_anthropic_calls(blocks),
            whole=kind == "message",
        )
    return Event(last=kind == "message_stop")


def _anthropic_calls(blocks: object, index: int | None = None) -> tuple[CallPart, ...]:
    used = (block for block in _dicts(blocks) if block.get("type") == "tool_use")
    return tuple(
        CallPart(index, _name(each.get("id")), _name(each.get("name")), as_arguments(each.get("input")))
        for each in used
    )


def read_gemini(data: Data) -> Event:
    """Read Gemini's streamGenerateContent."""
    blocked = _dict(data.get("promptFeedback")).get("blockReason")
    candidate = _zeroth(data.get("candidates"))
    parts = _dicts(_dict(candidate.get("content")).get("parts"))
    usage = _dict(data.get("usageMetadata"))
    return Event(
        "".join(_text(part.get("text")) for part in parts if not part.get("thought")),
        any(part.get("thought") for part in parts),
        "prompt_blocked" if blocked else _reason(candidate.get("finishReason")),
        _tokens(usage.get("promptTokenCount")),
        _tokens(usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount")),
        reasoning="".join(_text(part.get("text")) for part in parts if part.get("thought")),
        reasoning_tokens=_tokens(usage.get("thoughtsTokenCount")),
        cached_tokens=_tokens(usage.get("cachedContentTokenCount")),
        tools=any("functionCall" in part for part in parts),
        calls=tuple(_gemini_call(part) for part in parts if "functionCall" in part),
    )


def _gemini_call(part: Data) -> CallPart:
    call, signature = _dict(part["functionCall"]), _name(part.get("thoughtSignature"))
    id_ = _name(call.get("id")) + (SIGNATURE + signature if signature else "")
    return CallPart(None, id_, _name(call.get("name")), as_arguments(call.get("args")))


def read_ollama(data: Data) -> Event:
    """Read Ollama's chat."""
    message, done = _dict(data.get("message")), data.get("done") is True
    return Event(
        _text(message.get("content")),
        bool(message.get("thinking")),
        (_reason(data.get("done_reason")) or "stop") if done else None,
        _tokens(data.get("prompt_eval_count")),
        _tokens(data.get("eval_count")),
        reasoning=_text(message.get("thinking")),
        tools=bool(message.get("tool_calls")),
        calls=tuple(map(_ollama_call, _dicts(message.get("tool_calls")))),
        last=done,
    )


def _ollama_call(call: Data) -> CallPart:
    function = _dict(call.get("function"))
    return CallPart(None, _name(call.get("id")), _name(function.get("name")), as_arguments(function.get("arguments")))


def _place(index: object) -> int | None:
    """Return the place of a call; None where the vendor gives none that can be one."""
    return next(iter(_plausible([index])), None)


def _name(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: object) -> Data:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Data]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _zeroth(choices: object) -> Data:
    """Return the first of parallel answers."""
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("index") in (0, None):
            return choice
    return {}


def _text(value: object) -> str:
    """Return content as text: plain text, or the text parts of a list."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(each if isinstance(each, str) else _part(each) for each in value)
    if isinstance(value, dict):
        return _part(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _part(part: object) -> str:
    part = _dict(part)
    kind = part.get("type", "text")
    text = part.get("refusal" if kind == "refusal" else "text") if kind in ("text", "output_text", "refusal") else ""
    return text if isinstance(text, str) else ""


def _thought(value: object) -> str:
    """Return reasoning as text: plain text, or the parts of a list that are reasoning."""
    if not isinstance(value, list):
        return _text(value)
    thoughts = (part.get("thinking") or part.get("reasoning") for part in _dicts(value))
    return "".join(_text(thought) for thought in thoughts)


def _has(parts: object, *kinds: str) -> bool:
    """Return whether there is a part whose type begins with one of `kinds`."""
    return not isinstance(parts, str) and any(str(part.get("type", "")).startswith(kinds) for part in _dicts(parts))


def _reason(value: object) -> str | None:
    """Return the finish reason. Some servers send an empty one in every event."""
    if isinstance(value, str):
        return value.lower() if value.lower() not in ("", "null", "none") else None
    return "stop" if value else None


def _read_tokens(usage: Data) -> int:
    cached = ("cache_read_input_tokens", "cache_creation_input_tokens")
    return _tokens(usage.get("input_tokens"), *(usage.get(name) for name in cached))


def _tokens(*counts: object) -> int:
    """Return the sum of the vendor's counts; 0, which means unknown, where one is no valid number."""
    total = sum(_plausible(counts))
    return total if total <= MAX_TOKENS else 0


def _plausible(counts: Iterable[object]) -> Iterable[int]:
    for count in counts:
        if isinstance(count, int | float) and not isinstance(count, bool) and 0 <= count <= MAX_TOKENS:
            yield int(count)
