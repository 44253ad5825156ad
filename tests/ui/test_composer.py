"""The composer's store: the browser's own script, under Node."""

from typing import Any

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow

DEVICE = """
const kept = new Map();
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, text) => kept.set(key, text),
  removeItem: (key) => kept.delete(key),
};
globalThis.requestAnimationFrame = () => {};
state.messageMax = 510;
const enter = (room) => open((state.current = room));
const type = (value) => inputProps.onChange({ target: { value, selectionStart: 0, selectionEnd: 0 } });
"""


def in_a_composer(program: str) -> Any:
    """What the program says, with a device that keeps what it is given."""
    imports = {
        "live/store.js": "state",
        "conversation/composer.js": "inputProps, open",
        "conversation/composing.js": "composing",
        "conversation/replying.js": "beginEdit, cancel",
        "conversation/submitting.js": "submit",
        "conversation/writing.js": "putPrompt, restore",
    }
    return run(imports, DEVICE + program)


def test_each_room_has_its_draft_and_loses_it_when_it_is_sent() -> None:
    program = """
    const found = ["A", "B", "A"].map((room) => (enter(room), composing.get().text) || (type(`to ${room}`), ""));
    submit();
    enter("B");
    say([found, composing.get().text, [...kept.keys()]]);
    """
    assert in_a_composer(program) == [["", "", "to A"], "to B", ["parley.draft.B"]]


def test_edit_that_is_given_up_gives_the_draft_back() -> None:
    program = """
    enter("A");
    type("begun");
    beginEdit({ id: "M", text: "said" });
    type("said otherwise");
    const editing = composing.get().text;
    cancel();
    say([editing, composing.get().text, kept.get("parley.draft.A")]);
    """
    assert in_a_composer(program) == ["said otherwise", "begun", "begun"]


def test_length_is_that_of_the_server_in_code_points() -> None:
    program = r"""
    enter("A");
    const texts = ["e\u0301".repeat(20), "\u{1F600}".repeat(20), "x".repeat(511)];
    const left = texts.map((text) => (type(text), composing.get().left));
    submit();
    say([left, composing.get().error, composing.get().text.length]);
    """
    assert in_a_composer(program) == [[490, 490, -1], "message_too_long", 511]


def test_restored_draft_is_said_until_one_types() -> None:
    program = """
    globalThis.requestAnimationFrame = (later) => later();
    enter("A");
    type("begun");
    const said = ["B", "A"].map((room) => (enter(room), composing.get().restored));
    type("begun again");
    say([said, composing.get().restored]);
    """
    assert in_a_composer(program) == [[False, True], False]


def test_text_that_is_put_in_stands_after_what_was_typed() -> None:
    program = """
    enter("A");
    const texts = ["One", "Two"].map((text) => (restore(text), composing.get().text));
    say(texts);
    """
    assert in_a_composer(program) == ["One", "One\nTwo"]


def test_prompt_takes_the_place_of_its_name_alone() -> None:
    program = """
    enter("A");
    const after = (text) => (type(text), putPrompt("$& A cup"), composing.get().text);
    say(["/tea please", "/要約", "Tea"].map(after));
    """
    assert in_a_composer(program) == ["$& A cup please", "$& A cup", "Tea"]


UNASKED = """
const sent = [];
on("send", (handler, payload) => sent.push(payload));
const answer = (code, details) => refuse({ about: sent[sent.length - 1].nonce, code, details });
"""


def test_message_that_asks_what_it_may_not_comes_back_where_nothing_else_is_begun() -> None:
    program = """
    enter("A");
    type("@pro hello");
    chooseNext("home/pro", "Pro");
    submit();
    const between = { ...composing.get() };
    answer("model_for_admins", { model: "Pro" });
    const after = { ...composing.get() };
    submit();
    type("Something else");
    answer("model_for_admins", { model: "Pro" });
    const [unsent] = feedOf("A").outbox.values();
    const shown = ({ text, error, refused, model }) => [text, error, refused, model?.label ?? ""];
    say([shown(between), shown(after), shown(composing.get()), unsent.failed, sent.map(({ model }) => model)]);
    """
    imports = {
        "live/store.js": "feedOf, on, state",
        "live/outbox.js": "refuse",
        "conversation/composer.js": "inputProps, open",
        "conversation/composing.js": "composing",
        "conversation/replying.js": "chooseNext",
        "conversation/submitting.js": "submit",
    }
    between, after, last, kept, sent = run(imports, DEVICE + UNASKED + program)
    assert between == ["", "", "", ""]
    assert after == ["@pro hello", "model_for_admins", "Pro", "Pro"]
    assert last[:2] == ["Something else", ""]
    assert kept == "model_for_admins"
    assert sent == ["home/pro", "home/pro"]
