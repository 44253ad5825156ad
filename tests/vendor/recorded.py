"""The requests that a scripted vendor has received."""

import hashlib
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BEGINNINGS = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"RIFF": "image/webp"}
KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")


@dataclass
class Recorded:
    """One request as the vendor saw it. `outcome`: complete, failed, cut, ended, or left (the client hung up)."""

    vendor: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    outcome: str = ""
    sent: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def key(self) -> str:
        """The key that was shown, bare."""
        shown = next((self.headers[h] for h in KEY_HEADERS if h in self.headers), "")
        return shown.removeprefix("Bearer ")

    @property
    def turns(self) -> list[tuple[str, str]]:
        """(role, text) of every turn, system first, the same for all vendors."""
        return list(_turns(self.body))

    @property
    def images(self) -> list[tuple[str, bytes]]:
        """(media type, bytes) of every picture, in order, the same for all vendors."""
        return [image for message in _messages(self.body) for image in _images(message)]

    @property
    def tools(self) -> list[str]:
        """The names of the tools that are offered."""
        tools = [each.get("function", each) for each in self.body.get("tools") or ()]
        declared = [one for each in tools for one in each.get("function_declarations", [each])]
        return [each["name"] for each in declared]

    @property
    def results(self) -> list[list[str]]:
        """The results of tools after the last words of a person, by rounds."""
        rounds: list[list[str]] = []
        for role, text in self.turns:
            if role == "user":
                rounds = []
            elif role == "assistant":
                rounds.append([])
            elif role == "tool":
                rounds[-1].append(text)
        return [each for each in rounds if each]


def _turns(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    system = body.get("system") or body.get("system_instruction") or body.get("systemInstruction")
    if system:
        yield "system", _text(system)
    for message in _messages(body):
        if results := list(_results(message)):
            yield from (("tool", text) for text in results)
        else:
            yield {"model": "assistant"}.get(message["role"], message["role"]), _text(message)


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    return body.get("messages") or body.get("contents") or []


def _images(message: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The pictures of a turn. Ollama's have no types but those that their bytes begin with."""
    for encoded in message.get("images") or ():
        data = b64decode(encoded, validate=True)
        yield next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), "?"), data
    parts = message.get("content") if isinstance(message.get("content"), list) else message.get("parts") or []
    for part in parts:
        if "image_url" in part:
            found = re.fullmatch(r"data:([\w/+.-]+);base64,(.*)", part["image_url"]["url"], re.DOTALL)
            assert found, "it is no data URL"
            yield found[1], b64decode(found[2], validate=True)
        elif part.get("type") == "image":
            yield part["source"]["media_type"], b64decode(part["source"]["data"], validate=True)
        elif "inline_data" in part:
            yield part["inline_data"]["mime_type"], b64decode(part["inline_data"]["data"], validate=True)


def told_of(kind: str, data: bytes) -> str:
    """Return the answer of `[[image]]` about a picture."""
    return f"{kind} {len(data)} {hashlib.sha256(data).hexdigest()[:12]}"


def _results(message: dict[str, Any]) -> Iterator[str]:
    """The results of tools in a turn: in two formats they are parts of a user's."""
    if message["role"] == "tool":
        yield _text(message)
    parts = message.get("content") if isinstance(message.get("content"), list) else message.get("parts") or []
    for part in parts:
        if part.get("type") == "tool_result":
            yield _text(part)
        elif "function_response" in part:
            yield _text(part["function_response"]["response"])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(part) for part in value)
    return _text(value.get("content") or value.get("parts") or value.get("text") or "")
