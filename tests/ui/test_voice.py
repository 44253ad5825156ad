"""The measurements of a recording: the browser's own script, under Node."""

from tests.support.node import in_node, run

MODULE = "voice/measuring.js"


def test_peaks_are_the_loudest_of_each_part():
    long = [0.0] * 640
    long[0], long[325], long[639] = 0.5, 1.0, 0.1
    peaks, few, none = in_node(MODULE, "peaksOf", [long, [0.0, 1.0, 0.25], []])
    assert len(peaks) == 64
    assert {n: peak for n, peak in enumerate(peaks) if peak} == {0: 16, 32: 31, 63: 3}
    assert few == [0, 31, 8]
    assert none == [0]


def test_peaks_are_what_the_server_accepts():
    recordings = [[(n * 7 % 11) / 10 for n in range(length)] for length in (*range(200), 12_000)]
    for peaks in in_node(MODULE, "peaksOf", recordings):
        assert 1 <= len(peaks) <= 64
        assert all(isinstance(peak, int) and 0 <= peak <= 31 for peak in peaks)


def test_silence_is_nothing_and_a_shout_no_more_than_all():
    assert in_node(MODULE, "levelOf", [[128] * 64, [0, 255] * 32]) == [0, 1]


def test_a_clock_has_minutes_and_whole_seconds():
    assert in_node("amounts.js", "clock", [0, 9.9, 61, 600]) == ["0:00", "0:09", "1:01", "10:00"]


def test_arrows_move_within_a_recording():
    program = "([key, at, seconds]) => [movedBy(key, at, seconds) ?? null]"
    moves = [("ArrowRight", 0, 10), ("ArrowLeft", 0.5, 10), ("ArrowUp", 118, 120), ("Home", 4, 10)]
    assert run({MODULE: "movedBy"}, f"say(given.map({program}))", moves) == [[1], [0], [120], [None]]
