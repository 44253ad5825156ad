"""Where words go in a text that is being written: the browser's own script, under Node."""

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow

MODULE = "conversation/inserting.js"


@pytest.mark.parametrize(
    ("text", "start", "end", "words", "expected"),
    [
        ("", 0, 0, "Hello", ("Hello", 5)),
        ("Please tomorrow", 6, 6, "call me", ("Please call me tomorrow", 14)),
        ("Please tomorrow", 7, 7, "call me", ("Please call me tomorrow", 14)),
        ("Say (", 5, 5, "quietly", ("Say (quietly", 12)),
        ("one, two", 3, 3, "more", ("one more, two", 8)),
        ("Not this.", 4, 8, "that", ("Not that.", 8)),
        ("明日、", 3, 3, "会いましょう", ("明日、会いましょう", 9)),
        ("明日会う", 2, 2, "Parley", ("明日Parley会う", 8)),
        ("Line\n", 5, 5, "next", ("Line\nnext", 9)),
    ],
)
def test_words_stand_with_the_spaces_of_their_script(
    text: str, start: int, end: int, words: str, expected: tuple[str, int]
) -> None:
    program = "const put = insertAt(...given); say([put.text, put.caret]);"
    assert run({MODULE: "insertAt"}, program, [text, start, end, words]) == list(expected)


def test_words_for_a_draft_go_behind_it() -> None:
    program = 'say(insertAt("Draft", Infinity, Infinity, "more"));'
    assert run({MODULE: "insertAt"}, program) == {"text": "Draft more", "caret": 10}
