"""Recordings: how long they play, how they are shown, and that no place stays."""

from pathlib import Path

import pytest

from chat_app.core.files.storage.ports import CLEAN, Examined
from tests.adapters.media import made
from tests.adapters.media.asked import Examine, Refusal


@pytest.mark.parametrize(
    ("data", "mime_type", "seconds"),
    [
        (made.wav(0.5), "audio/wav", 0.5),
        (made.mp3(50), "audio/mpeg", 1.306),
        (b"ID3\4\0\0\0\0\0\0" + made.mp3(50), "audio/mpeg", 1.306),
        (made.flac(), "audio/flac", 2.0),
        (made.opus(), "audio/ogg", 2.0),
        (made.aac(), "audio/aac", None),
        (made.mp4(video=False, brand=b"M4A "), "audio/mp4", 2.5),
        (made.webm(video=False), "audio/webm", 3.0),
    ],
)
async def test_sound_has_its_length(examine: Examine, data: bytes, mime_type: str, seconds: float | None):
    found: Examined = await examine(data)
    assert (found.mime_type, found.kind) == (mime_type, "audio")
    assert found.seconds == pytest.approx(seconds, abs=0.05)


@pytest.mark.parametrize(
    ("data", "mime_type", "size", "seconds"),
    [
        (made.mp4(), "video/mp4", (1920, 1080), 2.5),
        (made.mp4(turned=True), "video/mp4", (1080, 1920), 2.5),
        (made.mp4(brand=b"qt  "), "video/quicktime", (1920, 1080), 2.5),
        (made.webm(), "video/webm", (1280, 720), 3.0),
        (made.webm(duration=None), "video/webm", (1280, 720), None),
    ],
)
async def test_video_has_its_size_and_length(
    examine: Examine, data: bytes, mime_type: str, size: tuple[int, int], seconds: float | None
):
    found: Examined = await examine(data)
    assert (found.mime_type, found.kind, found.width, found.height) == (mime_type, "video", *size)
    assert found.seconds == seconds


async def test_the_place_of_a_video_is_taken_out_and_nothing_moves(examine: Examine, into: Path):
    place = made.box(b"\xa9xyz", b"+35.6895+139.6917/")
    data = made.mp4(private=place)
    await examine(data)
    clean = (into / CLEAN).read_bytes()
    assert b"+35.6895" not in clean
    assert len(clean) == len(data)
    at = data.index(place)
    assert clean == data[: at - 4] + b"free" + bytes(len(place)) + data[at + len(place) :]


async def test_video_without_location_is_unchanged(examine: Examine, into: Path):
    await examine(made.mp4())
    assert not (into / CLEAN).exists()


@pytest.mark.parametrize(
    "data",
    [
        made.mp4()[:-50],
        made.box(b"ftyp", b"isom\0\0\0\0isom"),
        made.webm()[:60],
        b"ID3\4\0\0\0\0\0\0" + b"<script>" * 99,
        b"RIFF\xff\0\0\0WAVEfmt ",
        b"OggS" + bytes(99),
    ],
    ids=["truncated", "no movie", "no tracks", "only a tag", "no sound", "no pages"],
)
async def test_a_broken_recording_is_refused(refusal: Refusal, data: bytes):
    assert await refusal(data) == "file_broken"
