"""Assemble the tool calls of an answer from the parts in which vendors send them."""

import json
import re
from typing import Any, Final, NamedTuple
from uuid import uuid4

from chat_app.adapters.llm.streams.halves import joined
from chat_app.core.ai.ports.gateway import ToolCall

CALLS_MAX: Final = 32
"""The maximum number of calls that are read of one answer; further ones are not made."""

ARGUMENTS_MAX: Final = 64 * 2**10
"""The maximum characters of arguments that are read of one call. Longer ones are cut, and are then not valid JSON."""

NAME_MAX: Final = 128
"""Characters of a name that are read: no vendor takes longer ones back, and no tool here has one."""

TOO_DEEP: Final = "["
"""The replacement for arguments that are nested too deeply to be written: not valid JSON, so the call is not made."""

SIGNATURE: Final = "__thought__"
"""The separator between the id of a Gemini call and the signature to send back with it; LiteLLM uses the same one."""


_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class CallPart(NamedTuple):
    """A part of a call. Without a ``place``, a name begins the next call, and arguments belong to the last one."""

    place: int | None = None
    id: str = ""
    name: str = ""
    arguments: str = ""


class Calls:
    """The calls of an answer, in the order in which they began."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._names: list[str] = []
        self._arguments: list[str] = []
        self._at: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, part: CallPart) -> None:
        """Add the next part."""
        at = self._place(part)
        if at is None:
            return
        self._ids[at] = self._ids[at] or part.id[:ARGUMENTS_MAX]
        self._names[at] = self._names[at] or part.name[:NAME_MAX]
        self._arguments[at] += part.arguments[: max(0, ARGUMENTS_MAX - len(self._arguments[at]))]

    def all(self) -> tuple[ToolCall, ...]:
        """Return the calls that have a name. Ids that are missing, repeated, or such as no vendor takes are made up."""
        ids: set[str] = set()
        calls = []
        for id_, name, arguments in zip(*map(_whole, (self._ids, self._names, self._arguments)), strict=True):
            plain, mark, signature = id_.partition(SIGNATURE)
            if plain in ids or not _ID.fullmatch(plain):
                plain = f"call_{uuid4().hex[:20]}"
            ids.add(plain)
            if name:
                calls.append(ToolCall(plain + mark + signature, name, arguments.strip() or "{}"))
        return tuple(calls)

    def _place(self, part: CallPart) -> int | None:
        """Return the index of the call that a part belongs to; None if there are too many."""
        at = len(self._names) - 1 if part.place is None else self._at.get(part.place, -1)
        # Some servers number all calls as 0, but give each a separate id.
        other = at >= 0 and bool(part.id and self._ids[at] and part.id != self._ids[at])
        if at >= 0 and not other and not (part.place is None and part.name):
            return at
        if not part.name or len(self._names) >= CALLS_MAX:
            return None
        for values in (self._ids, self._names, self._arguments):
            values.append("")
        if part.place is not None:
            self._at[part.place] = len(self._names) - 1
        return len(self._names) - 1


def _whole(texts: list[str]) -> list[str]:
    return list(map(joined, texts))


def as_arguments(value: Any) -> str:
    """Return arguments as text: the model's own, or a value that the vendor has parsed already."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False) if value else ""
    except RecursionError:
        return TOO_DEEP
