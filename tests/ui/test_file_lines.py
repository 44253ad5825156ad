"""Texts of files as they are shown: the browser's own script, under Node."""

from tests.support.node import in_node

MODULE = "files/lines.js"


def test_invisible_and_direction_marks_are_shown():
    hostile = ["a\u202eb\u2066c", "\x1b[31m\x00\x7f\x85", "tab\tand\nline", "שלום \u200f عربي"]
    assert in_node(MODULE, "visible", hostile) == [
        "a⟨U+202E⟩b⟨U+2066⟩c",
        "␛[31m␀␡⟨U+0085⟩",
        "tab\tand\nline",
        "שלום \u200f عربي",
    ]


def test_beginning_has_few_lines_and_none_is_long():
    lines, long = in_node(MODULE, "beginning", ["\n".join(map(str, range(100))), "x" * 100_000])
    assert lines.split("\n") == [str(n) for n in range(12)]
    assert long == "x" * 160 + "…"


def test_language_is_the_end_of_a_name_unless_it_has_words():
    names = ["a.py", "b.tar.GZ", "notes.txt", "README.me", "Makefile", "x/y.JS", "no.thing_so_long_is_an_ending_at_all"]
    assert in_node(MODULE, "languageOf", names) == ["py", "gz", "", "", "makefile", "js", ""]


def test_room_for_lines_goes_by_the_size():
    assert in_node(MODULE, "linesIn", [1, 100, 10**7]) == [2, 3, 7]
