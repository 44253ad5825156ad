"""Shorten ops for tabs: data that a tab knows or can derive is left out.

``assets/live/expand.js`` completes them. A tab in a room has the newest messages and their authors, so a recent author
is sent as an id alone. A tab that lacks data requests a sync, as it does after a gap.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from chat_app.core.kernel.texts.cleaning import utf16_length
from chat_app.core.kernel.wire import PersonJson
from chat_app.core.live.ops.own import KeptOp
from chat_app.core.live.ports import Op

LATELY: Final = 40
"""Messages after which an author is sent in full again: fewer than a tab gets when it enters a room."""

KEY: Final = 8
"""The last characters of a run's id, which are random, name it in a piece of its answer."""

_MARKS_OF_CHANGE: Final = {"edited", "deleted", "pinned", "reactions"}
_ROOMS_MAX = 2_000
_ANSWERS_MAX = 1_000
_THOUGHT: Final = " thought"
"""Follows the id of a run where its reasoning is kept beside its text."""

Short = Op | list[Any]
"""An op, or a piece: the key of its run, the offset in UTF-16 units, its text; for reasoning, the seconds too.

A following piece of the same run is sent without the key: see :mod:`chat_app.ui.transport.sockets.pieces`.
"""


@dataclass(slots=True)
class _Room:
    """The people who spoke lately in a room, with their last `seq`, by id."""

    newest: int = 0
    people: dict[str, tuple[int, PersonJson]] = field(default_factory=dict)


@dataclass(slots=True)
class _Answer:
    """The text of an answer as this process sent it, from its beginning on."""

    units: int = 0
    text: str = ""


class OpShortener:
    """Shortens the ops of rooms, in the order in which tabs get them."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}
        self._answers: dict[str, _Answer] = {}

    def shorten(self, op: Op) -> Short:
        """Return an op of a room as tabs get it."""
        if op["t"] == "message":
            return self._message(op)
        return self._piece(op) if op["t"] in ("stream", "reasoning") else op

    def kept_op(self, op: Op) -> KeptOp | None:
        """Return the op ``kept``, by which the author of a new message learns its id before it arrives.

        Newer ones may have come before it, from another process.
        """
        message = op["m"] if op["t"] == "message" else {}
        if "nonce" not in message or not message["author"] or message.keys() & _MARKS_OF_CHANGE:
            return None
        is_old = message["seq"] <= self._room(op["room"]).newest - LATELY
        return None if is_old else {"t": "kept", "id": message["id"], "nonce": message["nonce"]}

    def _message(self, op: Op) -> Op:
        message = dict(op["m"])
        message.pop("nonce", None)  # only its author needs it: see `kept`
        message["at"] = round(datetime.fromisoformat(message["at"]).timestamp() * 1000)
        room = self._room(op["room"])
        room.newest = max(room.newest, message["seq"])
        if message["author"] is None:
            del message["author"]
        else:
            message["author"] = _person(room, message["author"], message["seq"])
        if "ai" in message:
            self._shorten_answer(message, room)
        return {"t": "message", "room": op["room"], "m": message}

    def _shorten_answer(self, message: dict[str, Any], room: _Room) -> None:
        answer = {name: value for name, value in message["ai"].items() if value is not None}
        if "asker" in answer and _is_known(room, answer["asker"]):
            answer["asker"] = answer["asker"]["id"]
        message["ai"] = answer
        thought = self._sent(answer, _THOUGHT)
        if "reasoning" in answer and thought and thought.text.startswith(answer["reasoning"]["text"]):
            reasoning = answer["reasoning"]
            answer["reasoning"] = {"length": utf16_length(reasoning["text"]), "seconds": reasoning["seconds"]}
        sent = self._sent(answer)
        if sent and sent.text and sent.text.startswith(message["text"]):
            message["length"] = utf16_length(message.pop("text"))

    def _sent(self, answer: dict[str, Any], what: str = "") -> _Answer | None:
        """Return the text of an answer that was sent so far; forget it if the answer has ended."""
        key = answer.get("run", "") + what
        if answer["status"] == "streaming":
            return self._answers.get(key)
        return self._answers.pop(key, None) if answer["status"] != "queued" else None

    def _piece(self, op: Op) -> Short:
        run, units = op["run"], utf16_length(op["text"])
        seconds = [op["seconds"]] if op["t"] == "reasoning" else []
        key = run + _THOUGHT if seconds else run
        sent = self._answers.get(key)
        if "anew" in op or op["at"] == 0:
            if len(self._answers) >= _ANSWERS_MAX:
                self._answers.clear()
            self._answers[key] = _Answer(units, op["text"])
        elif sent and op["at"] == sent.units:
            sent.units += units
            sent.text += op["text"]
        else:  # the beginning was sent by another process, or something came twice
            self._answers.pop(key, None)
        return op if "anew" in op else [run[-KEY:], op["at"], op["text"], *seconds]

    def _room(self, room_id: str) -> _Room:
        if room_id not in self._rooms and len(self._rooms) >= _ROOMS_MAX:
            self._rooms.clear()
        return self._rooms.setdefault(room_id, _Room())


def _person(room: _Room, person: PersonJson, seq: int) -> PersonJson | str:
    """Return an author in full, or only the id if every tab in the room knows them; record that they wrote."""
    known = _is_known(room, person)
    last, _ = room.people.get(person["id"], (0, None))
    room.people[person["id"]] = (max(last, seq), person)
    if len(room.people) > 2 * LATELY:
        room.people = {id_: each for id_, each in room.people.items() if room.newest - each[0] < LATELY}
    return person["id"] if known else person


def _is_known(room: _Room, person: PersonJson) -> bool:
    last, before = room.people.get(person["id"], (0, None))
    return before == person and room.newest - last < LATELY
