"""The rules by which a message asks the AI."""

import pytest

from chat_app.core.ai.rules import asks_ai, clean_title
from chat_app.core.messages.texts.calls import AI, called_names


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@ai what is this?", True),
        ("what is this, @AI?", True),
        ("これは何ですか@ai", True),
        ("@ai、教えて", True),
        ("(@ai)", True),
        ("@aiko what is this?", False),
        ("@ai-team", False),
        ("me@ai.example", False),
        ("mail.@ai", False),
        ("@@ai", False),
        ("the word ai", False),
        ("in code: `@ai`", False),
        ("```\n@ai\n```", False),
        ("```\n@ai", False),
        ("```x``` @ai", True),
    ],
)
def test_text_mentions_the_ai_only_by_its_whole_name(text: str, mentioned: bool):
    assert (AI in called_names(text)) is mentioned


@pytest.mark.parametrize(
    ("rule", "text", "replies_to_ai", "asked"),
    [
        ("mentioned", "hello", False, False),
        ("mentioned", "hello @ai", False, True),
        ("mentioned", "and then?", True, True),
        ("always", "hello", False, True),
        ("never", "hello @ai", True, False),
    ],
)
def test_room_rule_decides_whether_the_ai_answers(rule: str, text: str, replies_to_ai: bool, asked: bool):
    assert asks_ai(rule, called_names(text), replies_to_ai=replies_to_ai) is asked


@pytest.mark.parametrize(
    ("proposal", "title"),
    [
        ("Tea in Kyoto", "Tea in Kyoto"),
        ('  "Tea in Kyoto."\n\nI hope this helps', "Tea in Kyoto"),
        ("# **Tea in Kyoto**", "Tea in Kyoto"),
        ("「京都のお茶」。", "京都のお茶"),
        (".NET on Linux", ".NET on Linux"),
        ("", ""),
        (" \n ", ""),
        ("\u200b\u3164", ""),
        ("a very long sentence that explains what the conversation is about", ""),
    ],
)
def test_proposed_title_is_cleaned(proposal: str, title: str):
    assert clean_title(proposal) == title
