"""Admins' input on the page of models."""

import pytest

from chat_app.ui.models.shapes import cents
from tests.support.node import in_node


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2", "200"),
        (" $2.50 ", "250"),
        (".5", "50"),
        ("5.", "5."),
        ("2.505", "2.505"),
        ("", ""),
        ("²", "²"),
        ("٣", "300"),
    ],
)
def test_price_in_dollars_becomes_cents(typed: str, kept: str):
    assert cents(typed) == kept


def test_price_that_is_no_number_python_reads_is_left_to_the_check():
    endless = "9" * 5_000
    assert cents(endless) == endless


@pytest.mark.parametrize(
    ("provider", "mark"),
    [
        ("OpenAI", "OA"),
        ("OpenAI-compatible", "OC"),
        ("OpenRouter", "OR"),
        ("Ollama", "Ol"),
        ("Anthropic", "An"),
        ("Google Gemini", "GG"),
        ("DeepSeek", "DS"),
        ("vLLM", "VL"),
        ("LM Studio", "LS"),
        ("xAI", "XA"),
        ("ollama", "ol"),
        ("東京", "東京"),
        ("", ""),
        ("🎊", "🎊"),
    ],
)
@pytest.mark.slow
def test_providers_have_marks_of_their_own(provider: str, mark: str):
    assert in_node("conversation/model_list.js", "markOf", [provider]) == [mark]
