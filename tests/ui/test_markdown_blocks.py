"""How Markdown is cut into pieces: the browser's own scripts, in Node."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).parent / "node"
LINES = (
    *("", "", "text", "more text", "# Title", "- item", "* other", "1. one", "2. two", "3. three", "   within", "\tin"),
    *("```", "```py", "~~~", "````", "$$", "$$x$$", "> quote", "| a | b |", "|---|---|", "---", "   ```", "x" * 400),
)


def in_node(module: str, function: str, arguments: list[Any]) -> list[Any]:
    """What the function of a script in ``assets/markdown`` returns for each argument."""
    url = (ROOT / "assets" / "markdown" / module).as_uri()
    program = (
        f"import {{ {function} }} from {json.dumps(url)};"
        "let text = ''; for await (const part of process.stdin) text += part;"
        f"console.log(JSON.stringify(JSON.parse(text).map((each) => {function}(each))));"
    )
    command = [NODE, "--no-warnings", "--input-type=module", "-e", program]
    done = subprocess.run(command, input=json.dumps(arguments), capture_output=True, text=True, check=True)
    result: list[Any] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Random documents, made of what decides where to cut."""
    chance = random.Random(7)
    return ["\n".join(chance.choices(LINES, k=chance.randint(1, 40))) for _ in range(500)]


def test_the_pieces_are_the_text(texts: list[str]) -> None:
    assert ["\n".join(pieces) for pieces in in_node("blocks.js", "blocks", texts)] == texts


def test_a_text_that_grows_by_lines_changes_its_last_piece_only(texts: list[str]) -> None:
    shorter = [text.rpartition("\n")[0] for text in texts]
    before, after = in_node("blocks.js", "blocks", shorter), in_node("blocks.js", "blocks", texts)
    for old, new in zip(before, after, strict=True):
        assert old[:-1] == new[: len(old) - 1]


def test_what_belongs_together_stays_together() -> None:
    whole = (
        "1. one\n\n2. two\n\n   more of two\n\n3. three",
        "```py\na\n\nb\n\n# not a title\n```",
        "$$\na\n\nb\n$$",
        "- a\n\n- b\n\n      code of b",
        "see [x]\n\nand then\n\n[x]: https://example.org",
        "````md\n```\n\n```\n\nstill code\n````",
    )
    assert in_node("blocks.js", "blocks", list(whole)) == [[text] for text in whole]


def test_what_stands_alone_is_cut() -> None:
    assert in_node("blocks.js", "blocks", ["a\n\nb\n\n```\nc\n\nd\n```\n\ne"]) == [
        ["a\n", "b\n", "```\nc\n\nd\n```\n", "e"]
    ]
    assert in_node("blocks.js", "blocks", ["- a\n\n* b\n\n1. c"]) == [["- a\n", "* b\n", "1. c"]]


def test_a_long_list_goes_on_where_its_numbers_do() -> None:
    item = "x" * 300
    counted = "\n".join(f"{n}. {item}" for n in range(1, 10))
    lazy = "\n".join(f"1. {item}" for _ in range(9))
    pieces, uncut = in_node("blocks.js", "blocks", [counted, lazy])
    assert [piece.partition(".")[0] for piece in pieces] == ["1", "5", "9"]
    assert uncut == [lazy]


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
    assert in_node("blocks.js", "withoutTableHead", [growing]) == [shown]
