"""Whatever bytes come: a file is examined or refused, and the next one is looked into."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_app.adapters.media.accepted import ACCEPTED
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import CLEAN, Examined
from tests.adapters.media import made

pytestmark = pytest.mark.slow

FORMS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
SMALL = made.picture(size=(24, 16))
SEEDS = {
    **{form: made.encoded(SMALL, form) for form in FORMS},
    "JPEG with EXIF": made.encoded(SMALL, "JPEG", exif=made.exif(6), xmp=made.XMP),
    "CMYK": made.encoded(SMALL.convert("CMYK"), "JPEG"),
    "animated GIF": made.animation("GIF", size=(9, 9)),
    "animated WebP": made.animation("WEBP", size=(9, 9)),
    "PDF": made.pdf(2),
    "docx": made.docx(),
    "xlsx": made.xlsx(),
    "pptx": made.pptx(),
    "odt": made.open_document("text", "<text:p>a</text:p>"),
    "zip": made.zipped({"a": "b"}),
    "text": "テキスト".encode("cp932") * 9,
    "mp4": made.mp4(private=b"place"),
    "webm": made.webm(),
    "mp3": b"ID3\4\0\0\0\0\0\0" + made.mp3(5),
    "wav": made.wav(0.01),
    "flac": made.flac(),
    "opus": made.opus(),
}

CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.floats(0, 1), st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.binary(min_size=1, max_size=9)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.binary(min_size=1, max_size=9)),
        st.tuples(st.just("end"), st.floats(0, 1), st.just(b"")),
    ),
    min_size=1,
    max_size=4,
)


def changed(data: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for how, place, new in changes:
        at = int(place * len(data))
        head, tail = data[:at], data[at:]
        data = {
            "set": head + new + tail[len(new) :],
            "insert": head + new + tail,
            "cut": head + tail[len(new) :],
            "end": head,
        }[how]
    return data


@pytest.mark.parametrize("seed", SEEDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
async def test_changed_bytes_are_examined_or_refused(
    examiner: ProcessExaminer, seed: str, changes: list[tuple[str, float, bytes]]
):
    await look(examiner, changed(SEEDS[seed], changes))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([data[:12] for data in SEEDS.values()]), rest=st.binary(max_size=200))
async def test_a_good_beginning_is_not_enough_to_do_harm(examiner: ProcessExaminer, start: bytes, rest: bytes):
    await look(examiner, start + rest)


async def look(examiner: ProcessExaminer, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "file").write_bytes(data)
        with suppress(FileRefused):
            check(await examiner.examine(folder / "file", name="file", declared="", into=folder), folder)


def check(found: Examined, folder: Path) -> None:
    assert found.kind is ACCEPTED[found.mime_type]
    assert sum(len(page.encode()) for page in found.pages) <= 2_000_000
    if found.kind == "image":
        assert made.SECRET not in (folder / CLEAN).read_bytes()
