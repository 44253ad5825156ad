"""Whether a draft may ask an AI, so that its context is requested: the browser's own script, under Node."""

from typing import Any

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow

DRAFT: dict[str, Any] = {"text": "", "reply": None, "model": None, "editing": None, "blank": False}


@pytest.mark.parametrize(
    ("rule", "draft", "asks"),
    [
        ("always", {"text": "Well?"}, True),
        ("always", {"text": "", "blank": True}, False),
        ("always", {"text": "Well?", "editing": "M"}, False),
        ("mentioned", {"text": "Well?"}, False),
        ("mentioned", {"text": "@ai Well?"}, True),
        ("mentioned", {"text": "\uff20ai Well?"}, True),
        ("mentioned", {"text": "Well?", "model": {"id": "a"}}, True),
        ("mentioned", {"text": "Why?", "reply": {"id": "M", "ai": True}}, True),
        ("mentioned", {"text": "Why?", "reply": {"id": "M", "ai": False}}, False),
        ("helpful", {"text": "Well?"}, False),
        ("never", {"text": "@ai Well?"}, False),
        ("", {"text": "@ai Well?"}, False),
    ],
)
def test_only_drafts_that_may_ask_are_forecast(rule: str, draft: dict[str, Any], asks: bool):
    room = {"ai_rule": rule, "can_ask_ai": True} if rule else None
    given = [[{**DRAFT, **draft}, room], [{**DRAFT, **draft}, room and {**room, "can_ask_ai": False}]]
    program = "say(given.map(([draft, room]) => mayAsk(draft, room)))"
    assert run({"conversation/forecast.js": "mayAsk"}, program, given) == [asks, False]
