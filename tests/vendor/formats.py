"""How each vendor writes an answer on the wire. One class a vendor; `Wire` says what is asked of each."""

import json
from typing import Any, Protocol

JSON = "application/json"
SSE = "text/event-stream"
NDJSON = "application/x-ndjson"


class Wire(Protocol):
    """A vendor's streaming format. Every method gives the bytes to send."""

    content_type: str

    def start(self, prompt_tokens: int) -> bytes: ...
    def token(self, text: str) -> bytes: ...
    def thought(self, text: str) -> bytes: ...
    def calls(self, calls: list[tuple[str, str]]) -> bytes: ...
    def finish(self, reason: str, prompt_tokens: int, tokens: int, usage: bool) -> bytes: ...
    def error_event(self) -> bytes: ...
    def error_body(self, status: int, kind: str) -> bytes: ...


def dumps(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(arguments: str) -> Any:
    """Arguments as vendors have them that parse what their model has written."""
    return json.loads(arguments or "{}")


def event(value: Any, name: str = "") -> bytes:
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + dumps(value) + b"\n\n"


class OpenAi:
    """`/v1/chat/completions`."""

    content_type = SSE

    def __init__(self, body: dict[str, Any]) -> None:
        self.wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        self.base = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body.get("model", ""),
        }

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> bytes:
        return event({**self.base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    def start(self, prompt_tokens: int) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def token(self, text: str) -> bytes:
        return self._chunk({"content": text})

    def thought(self, text: str) -> bytes:
        return self._chunk({"reasoning_content": text})

    def calls(self, calls: list[tuple[str, str]]) -> bytes:
        """All of them begin, and then their arguments come by turns, a few characters at a time."""
        begun = [
            {"index": i, "id": f"call_{i}", "type": "function", "function": {"name": name, "arguments": ""}}
            for i, (name, _) in enumerate(calls)
        ]
        out = self._chunk({"tool_calls": begun})
        for at in range(0, max(len(arguments) for _, arguments in calls), 5):
            for i, (_, arguments) in enumerate(calls):
                if more := arguments[at : at + 5]:
                    out += self._chunk({"tool_calls": [{"index": i, "function": {"arguments": more}}]})
        return out

    def finish(self, reason: str, prompt_tokens: int, tokens: int, usage: bool) -> bytes:
        out = self._chunk({}, {"filter": "content_filter", "calls": "tool_calls"}.get(reason, reason))
        if usage and self.wants_usage:
            counts = {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": tokens,
                "total_tokens": prompt_tokens + tokens,
            }
            out += event({**self.base, "choices": [], "usage": counts})
        return out + b"data: [DONE]\n\n"

    def error_event(self) -> bytes:
        return event({"error": {"message": "The server had an error", "type": "server_error", "code": None}})

    def error_body(self, status: int, kind: str) -> bytes:
        code = {"toolong": "context_length_exceeded", "filter": "content_policy_violation"}.get(kind)
        message = {
            "toolong": "This model's maximum context length is 128000 tokens.",
            "filter": "Your request was rejected as a result of our safety system.",
        }.get(kind, f"Incorrect API key or staged failure {status}")
        return dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})


class Anthropic:
    """`/v1/messages`."""

    content_type = SSE

    def __init__(self, body: dict[str, Any]) -> None:
        self.model = body.get("model", "")

    def start(self, prompt_tokens: int) -> bytes:
        usage = {"input_tokens": prompt_tokens, "output_tokens": 1}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": self.model, "content": []}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
        block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        return event({"type": "message_start", "message": message}, "message_start") + event(
            block, "content_block_start"
        )

    def token(self, text: str) -> bytes:
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        return event(delta, "content_block_delta")

    def thought(self, text: str) -> bytes:
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": text}}
        return event(delta, "content_block_delta")

    def calls(self, calls: list[tuple[str, str]]) -> bytes:
        out = b""
        for i, (name, arguments) in enumerate(calls, 1):
            block = {"type": "tool_use", "id": f"toolu_{i}", "name": name, "input": {}}
            out += event({"type": "content_block_start", "index": i, "content_block": block}, "content_block_start")
            for at in range(0, len(arguments), 5):
                delta = {"type": "input_json_delta", "partial_json": arguments[at : at + 5]}
                out += event({"type": "content_block_delta", "index": i, "delta": delta}, "content_block_delta")
            out += event({"type": "content_block_stop", "index": i}, "content_block_stop")
        return out

    def finish(self, reason: str, prompt_tokens: int, tokens: int, usage: bool) -> bytes:
        stop = {
            "stop_reason": {"stop": "end_turn", "filter": "refusal", "length": "max_tokens", "calls": "tool_use"}.get(
                reason, reason
            ),
            "stop_sequence": None,
        }
        delta = {"type": "message_delta", "delta": stop, "usage": {"output_tokens": tokens}}
        out = event({"type": "content_block_stop", "index": 0}, "content_block_stop") + event(delta, "message_delta")
        return out + event({"type": "message_stop"}, "message_stop")

    def error_event(self) -> bytes:
        return event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")

    def error_body(self, status: int, kind: str) -> bytes:
        names = {
            401: "authentication_error",
            404: "not_found_error",
            429: "rate_limit_error",
            400: "invalid_request_error",
        }
        text = "prompt is too long: 210000 tokens > 200000 maximum" if kind == "toolong" else f"staged failure {status}"
        return dumps({"type": "error", "error": {"type": names.get(status, "api_error"), "message": text}})


