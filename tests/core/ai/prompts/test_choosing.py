"""The prompt builder: the messages that a model gets, and the reasons for leaving others out."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import build_prompt, estimate_tokens
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.texts import SYSTEM, system_text
from tests.core.ai.prompts.histories import budgets, build, counters, histories, said


@given(histories, budgets, counters)
@pytest.mark.slow
def test_the_budget_is_never_exceeded(history: list[PromptMessage], budget: int, count: Callable[[str], int]):
    context = build_prompt(history, system="Hm", budget_tokens=budget, count=count)
    assert sum(count(m.content) + TOKENS_PER_MESSAGE for m in context.messages) <= budget


@given(histories, budgets)
@pytest.mark.slow
def test_everything_is_kept_or_left_out_for_a_reason_and_order_stays(history: list[PromptMessage], budget: int):
    context = build_prompt(history, system="", budget_tokens=budget, count=estimate_tokens)
    out = [id_ for id_, _ in context.left_out]
    assert sorted([*context.kept, *out]) == sorted(m.id for m in history)
    assert list(context.kept) == [m.id for m in history if m.id in set(context.kept)]


@given(histories, budgets)
def test_the_newest_question_is_always_there_and_nothing_newer_is_dropped_for_room(
    history: list[PromptMessage], budget: int
):
    context = build_prompt(history, system="", budget_tokens=budget, count=estimate_tokens)
    unseen = [m for m in history if m.deleted or m.failed or m.hidden or m.before_cutoff or not m.text.strip()]
    questions = [m.id for m in history if not m.is_ai and m not in unseen]
    assert context.kept[-1:] == tuple(questions[-1:])
    order = {m.id: place for place, m in enumerate(history)}
    too_old = [order[id_] for id_, reason in context.left_out if reason == "too_old_for_window"]
    assert all(place < order[context.kept[0]] for place in too_old)


@given(histories, budgets)
@pytest.mark.slow
def test_roles_alternate_from_user_to_user(history: list[PromptMessage], budget: int):
    roles = [m.role for m in build_prompt(history, system="", budget_tokens=budget, count=estimate_tokens).messages]
    assert roles[0] == "system"
    assert roles[1:] == (["user", "assistant"] * len(roles))[: len(roles) - 1]
    assert len(roles) == 1 or roles[-1] == "user"


@given(histories, budgets)
@pytest.mark.slow
def test_no_word_of_a_message_is_given_that_is_hidden_deleted_or_from_before_the_cutoff(
    history: list[PromptMessage], budget: int
):
    marked = [replace(m, text=f"{m.text} secret{place}") for place, m in enumerate(history)]
    kept = build_prompt(marked, system="", budget_tokens=budget, count=estimate_tokens)
    said = "\n".join(m.content for m in kept.messages)
    for place, m in enumerate(marked):
        if m.hidden or m.deleted or m.before_cutoff:
            assert f"secret{place}" not in re.findall(r"secret\d+", said)
            assert m.id not in kept.kept


def test_history_without_visible_people_is_refused():
    with pytest.raises(LlmError) as error:
        build(said(1, "hi", hidden=True), said(2, "Hello", ai=True))
    assert error.value.code == "llm_nothing_seen"


def test_the_instructions_of_a_room_follow_parleys_own():
    assert system_text("") == SYSTEM
    assert system_text("Rhyme.").startswith(SYSTEM)
    assert system_text("Rhyme.").endswith("\n\nRhyme.")


def test_each_message_left_out_has_its_reason():
    context = build(
        said(7, "hush", hidden=True),
        said(8, "once", before_cutoff=True),
        said(1, "answer", ai=True),
        said(2, "gone", deleted=True),
        said(3, "half", ai=True, failed=True),
        said(4, "  \n"),
        said(5, "question"),
        said(6, "after", ai=True),
    )
    assert context.left_out_json()[0] == {"id": "7", "reason": "hidden"}
    assert dict(context.left_out) == {
        7: "hidden",
        8: "before_cutoff",
        1: "unpaired_answer",
        2: "deleted",
        3: "failed",
        4: "empty",
        6: "unpaired_answer",
    }
    assert context.kept == (5,)


def test_old_messages_give_way_to_new_ones():
    context = build(*(said(i, f"message {i} " * 10) for i in range(30)), budget=300)
    assert context.kept == tuple(range(30 - len(context.kept), 30))
    assert 0 < len(context.kept) < 30
    assert not context.truncated


def test_a_question_too_long_for_the_window_loses_its_middle():
    context = build(said(1, "start " + "x" * 9000 + " end"), budget=200)
    assert context.truncated
    content = context.messages[-1].content
    assert content.startswith("Aiko: start")
    assert "\n[…]\n" in content
    assert content.endswith("end")
    assert context.tokens <= 200


def test_a_window_without_room_for_the_system_text_is_refused():
    with pytest.raises(LlmError) as error:
        build(said(1, "hi"), budget=20)
    assert error.value.code == "llm_context_too_long"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("word", 1), ("words", 2), ("日本語", 3), ("привет", 3), ("a日", 2), ("👍", 1)]
)
def test_tokens_are_estimated_by_script(text: str, tokens: int):
    assert estimate_tokens(text) == tokens
