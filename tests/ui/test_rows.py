"""The message list's display of the store: the browser's own script, in Node."""

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow


def test_group_of_messages_ends_five_minutes_after_its_head() -> None:
    program = """
    const feed = feedOf("R");
    feed.ready = true;
    feed.can = new Set();
    const author = { id: "ben", name: "Ben" };
    [0, 2, 4, 6, 8].forEach((minute, n) => {
      const at = `2026-11-27T10:0${minute}:00Z`;
      feed.messages.set(String(n), { id: String(n), seq: n + 1, rev: 1, at, text: "Hi", author });
    });
    say(buildRows(feed).map(({ head }) => head));
    """
    imports = {"live/rows.js": "buildRows", "live/store.js": "feedOf, state"}
    assert run(imports, program) == [True, False, False, True, False]


def test_line_stands_before_the_first_message_that_the_ai_sees() -> None:
    program = """
    const feed = feedOf("R");
    feed.ready = true;
    feed.can = new Set(["send"]);
    state.me = { id: "aiko" };
    const authors = [{ id: "ben", name: "Ben" }, { id: "aiko", name: "Aiko" }];
    [0, 1, 2, 3].forEach((minute, n) => {
      const at = `2026-11-27T10:0${minute}:00.000+00:00`;
      const message = { id: String(n), seq: n + 1, rev: 1, at, text: "Hi", author: authors[n % 2] };
      feed.messages.set(String(n), n === 1 ? { ...message, exclude_from_ai: true } : message);
    });
    const starts = (cutoff) => {
      state.rooms.set("R", { id: "R", ai_context_cutoff_at: cutoff });
      return buildRows(feed).map((row) => row.starts);
    };
    const cut = ["10:02:00", "10:00:00", "10:09:00"].map((time) => starts(`2026-11-27T${time}.000+00:00`));
    const rows = buildRows(feed);
    say([...cut, starts(null), rows.map((row) => row.hidden), rows.map((row) => row.can_hide)]);
    """
    imports = {"live/rows.js": "buildRows", "live/store.js": "feedOf, state"}
    nowhere = [False] * 4
    assert run(imports, program) == [
        [False, False, True, False],
        nowhere,
        nowhere,
        nowhere,
        [False, True, False, False],
        [False, True, False, True],
    ]


def test_line_of_the_summary_stands_after_the_last_message_that_it_covers() -> None:
    program = """
    const feed = feedOf("R");
    feed.ready = true;
    feed.can = new Set(["manage_ai"]);
    state.me = { id: "aiko" };
    const event = { kind: "joined" };
    [4, 5, 6, 7].forEach((seq) => {
      const at = `2026-11-27T10:00:0${seq}.000+00:00`;
      const message = { id: String(seq), seq, rev: 1, at, text: "Hi", author: { id: "ben", name: "Ben" } };
      feed.messages.set(String(seq), seq === 6 ? { ...message, event } : { ...message, pinned_for_ai: seq === 7 });
    });
    const summarised = (ai_summary_seq) => {
      state.rooms.set("R", { id: "R", ai_summary_seq });
      return buildRows(feed).map((row) => row.summarised);
    };
    const rows = buildRows(feed);
    say([null, 3, 4, 5, 7].map(summarised).concat([rows.map((row) => row.pinned_for_ai), rows.map((row) => row.head)]));
    """
    imports = {"live/rows.js": "buildRows", "live/store.js": "feedOf, state"}
    nowhere = [False] * 4
    assert run(imports, program) == [
        nowhere,
        nowhere,  # it covers only what is not loaded
        [False, True, False, False],
        [False, False, False, True],
        nowhere,
        [False, False, False, True],
        [True, False, True, True],
    ]


def test_answers_to_one_message_stand_beside_each_other_and_wait_for_none_of_another_model() -> None:
    program = """
    const feed = feedOf("R");
    feed.ready = true;
    feed.can = new Set();
    state.models = [{ id: "own", handle: "own", label: "Own" }];
    state.rooms.set("R", { id: "R", ai_model: null });
    const aiko = { id: "aiko", name: "Aiko" };
    const written = [["own", "streaming"], ["sol", "streaming"]];
    const answers = [...written, ["own", "queued"], ["sun", "queued"], [null, "queued"]];
    const at = (n) => `2026-11-27T10:00:0${n < 2 ? 0 : n}.000Z`;
    answers.forEach(([model, status], n) => {
      const ai = { run: String(n), model, asker: aiko, status, error: null, tokens: null };
      feed.messages.set(String(n), { id: String(n), seq: n + 2, rev: 1, at: at(n), text: "", author: null, ai });
    });
    say(buildRows(feed).map(({ beside, before }) => [beside, before]));
    """
    imports = {"live/rows.js": "buildRows", "live/store.js": "feedOf, state"}
    assert run(imports, program) == [[True, 0], [True, 0], [False, 1], [False, 0], [False, 2]]


def test_assistants_that_one_may_ask_are_called_by_name_once_they_are_known() -> None:
    program = """
    state.me = { id: "aiko" };
    state.models = [{ handle: "sonnet", label: "Sonnet" }];
    const mentions = [{ id: "ben", username: "ben", name: "Ben" }];
    const message = { id: "1", text: "@critic @sonnet @ben @ai @stranger @Critic", mentions, author: { id: "ben" } };
    const feed = feedOf("R");
    feed.cache.set("1", {});
    const sent = [];
    on("send", (handler) => sent.push(handler));
    const called = () => mentionsOf(message).map(({ username, name }) => `${username}: ${name}`);
    const before = called();
    called();
    await new Promise((done) => setTimeout(done)); // a turn later
    const names = [["critic", "批評家"], ["critic", "Other"], ["sonnet", "No"]];
    receive([{ t: "assistants", assistants: names.map(([handle, name]) => ({ handle, name })) }]);
    const after = called();
    await new Promise((done) => setTimeout(done)); // a turn later
    say([before, after, sent, feed.cache.size]);
    """
    imports = {
        "live/mentions.js": "mentionsOf",
        "live/ops.js": "receive",
        "live/store.js": "feedOf, on, state",
    }
    before = ["sonnet: Sonnet", "ben: Ben", "ai: ai"]
    assert run(imports, program) == [before, ["critic: 批評家", *before], ["load_assistants"], 0]


def test_translation_of_a_text_that_the_message_has_no_more_is_not_shown() -> None:
    program = """
    const shown = (text) => translationOf({ id: "1", text })?.text ?? null;
    beginTranslation("1");
    const busy = [shown("old"), shown("new")];
    translated({ message: "1", of: "new", text: "neu", model: "m" });
    say([...busy, shown("old"), shown("new")]);
    """
    imports = {"live/translations.js": "beginTranslation, translated, translationOf"}
    assert run(imports, program) == ["", "", None, "neu"]