class Gemini:
    """`/v1beta/models/…:streamGenerateContent?alt=sse`."""

    content_type = SSE

    def __init__(self, body: dict[str, Any]) -> None:
        pass

    def start(self, prompt_tokens: int) -> bytes:
        return b""

    def token(self, text: str) -> bytes:
        return self._part(text)

    def thought(self, text: str) -> bytes:
        return self._part(text, thought=True)

    def _part(self, text: str, **more: bool) -> bytes:
        return event({"candidates": [{"content": {"role": "model", "parts": [{"text": text, **more}]}, "index": 0}]})

    def calls(self, calls: list[tuple[str, str]]) -> bytes:
        parts = [{"functionCall": {"name": name, "args": parsed(arguments)}} for name, arguments in calls]
        parts[0]["thoughtSignature"] = "c2lnbmVk"
        return event({"candidates": [{"content": {"role": "model", "parts": parts}, "index": 0}]})

    def finish(self, reason: str, prompt_tokens: int, tokens: int, usage: bool) -> bytes:
        why = {"stop": "STOP", "calls": "STOP", "filter": "SAFETY", "length": "MAX_TOKENS"}.get(reason, reason)
        out = {"candidates": [{"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": why, "index": 0}]}
        counts = {"promptTokenCount": prompt_tokens, "candidatesTokenCount": tokens}
        counts["totalTokenCount"] = prompt_tokens + tokens
        return event(out | ({"usageMetadata": counts} if usage else {}))

    def error_event(self) -> bytes:
        return event({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}})

    def error_body(self, status: int, kind: str) -> bytes:
        text = "The input token count exceeds the maximum number of tokens allowed." if kind == "toolong" else "staged"
        names = {401: "UNAUTHENTICATED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT"}
        return dumps({"error": {"code": status, "message": text, "status": names.get(status, "INTERNAL")}})


class Ollama:
    """`/api/chat`."""

    content_type = NDJSON

    def __init__(self, body: dict[str, Any]) -> None:
        self.base = {"model": body.get("model", ""), "created_at": "2026-01-01T00:00:00Z"}

    def _line(self, text: str, done: bool, **more: object) -> bytes:
        return dumps({**self.base, "message": {"role": "assistant", "content": text}, "done": done, **more}) + b"\n"

    def start(self, prompt_tokens: int) -> bytes:
        return b""

    def token(self, text: str) -> bytes:
        return self._line(text, done=False)

    def thought(self, text: str) -> bytes:
        message = {"role": "assistant", "content": "", "thinking": text}
        return dumps({**self.base, "message": message, "done": False}) + b"\n"

    def calls(self, calls: list[tuple[str, str]]) -> bytes:
        functions = [{"function": {"name": name, "arguments": parsed(arguments)}} for name, arguments in calls]
        message = {"role": "assistant", "content": "", "tool_calls": functions}
        return dumps({**self.base, "message": message, "done": False}) + b"\n"

    def finish(self, reason: str, prompt_tokens: int, tokens: int, usage: bool) -> bytes:
        reason = {"calls": "stop"}.get(reason, reason)
        counts = {"prompt_eval_count": prompt_tokens, "eval_count": tokens} if usage else {}
        return self._line("", done=True, done_reason=reason, **counts)

    def error_event(self) -> bytes:
        return dumps({"error": "an error was encountered while running the model"}) + b"\n"

    def error_body(self, status: int, kind: str) -> bytes:
        return dumps({"error": "input exceeds context length" if kind == "toolong" else f"staged failure {status}"})
