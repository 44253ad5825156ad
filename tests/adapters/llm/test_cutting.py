"""However a body is cut, and whatever its line ends, the same answer is read; and none takes much memory."""

import json
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chat_app.adapters.llm.streams import event_lines
from chat_app.adapters.llm.streams.event_lines import EventLines
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.adapters.llm.streams.reasoning import ReasoningDivider
from tests.adapters.llm.answers import read, sse
from tests.adapters.llm.test_openai_answers import DONE, STOP, chunk
from tests.adapters.llm.test_other_answers import END, FULL, LAST, PING, START, line, lines, said

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # how long it takes proves nothing
TEXT = "日本\u2028\x85 🎉 <b> `x` é"
BODIES: list[tuple[Reader, bytes]] = [
    (read_openai, b"\xef\xbb\xbf" + sse(chunk(TEXT), b": hm\n\n", b"data: {\n\n", chunk(TEXT), STOP, DONE)),
    (read_openai, json.dumps(chunk(TEXT, "stop"), ensure_ascii=False, indent=1).encode()),
    (read_openai, b'data: {"choices": [\ndata: {"delta": {"content": "a"}}\ndata: ]}\n\ndata: [DONE]'),
    (read_anthropic, sse(START, PING, said(TEXT), said("<think>no</think>"), END, LAST)),
    (read_gemini, json.dumps(FULL, indent=2).encode()),
    (read_ollama, lines(line(TEXT), b"{broken\n", line(TEXT, "length")).rstrip()),
]


def cut(whole: bytes, places: list[float]) -> list[bytes]:
    ends = [0, *sorted(int(place * len(whole)) for place in places), len(whole)]
    return [whole[start:end] for start, end in pairwise(ends)]


@pytest.mark.parametrize("number", range(len(BODIES)))
@unhurried
@given(
    places=st.lists(st.floats(0, 1), max_size=12), end=st.sampled_from([b"\n", b"\r\n", b"\r"]), each_byte=st.booleans()
)
def test_a_body_cut_anywhere_reads_the_same(number: int, places: list[float], end: bytes, each_byte: bool):
    reader, body = BODIES[number]
    whole = read(reader, [body])
    assert whole.text
    assert not whole.failed
    ended = body.replace(b"\n", end)
    chunks = [bytes([byte]) for byte in ended] if each_byte else cut(ended, places)
    assert read(reader, chunks) == whole


@unhurried
@example([b"data:x", b"\r", b"\n", b"\n", b"event:error"])
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([b"data: ", b"\n", b"\r", b'{"a":1}', b"[", b"event: error\n"]))
)
def test_any_bytes_are_read_the_same_however_they_are_cut(chunks: list[bytes]):
    def events(pieces: list[bytes]) -> tuple[list[dict[str, object]], int]:
        decoder = EventLines()
        found = [event for piece in pieces for event in decoder.feed(piece)]
        return found + list(decoder.rest()), decoder.broken

    assert repr(events(chunks)) == repr(events([b"".join(chunks)]))


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(event_lines, "MAX_EVENT", 2**16)
    return 2**16


def kept(decoder: EventLines) -> int:
    return sum(len(part) for part in vars(decoder).values() if isinstance(part, bytes | bytearray))


@pytest.mark.parametrize("start", [b"data: ", b"", b"{", b"{\n", b"data: {\ndata: "])
def test_a_line_without_an_end_is_skipped_and_not_kept(start: bytes, little_memory: int):
    decoder = EventLines()
    assert not list(decoder.feed(start))
    for _ in range(200):
        assert not list(decoder.feed(b"x" * 1000))
        assert kept(decoder) <= little_memory + 1000
    assert [event["ok"] for event in decoder.feed(b'\n\ndata: {"ok": 1}\n\n')] == [1]
    assert decoder.broken > 0


