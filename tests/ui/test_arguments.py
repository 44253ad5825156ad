"""Which arguments reach an event handler."""

from typing import Any

import pytest

from chat_app.ui.arguments import fits


class State:
    def plain(self, room: str, seq: int) -> None: ...
    def form(self, form: dict[str, Any]) -> None: ...
    def flag(self, on: bool, note: str = "") -> None: ...
    def loose(self, value: Any, vars: dict[str, Any] | None = None) -> None: ...


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        (State.plain, {"room": "", "seq": -1}),
        (State.form, {"form": {"a": []}}),
        (State.flag, {"on": True}),
        (State.flag, {"on": False, "note": "x"}),
        (State.loose, {"value": object()}),
        (State.loose, {"value": 1, "vars": None}),
    ],
)
def test_event_with_fitting_arguments_is_handled(handler: Any, payload: Any) -> None:
    assert fits(handler, payload)


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        (State.plain, {}),
        (State.plain, {"room": "r"}),
        (State.plain, {"room": "r", "seq": 1, "self": "x"}),
        (State.plain, {"room": "r", "seq": 1, "more": 1}),
        (State.plain, {"room": None, "seq": 1}),
        (State.plain, {"room": ["r"], "seq": 1}),
        (State.plain, {"room": "r", "seq": "1"}),
        (State.plain, {"room": "r", "seq": True}),
        (State.plain, {"room": "r", "seq": 1.5}),
        (State.form, {"form": "x"}),
        (State.flag, {"on": 1}),
        (State.flag, None),
        (State.flag, ["on"]),
    ],
)
def test_event_with_other_arguments_is_not_handled(handler: Any, payload: Any) -> None:
    assert not fits(handler, payload)
