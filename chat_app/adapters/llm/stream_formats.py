"""How vendors stream an answer: one reader a format, from a decoded event to what it adds."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

FILTERED = frozenset({"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION"})


class Event(NamedTuple):
    """What one event of a stream adds. `thinking`: the model works without writing; `finish`: why it stopped."""

    text: str = ""
    thinking: bool = False
    finish: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


class VendorError(Exception):
    """The vendor reported an error inside the stream; the argument is its body."""


Reader = Callable[[dict[str, Any]], Event]


def read_openai(data: dict[str, Any]) -> Event:
    """OpenAI's chat completions, and every server that imitates them."""
    usage = data.get("usage") or {}
    choice = (data.get("choices") or [{}])[0]
    delta = choice.get("delta") or {}
    return Event(
        delta.get("content") or "",
        bool(delta.get("reasoning_content") or delta.get("reasoning")),
        choice.get("finish_reason"),
        usage.get("prompt_tokens") or 0,
        usage.get("completion_tokens") or 0,
    )


def read_anthropic(data: dict[str, Any]) -> Event:
    """Anthropic's messages."""
    kind, delta = data.get("type"), data.get("delta") or {}
    if kind == "content_block_delta":
        return Event(delta.get("text") or "", thinking="text" not in delta)
    if kind == "message_start":
        usage = data["message"].get("usage") or {}
        cached = (usage.get("cache_read_input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0)
        return Event(prompt_tokens=(usage.get("input_tokens") or 0) + cached)
    if kind == "message_delta":
        written = (data.get("usage") or {}).get("output_tokens") or 0
        return Event(finish=delta.get("stop_reason"), completion_tokens=written)
    return Event()


def read_gemini(data: dict[str, Any]) -> Event:
    """Gemini's streamGenerateContent."""
    blocked = (data.get("promptFeedback") or {}).get("blockReason")
    candidate = (data.get("candidates") or [{}])[0]
    parts = (candidate.get("content") or {}).get("parts") or []
    usage = data.get("usageMetadata") or {}
    return Event(
        "".join(part.get("text") or "" for part in parts if not part.get("thought")),
        any(part.get("thought") for part in parts),
        "content_filter" if blocked else candidate.get("finishReason"),
        usage.get("promptTokenCount") or 0,
        (usage.get("candidatesTokenCount") or 0) + (usage.get("thoughtsTokenCount") or 0),
    )


def read_ollama(data: dict[str, Any]) -> Event:
    """Ollama's chat."""
    message = data.get("message") or {}
    return Event(
        message.get("content") or "",
        bool(message.get("thinking")),
        (data.get("done_reason") or "stop") if data.get("done") else None,
        data.get("prompt_eval_count") or 0,
        data.get("eval_count") or 0,
    )


class EventLines:
    """Bytes of a server-sent-events or line-by-line JSON stream → events, whatever way the bytes were cut."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that `data` completes. Raises `VendorError`, or `ValueError` on what is not JSON."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            body = line[5:].strip() if line.startswith(b"data:") else line.strip()
            if body.startswith(b"{"):
                decoded = json.loads(body)
                if decoded.get("error"):
                    raise VendorError(body.decode(errors="replace"))
                yield self._read(decoded)
            elif body == b"[DONE]":
                yield Event(finish="stop")
