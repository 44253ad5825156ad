"""Decode the bytes of an answer to events: server-sent events, JSON lines, or one JSON document.

Existing parsers lose a last event without a blank line, end at a line that is not JSON, buffer a line of any length,
and know no other form: docs/decisions/llm-streaming.md.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

MAX_EVENT = 4 * 2**20
"""The limit of an event, or of an answer in one document, in bytes. A longer one is skipped."""

_MAX_BROKEN = 8  # in one document; a limit, so that the document is not parsed again and again
_BOM = b"\xef\xbb\xbf"
_BETWEEN = " \t\r\n,[]"
_DECODER = json.JSONDecoder(strict=False, parse_int=float)

Data = dict[str, Any]


class EventLines:
    """Decodes bytes to events, however they are split. `done`: the stream said `[DONE]`; `broken`: events skipped."""

    def __init__(self) -> None:
        self.done = False
        self.broken = 0
        self._after_cr = False
        self._line_begun = bytearray()
        self._too_long = False
        self._bom = True
        self._name = b""
        self._data = bytearray()  # the lines of an event that is not whole yet
        self._document: bytearray | None = None
        self._by_line = False

    def feed(self, data: bytes) -> Iterator[Data]:
        """Return the events that `data` completes."""
        if data:
            after_cr, self._after_cr = self._after_cr, data.endswith(b"\r")
            if after_cr and data.startswith(b"\n"):
                data = data[1:]
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = data.split(b"\n")
        for number, line in enumerate(lines):
            yield from self._line(line if number else self._completed(line))
            if self.done:
                return
        self._begin(rest)

    def rest(self) -> Iterator[Data]:
        """Return the events that only the end of the body completes."""
        if self.done:
            return
        yield from self._line(self._completed(b""))
        yield from self._dispatch()
        if self._document is not None:
            yield from self._values(self._document.decode("utf-8", "replace"))

    def _begin(self, part: bytes) -> None:
        self._too_long |= len(self._line_begun) + len(part) > MAX_EVENT
        if not self._too_long:
            self._line_begun += part

    def _completed(self, line: bytes) -> bytes:
        """Return the line whose beginning came before; empty if it is too long."""
        if not self._line_begun:
            return line
        self._begin(line)
        whole, too_long = bytes(self._line_begun), self._too_long
        self._line_begun, self._too_long = bytearray(), False
        self.broken += too_long
        return b"" if too_long else whole

    def _line(self, line: bytes) -> Sequence[Data]:
        if not line:
            return self._dispatch()
        if self._bom:
            self._bom = False
            line = line.removeprefix(_BOM)
        if line.startswith(b"data:"):
            return self._data_line(line[5:].strip())
        if line.startswith(b"event:"):
            self._name = line[6:].strip()
        elif self._document is not None:
            self._append(self._document, line)
        elif line.lstrip().startswith((b"{", b"[")):
            return self._json_line(line)
        return ()

    def _data_line(self, body: bytes) -> Sequence[Data]:
        """Handle a data line. Most servers send an event as one line, and some omit the blank line after it."""
        if body == b"[DONE]":
            self.done = True
            return self._dispatch()
        if not self._data and self._name != b"error" and (found := _decoded(body)) is not None:
            return found
        if body:
            self._append(self._data, body)
        return ()

    def _dispatch(self) -> Sequence[Data]:
        """Return the event of the collected lines; if they are not JSON together, the events of single lines."""
        if not self._data and not self._name:
            return ()
        body, name = bytes(self._data), self._name
        self._data, self._name = bytearray(), b""
        found = _decoded(body)
        if name == b"error":
            return [{"error": found or body.decode("utf-8", "replace") or "error"}]
        if found is not None or not body:
            return found or ()
        each = [_decoded(line) for line in body.split(b"\n")]
        self.broken += each.count(None)
        return [event for events in each for event in events or ()]

    def _json_line(self, line: bytes) -> Sequence[Data]:
        found = _decoded(line)
        if found is not None:
            self._by_line = True
            return found
        if self._by_line:
            self.broken += 1
        else:
            self._document = bytearray(line)
        return ()

    def _append(self, lines: bytearray, line: bytes) -> None:
        if len(lines) + len(line) < MAX_EVENT:
            lines += b"\n" + line if lines else line
        else:
            self.broken += 1

    def _values(self, text: str) -> Iterator[Data]:
        """Return the objects of a document: one over several lines, an array, or one after another."""
        at = 0
        for _ in range(_MAX_BROKEN):
            try:
                while (at := _after(text, at)) < len(text):
                    value, at = _DECODER.raw_decode(text, at)
                    yield from _events(value)
                return
            except (ValueError, RecursionError):
                self.broken += 1
                at = text.find("\n", at) + 1 or len(text)


def _after(text: str, at: int) -> int:
    """Return the index where the next value may begin."""
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _decoded(body: bytes) -> list[Data] | None:
    """Return the events in a text; None if it is not JSON. Accepts raw control characters and numbers of any size."""
    try:
        return _events(json.loads(body))
    except (ValueError, RecursionError):
        pass
    try:
        return _events(json.loads(body.decode("utf-8", "replace"), strict=False, parse_int=float))
    except (ValueError, RecursionError):
        return None


def _events(value: object) -> list[Data]:
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
