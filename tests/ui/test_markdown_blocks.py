"""How Markdown is cut into pieces: the browser's own scripts, in Node."""

import random

import pytest

from tests.support.hostile import HOSTILE
from tests.support.node import in_node, run

pytestmark = pytest.mark.slow

MOST, HEAVY = 800, 200  # weights, of `weight.js` and `blocks.js`
LINES = (
    *("", "", "text", "more text", "# Title", "- item", "* other", "1. one", "2. two", "3. three", "   within", "\tin"),
    *("```", "```py", "~~~", "````", "$$", "$$x$$", "> quote", "| a | b |", "|---|---|", "---", "   ```", "x" * 400),
)


def cut(texts: list[str]) -> list[list[str]]:
    """The pieces of each text."""
    return [[piece["text"] for piece in pieces] for pieces in in_node("markdown/blocks.js", "blocks", texts)]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Generate random documents from the marks that decide where to cut."""
    chance = random.Random(7)
    return ["\n".join(chance.choices(LINES, k=chance.randint(1, 40))) for _ in range(500)]


def test_pieces_joined_are_the_text(texts: list[str]) -> None:
    assert ["\n".join(pieces) for pieces in cut(texts)] == texts


def test_a_text_that_grows_by_lines_changes_its_last_piece_only(texts: list[str]) -> None:
    shorter = [text.rpartition("\n")[0] for text in texts]
    before, after = cut(shorter), cut(texts)
    for old, new in zip(before, after, strict=True):
        assert old[:-1] == new[: len(old) - 1]


def test_blocks_that_belong_together_are_not_split() -> None:
    whole = (
        "1. one\n\n2. two\n\n   more of two\n\n3. three",
        "```py\na\n\nb\n\n# not a title\n```",
        "$$\na\n\nb\n$$",
        "\\[\na\n\nb\n  \\]",
        "- a\n\n- b\n\n      code of b",
        "see [x]\n\nand then\n\n[x]: https://example.org",
        "````md\n```\n\n```\n\nstill code\n````",
    )
    assert cut(list(whole)) == [[text] for text in whole]


def test_independent_blocks_are_split() -> None:
    assert cut(["a\n\nb\n\n```\nc\n\nd\n```\n\ne"]) == [["a\n", "b\n", "```\nc\n\nd\n```\n", "e"]]
    assert cut(["\\[\na\n\\]\n\nb", "\\[ a\n\nb"]) == [["\\[\na\n\\]\n", "b"], ["\\[ a\n", "b"]]
    assert cut(["- a\n\n* b\n\n1. c"]) == [["- a\n", "* b\n", "1. c"]]


def test_a_long_list_goes_on_where_its_numbers_do() -> None:
    item = "x" * 300
    counted = "\n".join(f"{n}. {item}" for n in range(1, 10))
    lazy = "\n".join(f"1. {item}" for _ in range(9))
    pieces, uncut = cut([counted, lazy])
    assert [piece.partition(".")[0] for piece in pieces] == ["1", "5", "9"]
    assert uncut == [lazy]


def test_expensive_text_is_detected_before_parsing() -> None:
    too_heavy = (
        *("quotations within one another", "lists within one another", "lines that go on in a deep quotation"),
        *("a table of wide rows", "a wide table in a quotation", "emphasis that never ends", "stars around one letter"),
        *("footnotes", "formulas", "a matrix", "a matrix on its own"),
    )
    for name, pieces in zip(HOSTILE, in_node("markdown/blocks.js", "blocks", list(HOSTILE.values())), strict=True):
        assert any(piece["weight"] is None or piece["weight"] > MOST for piece in pieces) or name not in too_heavy, name


def test_a_text_without_blank_lines_is_cut_between_lines() -> None:
    lines = [
        "a",
        "- a",
        "# a",
        "[a](https://b.c)",
        "$a$",
        "*a_ *b_ **c~ ~~d",
        "> a",
        "some words of prose here and there. " * 4,
    ]
    for line, pieces in zip(
        lines, in_node("markdown/blocks.js", "blocks", [(line + "\n") * 2000 for line in lines]), strict=True
    ):
        assert max(piece["weight"] for piece in pieces) < HEAVY * 1.5, line
    table, setext = cut(["| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 400, "a\n" * 199 + "===\n" + "b\n" * 50])
    assert len(table) == 1
    assert [piece.startswith("===") for piece in setext] == [False] * len(setext)


def test_a_line_longer_than_any_message_is_cut_after_sentences_or_words() -> None:
    words, sentences, japanese = (
        "quiet **rivers** " * 8_000,
        "A sentence ends. Then " * 5_000,
        "文が終わる。そして" * 9_000,
    )
    for whole, end in ((words, " "), (sentences, ". "), (japanese, "。")):
        [pieces] = cut([whole])
        assert "".join(pieces) == whole
        assert all(len(piece) <= 10_000 and piece.endswith(end) for piece in pieces[:-1])
    assert len(cut(["x" * 50_000])[0]) == 1
    assert len(cut(["```\n" + words])[0]) == 1


def test_cutting_takes_a_time_that_grows_with_the_text() -> None:
    lines = ["a", "- a", "| a ", "```", "> ", "[a]", "$a$", "  - a", " "]
    program = (
        "const time = (text) => Math.min(...Array.from({ length: 3 }, () => { const begun = process.cpuUsage();"
        " blocks(text); withoutTableHead(text); return process.cpuUsage(begun).user; }));"
        "const times = (line) => [1_000, 20_000].map((count) => time(line.repeat(count)));"
        "say(given.map(times));"
    )
    arguments = [f"{line}\n" for line in lines]
    times = run({"markdown/blocks.js": "blocks, withoutTableHead"}, program, arguments)
    for line, (first, second) in zip(lines, times, strict=True):
        assert second < first * 100 + 50_000, line


@pytest.mark.parametrize(
    ("growing", "shown"),
    [
        ("So:\n\n| a | b", "So:\n\n"),
        ("So:\n| a | b |\n", "So:\n"),
        ("| a | b |\n|---|-", ""),
        ("| a | b |\n|---|---|\n", "| a | b |\n|---|---|\n"),
        ("| a | b |\n|---|---|\n| c", "| a | b |\n|---|---|\n| c"),
        ("| a |\nno table", "| a |\nno table"),
        ("| a |\n\n", "| a |\n\n"),
        ("```\n| a", "```\n| a"),
        ("```\nx\n```\n| a", "```\nx\n```\n"),
        ("text", "text"),
    ],
)
def test_the_head_of_a_table_is_held_back_until_it_is_one(growing: str, shown: str) -> None:
    assert in_node("markdown/blocks.js", "withoutTableHead", [growing]) == [shown]
