"""Two clients of the live feed: the reference, in a page of Python, and the one that browsers run.

Both take the ops that the server sends: `entered` (a room as it is), `sync` (the changes since a revision) and the
broadcast ones. `rev` is the revision up to which a client knows everything.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Op = dict[str, Any]
State = dict[str, Any]

HARNESS = Path(__file__).with_name("browser_client.mjs")


class Client(Protocol):
    """A client's state of one room."""

    def receive(self, ops: list[Op]) -> None: ...
    def state(self) -> State: ...


@dataclass
class ReferenceClient:
    """Applies each op as an assignment, unless a newer one has been applied."""

    room: Op = field(default_factory=dict)
    messages: dict[str, Op] = field(default_factory=dict)
    members: dict[str, Op | None] = field(default_factory=dict)
    rev: int = 0
    ahead: set[int] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)

    def receive(self, ops: list[Op]) -> None:
        for op in ops:
            getattr(self, "_" + op["t"], self._ignore)(op)

    def state(self) -> State:
        members = {id_: member for id_, member in self.members.items() if member}
        return {"rev": self.rev, "room": self.room, "messages": self.messages, "members": members}

    def _news(self, key: str, rev: int) -> bool:
        """Return whether this is the newest state of a thing, and store its revision."""
        if rev > self.rev:
            self.ahead.add(rev)
            while self.rev + 1 in self.ahead:
                self.rev += 1
                self.ahead.remove(self.rev)
        newest = rev >= self.seen.get(key, 0)
        if newest:
            self.seen[key] = rev
        return newest

    def _entered(self, op: Op) -> None:
        self.rev = max(self.rev, op["rev"])
        self.ahead = {rev for rev in self.ahead if rev > self.rev}
        for message in op["messages"]:
            self._message({"m": message})
        self._room({"rev": op["rev"], "r": op["my"]})
        newer = {id_: member for id_, member in self.members.items() if self.seen.get(id_, 0) > op["rev"]}
        self.members = {member["id"]: member for member in op["members"]} | newer

    _sync = _entered

    def _message(self, op: Op) -> None:
        if self._news(op["m"]["id"], op["m"]["rev"]):
            self.messages[op["m"]["id"]] = op["m"]

    def _stream(self, op: Op) -> None:
        message = self.messages.get(op["id"])
        if message and message["ai"]["run"] == op["run"] and len(message["text"]) >= op["at"]:
            self.messages[op["id"]] = message | {"text": message["text"][: op["at"]] + op["text"]}

    def _reasoning(self, op: Op) -> None:
        message = self.messages.get(op["id"])
        before = message["ai"].get("reasoning", {"text": ""})["text"] if message and "ai" in message else ""
        if message and message["ai"]["run"] == op["run"] and len(before) >= op["at"]:
            grown = {"text": before[: op["at"]] + op["text"], "seconds": op["seconds"]}
            self.messages[op["id"]] = message | {"ai": message["ai"] | {"reasoning": grown}}

    def _room(self, op: Op) -> None:
        if self._news("room", op["rev"]):
            self.room = op["r"]

    def _member(self, op: Op) -> None:
        if self._news(op["m"]["id"], op["rev"]):
            self.members[op["m"]["id"]] = op["m"]

    def _member_left(self, op: Op) -> None:
        if self._news(op["user"], op["rev"]):
            self.members[op["user"]] = None

    def _ignore(self, op: Op) -> None:
        """Ignore ops without a lasting effect."""


class BrowserProcess:
    """`assets/live/ops.js`, the client of browsers, under Node."""

    def __init__(self, node: str, pace: int = 1) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([node, str(HARNESS)], env=os.environ | {"PACE": str(pace)}, **pipes)

    def ask(self, request: object) -> State:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class BrowserClient:
    """One room in the browser's client."""

    process: BrowserProcess
    room_id: str

    def __post_init__(self) -> None:
        self.process.ask({"forget": self.room_id})

    def receive(self, ops: list[Op]) -> None:
        self.process.ask({"ops": ops})

    def state(self) -> State:
        return self.process.ask({"room": self.room_id})
