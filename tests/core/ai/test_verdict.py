"""Parsing a model's decision, and the demo's decisions."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.adapters.llm.demo.decisions import decide
from chat_app.core.ai.decisions.verdict import REASON_MAX, Verdict, parse_verdict
from chat_app.core.ai.ports.gateway import LlmMessage
from chat_app.core.ai.tables import DecisionChoice
from chat_app.core.ai.texts import DECIDE_NOW


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('{"do": "speak", "reason": "A question."}', Verdict(DecisionChoice.SPEAK, "A question.")),
        ('{"do": "silent"}', Verdict(DecisionChoice.SILENT)),
        ('{"do": "silent", "emoji": "nonsense"}', Verdict(DecisionChoice.SILENT)),
        ('{"do": "react", "emoji": "❤", "reason": "x"}', Verdict(DecisionChoice.REACT, "x", "❤️")),
        ('```json\n{"do": "speak", "reason": "a\\nb"}\n```', Verdict(DecisionChoice.SPEAK, "a b")),
        ('{"do": "speak", "reason": "' + "x" * 900 + '"}', Verdict(DecisionChoice.SPEAK, "x" * REASON_MAX)),
        ('{"do": "react", "emoji": "👍👍"}', None),
        ('{"do": "react"}', None),
        ('{"do": "react", "emoji": 3}', None),
        ('{"do": "speak", "reason": 3}', None),
        ('{"do": ["speak"]}', None),
        ('["speak"]', None),
        ("speak", None),
        ('Sure: {"do": "speak"}', None),
        ('{"do": "speak"} {"do": "silent"}', None),
        ("[" * 3_000, None),
        ("", None),
    ],
)
def test_verdict_is_read_only_in_its_exact_form(text: str, verdict: Verdict | None):
    assert parse_verdict(text) == verdict


@settings(max_examples=40)
@given(st.recursive(st.none() | st.booleans() | st.text(), lambda some: st.dictionaries(st.text(), some)) | st.text())
@pytest.mark.slow
def test_hostile_verdict_is_read_without_error(said: object):
    assert parse_verdict(json.dumps(said)) is None
    assert parse_verdict(str(said)) is None
    parse_verdict(json.dumps({"do": "react", "emoji": said, "reason": said}))


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("Which index do we keep?", "speak"),
        ("どの索引を残しますか", "speak"),
        ("Thanks a lot!", "react"),
        ("ありがとうございます", "react"),
        ("Lunch at noon.", "silent"),
        ("お昼にします。", "silent"),
    ],
)
def test_the_demo_decides_by_the_last_message(said: str, choice: str):
    heard = LlmMessage("user", f"Aiko: Is it so?\n\nBen: {said}\n\n{DECIDE_NOW}", "Ben")
    verdict = parse_verdict(decide([LlmMessage("system", "…"), heard]))
    assert verdict is not None
    assert (verdict.choice, bool(verdict.reason)) == (choice, True)
