"""Whether the model that would answer sees a chosen picture: the browser's own script, under Node."""

from typing import Any

import pytest

from tests.support.node import in_node

MODELS = [
    {"id": "a", "handle": "eyes", "label": "Eyes", "can": "vt"},
    {"id": "b", "handle": "mole-2.5", "label": "Mole", "can": "t"},
    {"id": "c", "handle": "bat", "label": "Bat"},
]


def room(rule: str, model: str, *, assistant: str = "", asks: bool = True) -> dict[str, Any]:
    return {"ai_rule": rule, "ai_model": model, "ai_assistant": assistant, "can_ask": asks}


@pytest.mark.parametrize(
    ("here", "text", "chosen", "blind"),
    [
        (room("always", "a"), "", None, ""),
        (room("always", "b"), "", None, "Mole"),
        (room("helpful", "c"), "", None, "Bat"),
        (room("mentioned", "b"), "Look", None, ""),
        (room("mentioned", "b"), "Look @ai", None, "Mole"),
        (room("mentioned", "a"), "Look @Mole-2.5.", None, "Mole"),
        (room("always", "b"), "Look @eyes", None, ""),
        (room("always", "b", assistant="x"), "", None, ""),
        (room("always", "b"), "", {"id": "a", "assistant": False}, ""),
        (room("always", "b"), "", {"id": "x", "assistant": True}, ""),
        (room("never", "b"), "@ai", None, ""),
        (room("always", "b", asks=False), "", None, ""),
        (None, "", None, "Bat"),
    ],
)
def test_a_model_that_would_answer_and_cannot_see_is_named(here: Any, text: str, chosen: Any, blind: str):
    about = {"text": text, "next": chosen, "models": MODELS, "room": here, "choice": MODELS[2]}
    assert in_node("conversation/sight.js", "blindOf", [about]) == [blind]
