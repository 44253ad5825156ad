"""Decide which of a room's ops go to people who see its messages only after a ``seq``."""

from typing import Any
from uuid import UUID

from chat_app.core.live.ops.rooms import PassedOp
from chat_app.core.live.ports import Op
from chat_app.core.messages.views.quotes import hidden_quote
from chat_app.ui.transport.sockets.short_ops import Short


def is_before(start: int, op: Op) -> bool:
    """Return whether an op is about a message up to ``start``."""
    if op["t"] == "message":
        return bool(op["m"]["seq"] <= start)
    # An op of an older process does not name its message.
    return op["t"] in ("stream", "reasoning", "waits") and bool(op.get("seq", 0) <= start)


def seen_after(start: int, op: Op, short: Short) -> Short | None:
    """Return a shortened op for people who see messages after ``start``; ``None`` for nothing.

    A change of an earlier message is reduced to the room's new ``rev``, so that tabs do not detect a gap. A quote of an
    earlier message has no content.
    """
    if is_before(start, op):
        return _passed(op) if op["t"] == "message" else None
    if op["t"] == "message" and "reply" in op["m"] and op["m"]["reply"].get("seq", 0) <= start:
        return _without_quote(op, short)
    return short


def _passed(op: Op) -> PassedOp:
    return {"t": "passed", "room": op["room"], "rev": op["m"]["rev"]}


def _without_quote(op: Op, short: Short) -> Short:
    message: dict[str, Any] = dict(short["m"]) if isinstance(short, dict) else dict(op["m"])
    return {**op, "m": {**message, "reply": hidden_quote(UUID(message["reply"]["id"])).as_json()}}
