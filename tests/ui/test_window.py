"""Which messages a tab keeps while one scrolls through a long room: the browser's own script, in Node."""

from typing import Any

from tests.support.node import run

MOST, PAGE, SIZE = 200, 50, 2000

ROOM = """
const message = (seq) => ({ id: String(seq), seq, rev: 1 });
const page = (first, last) => Array.from({ length: last - first + 1 }, (_, n) => message(first + n));
const server = {
  older: ({ before }) => ({ before, messages: page(Math.max(1, before - PAGE), before - 1), more: before - PAGE > 1 }),
  newer: ({ after }) => ({ after, messages: page(after + 1, Math.min(last, after + PAGE)) }),
};
const come = (page) => turned({ room: "R", ...page });
let last = SIZE;
on("send", (what, asked) => come(server[what](asked)));
state.current = "R";
const feed = feedOf("R");
feed.ready = feed.more = true;
page(SIZE - PAGE + 1, SIZE).forEach((message) => put(feed, message));
const seen = () => [...shown(feed).values()].map(({ seq }) => seq).sort((a, b) => a - b);
const log = [];
const note = () => {
  const [all, past] = [seen(), feed.past?.messages.size ?? 0];
  log.push({ first: all[0], last: all.at(-1), count: all.length, kept: feed.messages.size + past, past: !!past });
};
"""


def in_a_room(program: str) -> list[dict[str, Any]]:
    """What the program notes, in a room of 2,000 messages of which the newest are loaded."""
    imports = {
        "live/pages.js": "turned",
        "live/past.js": "keepNear, shown, turn",
        "live/putting.js": "put",
        "live/store.js": "feedOf, on, state",
    }
    log: list[dict[str, Any]] = run(imports, f"const [SIZE, PAGE] = [{SIZE}, {PAGE}];{ROOM}{program}; say(log);")
    return log


def test_few_messages_are_kept_from_the_end_to_the_beginning_and_back() -> None:
    log = in_a_room(
        "while (turn('older')) { keepNear(String(seen()[PAGE])); note(); }"
        "while (turn('newer')) { keepNear(String(seen().at(-PAGE))); note(); }"
    )
    assert min(each["first"] for each in log) == 1
    assert log[-1]["last"] == SIZE
    assert not log[-1]["past"]
    assert max(each["count"] for each in log) <= MOST
    assert max(each["kept"] for each in log) <= MOST + PAGE
    assert all(each["last"] - each["first"] + 1 == each["count"] for each in log)
    assert any(each["past"] for each in log)


def test_tab_at_the_end_keeps_only_the_newest_messages() -> None:
    log = in_a_room(
        "for (let n = 0; n < 1000; n += 1) { last += 1; page(last, last).forEach((message) => put(feed, message));"
        " keepNear(String(last)); note(); } turn('older'); note();"
    )
    assert max(each["count"] for each in log[:-1]) <= MOST
    assert [each["last"] for each in log[:-1]] == list(range(SIZE + 1, SIZE + 1001))
    assert log[-1]["first"] == log[-2]["first"] - PAGE
    assert not any(each["past"] for each in log)


def test_a_page_that_was_asked_for_before_its_neighbours_went_leaves_no_gap() -> None:
    log = in_a_room(
        "for (let n = 0; n < 4; n += 1) { turn('older'); keepNear(String(seen()[PAGE])); }"
        "let late; on('send', (what, asked) => {"
        " if (what === 'newer') late = server[what](asked); else come(server[what](asked)); });"
        "turn('newer'); turn('older'); keepNear(String(seen()[PAGE])); note(); come(late); note();"
        "on('send', (what, asked) => come(server[what](asked)));"
        "while (turn('newer')) keepNear(String(seen().at(-PAGE))); note();"
    )
    assert log[0]["last"] == log[1]["last"] < SIZE - PAGE
    assert log[2]["last"] == SIZE
    assert log[2]["last"] - log[2]["first"] + 1 == log[2]["count"]


def test_a_page_that_was_asked_for_at_the_beginning_comes_although_the_end_goes() -> None:
    log = in_a_room(
        "for (let n = 0; n < 3; n += 1) turn('older'); note();"
        "let late; on('send', (what, asked) => { late = server[what](asked); });"
        "turn('older'); page(SIZE + 1, SIZE + 2).forEach((message) => put(feed, message)); last = SIZE + 2;"
        "keepNear(String(seen()[0])); note(); come(late); note();"
    )
    assert log[1]["count"] < MOST
    assert log[2]["first"] == log[0]["first"] - PAGE