@pytest.mark.parametrize("each", [b"data: {\n", b"{\n", b"x\n", b"event: x\n"])
def test_lines_without_an_end_are_skipped_and_not_kept(each: bytes, little_memory: int):
    decoder = EventLines()
    for _ in range(200):
        assert not list(decoder.feed(each * 200))
    assert kept(decoder) <= little_memory


def without_reasoning(pieces: list[str]) -> str:
    reasoning, text = ReasoningDivider(), ""
    for more, anew, _ in [*(reasoning.feed(piece) for piece in pieces), reasoning.rest()]:
        text = more if anew else text + more
    return text


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("<think>Hm</think>Hello", "Hello"),
        ("<thinking>\nHm\n</thinking>\n\nHello\n", "Hello\n"),
        (" \n<THINK>Hm</Think> Hello", " \nHello"),
        ("<think></think>Hello", "Hello"),
        ("<think>Hm", ""),
        ("<think>Hm</thi", ""),
        ("<think>", ""),
        ("<think>a<think>b</think>c</think>Hello", "Hello"),
        ("<think>They ask about the <think> tag.</think>Hello", "Hello"),
        ("<think>They ask about `</think>`, hm</think>Hello", "Hello"),
        ("<think>A ``` fence left open</think>Hello", "Hello"),
        ("<think>a</think><think>b</think>Hello", "Hello"),
        ("Hello\n<think>Hm</think>\nworld", "Hello\n\nworld"),
        ("Hel<think>Hm</think>lo", "Hello"),
        ("Hello <think> is a tag of theirs", "Hello <think> is a tag of theirs"),
        ("Reasoning first\n</think>\n\nHello", "Hello"),
        ("Reasoning `code` first</think>Hello", "Hello"),
        ("</think>Hello", "Hello"),
        ("Hello</think>", "Hello"),
        ("<think>Hm</think>Hello</think> world", "Hello world"),
        ("Put `<think>` and `</think>` around it", "Put `<think>` and `</think>` around it"),
        ("`<think>`, then </think>, you see", "`<think>`, then </think>, you see"),
        ("``a ` <think>x</think>`` b", "``a ` <think>x</think>`` b"),
        ("```xml\n<think>Hm</think>\n```\nso", "```xml\n<think>Hm</think>\n```\nso"),
        ("~~~~\n~~~\n<think>x</think>\n~~~~\n<think>Hm</think>so", "~~~~\n~~~\n<think>x</think>\n~~~~\nso"),
        ("Don` so\n<think>Hm</think>Hello", "Don` so\nHello"),
        ("~~old~~ <think>Hm</think>new", "~~old~~ new"),
        ("a < b, <b>c</b>, <thinker>, </thin", "a < b, <b>c</b>, <thinker>, </thin"),
        ("    indented", "    indented"),
    ],
)
def test_reasoning_in_the_text_is_no_part_of_the_answer(written: str, answer: str):
    assert without_reasoning([written]) == without_reasoning(list(written)) == answer


TOKENS = st.sampled_from(
    ["<think>", "</think>", "<THINKING>", "</thinking>", "`", "``", "```", "~~~", "\n", " ", "a", "<", "é"]
)


@unhurried
@given(st.lists(TOKENS, max_size=20), st.lists(st.integers(1, 4), min_size=1))
def test_reasoning_is_found_however_the_text_is_cut(tokens: list[str], sizes: list[int]):
    text, pieces, at = "".join(tokens), [], 0
    for size in sizes * (len(text) + 1):
        pieces.append(text[at : at + size])
        at += size
    whole = without_reasoning([text])
    assert without_reasoning(pieces) == whole
    # Nothing but tags, what stands between them, and blank space before the answer is ever taken out.
    assert all(character in text for character in whole)
    if "think" not in text.lower():
        assert whole == text


@unhurried
@given(st.text(alphabet="ab`~\n <>/", max_size=40))
def test_text_without_tags_is_left_as_it_is(text: str):
    assert without_reasoning([text]) == without_reasoning(list(text)) == text
