"""All that a person's sockets and requests receive, without what differs from one database to another."""

import json
import re
from base64 import urlsafe_b64decode
from itertools import count
from typing import Any, Final

import httpx

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CURSOR: Final = re.compile(r'"next": ?"([\w=-]+)"')
_REQUEST: Final = re.compile(r'"request_id": ?"[^"]*"')
_ADDRESS: Final = re.compile(r'/files/[^"\s]+')
_HEADERS: Final = ("content-type", "content-disposition", "cache-control", "location")
_KEY: Final = 8


class Record:
    """The lines of a record, in which each id is the number of its first appearance."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._numbers: dict[str, str] = {}
        self._next = count(1)

    def name(self, text: str) -> str:
        """Return a text with numbers in place of ids, of cursors' too."""
        text = _CURSOR.sub(lambda found: f'"next": "{_decoded(found[1])}"', text)
        return _ID.sub(lambda found: self._number(found[0]), _ADDRESS.sub("/files/…", _REQUEST.sub("", text)))

    def add_op(self, who: str, op: Any) -> None:
        """Note an op, or a piece of an answer, which may have the last characters of its run's id."""
        if isinstance(op, list) and isinstance(op[0], str):
            op = [self._run(op[0]), *op[1:]]
        self.lines.append(f"{who} {self.name(json.dumps(op, sort_keys=True, ensure_ascii=False))}")

    def add_answer(self, request: str, answer: httpx.Response) -> None:
        """Record the answer to a request."""
        said = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
        self.lines.append(self.name(f"{request} {answer.status_code} {said} {answer.text}"))

    def _number(self, id_: str) -> str:
        if id_ not in self._numbers:
            self._numbers[id_] = f"#{next(self._next)}"
        return self._numbers[id_]

    def _run(self, key: str) -> str:
        """Return the number of the run whose id ends so."""
        return next((number for id_, number in self._numbers.items() if id_[-_KEY:] == key), "#unknown")


def _decoded(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor).decode()
    except ValueError:
        return cursor
