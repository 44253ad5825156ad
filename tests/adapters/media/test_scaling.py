"""Pictures as models are given them, made by a real child process."""

from pathlib import Path

import pytest
from PIL import Image

from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.files.errors import FileRefused
from tests.adapters.media.made import animation, encoded, pdf, picture


async def scaled(examiner: ProcessExaminer, folder: Path, data: bytes, longest: int = 300) -> tuple[str, Image.Image]:
    path, into = folder / "file", folder / "scaled"
    path.write_bytes(data)
    mime_type = await examiner.scale(path, into, longest)
    return mime_type, Image.open(into)


@pytest.mark.parametrize(
    ("form", "mode", "wanted"),
    [
        ("PNG", "RGB", "image/jpeg"),
        ("PNG", "RGBA", "image/webp"),
        ("PNG", "I;16", "image/jpeg"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("AVIF", "RGB", "image/jpeg"),
    ],
)
async def test_a_picture_is_made_small_in_a_form_that_models_take(
    examiner: ProcessExaminer, into: Path, form: str, mode: str, wanted: str
):
    data = encoded(picture(size=(800, 600)).convert(mode) if mode != "I;16" else Image.new("I;16", (800, 600)), form)
    mime_type, image = await scaled(examiner, into, data)
    assert (mime_type, image.size) == (wanted, (300, 225))
    assert image.get_format_mimetype() == wanted


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
async def test_animation_is_scaled_to_its_first_frame(examiner: ProcessExaminer, into: Path, form: str):
    mime_type, image = await scaled(examiner, into, animation(form))
    assert mime_type in ("image/jpeg", "image/webp")
    assert (getattr(image, "n_frames", 1), image.size) == (1, (60, 40))


async def test_a_page_of_a_document_is_drawn(examiner: ProcessExaminer, into: Path):
    (into / "file").write_bytes(pdf(2))
    assert await examiner.scale(into / "file", into / "drawn", 300, 2) == "image/jpeg"
    assert max(Image.open(into / "drawn").size) == 300
    with pytest.raises(FileRefused):
        await examiner.scale(into / "file", into / "drawn", 300, 3)


async def test_invalid_picture_is_refused_and_next_one_is_scaled(examiner: ProcessExaminer, into: Path):
    with pytest.raises(FileRefused):
        await scaled(examiner, into, b"\x89PNG\r\n\x1a\n broken")
    assert (await scaled(examiner, into, encoded(picture(), "PNG")))[0] == "image/jpeg"
