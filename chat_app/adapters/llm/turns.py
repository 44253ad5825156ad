"""Convert turns and tools to OpenAI's format, which LiteLLM takes."""

import re
from base64 import b64encode
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from chat_app.adapters.llm.streams.calls import SIGNATURE
from chat_app.core.ai.ports.gateway import LlmImage, LlmMessage, ToolCall
from chat_app.core.kernel.checks.strict_json import read_object
from chat_app.core.tools.ports import ToolInfo

_NO_ID = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST = 64
"""Characters of a name or an id that every vendor takes."""


def turn_of(message: LlmMessage, *, signed: bool = False) -> dict[str, Any]:
    """Return a turn. Only to Gemini ids go back with the signature that it has put there: ``signed``."""
    turn: dict[str, Any] = {"role": message.role, "content": _content(message)}
    if message.calls:
        turn["tool_calls"] = [_call(each, signed=signed) for each in message.calls]
    if message.answers is not None:
        turn |= {"tool_call_id": _id(message.answers, signed=signed), "name": _name(message.name or "")}
    return turn


def _content(message: LlmMessage) -> str | list[dict[str, Any]]:
    """Return the text of a turn; with pictures, which follow it, in parts."""
    if not message.images:
        return message.content
    return [{"type": "text", "text": message.content}, *map(_image, message.images)]


def _image(image: LlmImage) -> dict[str, Any]:
    url = f"data:{image.mime_type};base64,{b64encode(image.data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def tools_of(tools: Iterable[ToolInfo]) -> list[dict[str, Any]]:
    """Return the tools that a model may call. LiteLLM changes its input, so each request has a copy."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": deepcopy(dict(tool.parameters)),
            },
        }
        for tool in tools
    ]


def _call(call: ToolCall, *, signed: bool) -> dict[str, Any]:
    function = {"name": _name(call.name), "arguments": _object(call.arguments)}
    return {"id": _id(call.id, signed=signed), "type": "function", "function": function}


def _name(name: str) -> str:
    """Return the name of a tool that every vendor takes back: the model may have made it up."""
    return _NO_ID.sub("_", name)[:_LONGEST] or "_"


def _object(arguments: str) -> str:
    """Return arguments that every provider accepts: invalid ones become an empty object."""
    try:
        read_object(arguments)
    except ValueError:
        return "{}"
    return arguments


def _id(call_id: str, *, signed: bool) -> str:
    plain, mark, signature = call_id.partition(SIGNATURE)
    plain = _NO_ID.sub("_", plain)[:_LONGEST]
    return plain + mark + signature if signed else plain
