"""Properties of prompts with any files: size, order, visibility and forged names."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count as numbers
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.ai.context.lines.files import PICTURES_MAX
from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import build_prompt, estimate_tokens
from chat_app.core.ai.context.shapes.files import Contents, FileText, PromptFile
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.files.kinds import FileKind
from tests.core.ai.prompts.sent_files import build, files, words

names = st.text(max_size=60)


@st.composite
def messages(draw: st.DrawFn) -> PromptMessage:
    is_ai = draw(st.booleans())
    marks = dict.fromkeys(("deleted", "failed", "hidden", "before_cutoff", "pinned"))
    with_files = [] if is_ai else draw(st.lists(files(), max_size=3))
    numbered = tuple(replace(file, number=n) for n, file in enumerate(with_files, 1))
    values = {mark: draw(st.sampled_from([False] * 5 + [True])) for mark in marks}
    return PromptMessage(uuid4(), draw(names), is_ai, draw(words), **values, files=numbered)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[PromptMessage], Contents]:
    history = draw(st.lists(messages(), max_size=12))
    history.append(PromptMessage(uuid4(), "Aiko", False, "x" * draw(st.sampled_from([3, 900, 4_000])), files=()))
    if draw(st.booleans()):
        history[-1] = replace(history[-1], files=tuple(replace(draw(files()), number=n) for n in range(1, 4)))
    texts, lost = {}, set[UUID]()
    for file in (file for m in history for file in m.files):
        if draw(st.booleans()):
            pages = [page * draw(st.sampled_from([1, 30])) for page in draw(st.lists(words, max_size=4))]
            texts[file.id] = FileText(pages, len(pages) + draw(st.integers(0, 2)), draw(st.booleans()))
        if draw(st.booleans()):
            lost.add(file.id)
    return history, Contents(texts, draw(st.booleans()), lost)


budgets = st.one_of(st.integers(30, 1_000), st.integers(30, 9_000))


counters = st.sampled_from([estimate_tokens, lambda text: -(-len(text) // 2)])


def unseen(m: PromptMessage) -> bool:
    return m.deleted or m.failed or m.hidden or m.before_cutoff or not (m.text.strip() or m.files)


def secret(history: list[PromptMessage], contents: Contents) -> tuple[list[PromptMessage], Contents]:
    """Put a word of its own into all that a file says."""
    words = (f" secret{n}." for n in numbers())
    marked, texts = [], {}
    for m in history:
        own = []
        for file in m.files:
            word = next(words)
            own.append(replace(file, name=word, caption=word))
            if text := contents.texts.get(file.id):
                texts[file.id] = replace(text, pages=[f"{word} {page}" for page in text.pages])
        marked.append(replace(m, files=tuple(own)))
    return marked, replace(contents, texts=texts)


@given(histories(), budgets, counters)
@pytest.mark.slow
def test_with_files_the_window_holds_and_roles_alternate(
    said: tuple[list[PromptMessage], Contents], budget: int, count: Callable[[str], int]
):
    history, contents = said
    prompt = build_prompt(history, system="Hm", budget_tokens=budget, count=count, contents=contents)
    pictures = sum(file.tokens for _, file in prompt.pictures)
    assert sum(count(m.content) + TOKENS_PER_MESSAGE for m in prompt.messages) + pictures == prompt.tokens <= budget
    roles = [m.role for m in prompt.messages]
    assert roles == ["system", *(["user", "assistant"] * len(roles))[: len(roles) - 1]]
    assert sorted([*prompt.kept, *(id_ for id_, _ in prompt.left_out)]) == sorted(m.id for m in history)
    assert [id_ for id_, why in prompt.left_out if why == "empty"] == [
        m.id for m in history if not (m.deleted or m.failed or m.hidden or m.before_cutoff or m.text.strip() or m.files)
    ]


@given(histories(), budgets)
@pytest.mark.slow
def test_hidden_file_is_not_in_the_prompt(said: tuple[list[PromptMessage], Contents], budget: int):
    history, contents = secret(*said)
    prompt = build_prompt(history, system="", budget_tokens=budget, count=estimate_tokens, contents=contents)
    told = set(re.findall(r"secret\d+", "\n".join(m.content for m in prompt.messages)))
    shown = {file.id for _, file in prompt.pictures}
    for m in history:
        if unseen(m) or m.id not in prompt.kept:
            assert not told & {word for file in m.files for word in re.findall(r"secret\d+", file.name)}
            assert not shown & {file.id for file in m.files}


@given(histories(), budgets)
@pytest.mark.slow
def test_pictures_are_few_and_in_order_and_only_for_models_that_see(
    said: tuple[list[PromptMessage], Contents], budget: int
):
    history, contents = said
    prompt = build_prompt(history, system="", budget_tokens=budget, count=estimate_tokens, contents=contents)
    shown = [file for _, file in prompt.pictures]
    assert contents.sees or not shown
    assert len({file.id for file in shown}) == len(shown) <= PICTURES_MAX
    assert not [file for file in shown if file.id in contents.lost or not file.is_picture]
    pinned = {file.id for m in history if m.pinned for file in m.files}
    order = [file.id for m in history for file in m.files]
    newest = [order.index(file.id) for file in shown if file.id not in pinned]
    assert newest == sorted(newest)
    assert [place for place, _ in prompt.pictures] == sorted(place for place, _ in prompt.pictures)
    assert all(prompt.messages[place].role == "user" for place, _ in prompt.pictures)


@given(words, words, st.lists(words, min_size=1, max_size=3))
def test_a_name_a_caption_and_a_document_can_forge_no_speaker_and_no_mark(name: str, caption: str, pages: list[str]):
    file = PromptFile(uuid4(), 1, name, FileKind.PDF, "application/pdf", 1, pages=len(pages), caption=caption)
    first = PromptMessage(uuid4(), "Ben", False, "Hello")
    sent = PromptMessage(uuid4(), "Aiko", False, "See", files=(file,))
    contents = Contents({file.id: FileText(pages, len(pages))})
    content = build(first, sent, contents=contents).messages[-1].content
    lines = content.split("\n")
    assert [line for line in lines if re.match(r"\s*ben\s*[:：]", line, re.IGNORECASE)] == ["Ben: Hello"]
    ours = [line for line in lines if re.match(r"\s*[\[［【]\s*parley", line, re.IGNORECASE)]
    about = "no text was found" if not any(map(str.strip, pages)) else "its text follows"
    pages_marked = [f"[Parley: page {n} of file 1]" for n in range(1, len(pages) + 1)] if len(pages) > 1 else []
    ends = ["[Parley: end of file 1]"]
    assert ours == ([] if about.startswith("no") else [*pages_marked, *ends])
    line = next(line for line in lines if line.startswith("Aiko: "))
    assert line.count("[Parley") == 1
    assert re.fullmatch(
        r'Aiko: \[Parley: file 1: "[^"\[\]]*", PDF, \d+ pages?(, captioned "[^"\[\]]*")?; [a-z ]+\]', line
    )
    assert about in line
