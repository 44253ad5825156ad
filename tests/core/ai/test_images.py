"""Pictures from the storage, as models are given them."""

import asyncio
import errno
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chat_app.core.ai.context.shapes.files import PromptFile
from chat_app.core.ai.images import IMAGE_BYTES, REFUSED_SECONDS, StoredImages
from chat_app.core.files.errors import FileRefused, StorageAway
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.keys import file_key

CAT = PromptFile(uuid4(), 1, "cat.png", FileKind.IMAGE, "image/png", 9, 800, 600)


@dataclass
class Shelf:
    """The part of a storage that is asked: objects by their keys, or an error."""

    objects: dict[str, bytes] = field(default_factory=dict)
    error: Exception | None = None
    into: list[Path] = field(default_factory=list)

    async def fetch(self, key: str, into: Path) -> None:
        self.into.append(into)
        if self.error:
            raise self.error
        if key not in self.objects:
            raise FileNotFoundError(key)
        await asyncio.to_thread(into.write_bytes, self.objects[key])


@dataclass
class Copier:
    """A scaler that writes a shortened copy of its input, or refuses it."""

    scaled: bytes = b"small"
    error: Exception | None = None
    asked: list[int] = field(default_factory=list)

    async def scale(self, path: Path, into: Path, longest: int, page: int = 0) -> str:
        assert await asyncio.to_thread(path.exists)
        self.asked.append(longest)
        if self.error:
            raise self.error
        await asyncio.to_thread(into.write_bytes, self.scaled)
        return "image/webp"


def images(file: PromptFile, data: bytes = b"png", **fails: Any) -> tuple[StoredImages, Shelf, Copier]:
    shelf, copier = Shelf({file_key(file.id): data}, fails.pop("away", None)), Copier(**fails)
    return StoredImages(shelf, copier), shelf, copier


async def test_a_small_picture_is_given_as_it_is():
    source, shelf, copier = images(CAT)
    image = await source.load(CAT)
    assert (image.mime_type, image.data, image.tokens) == ("image/png", b"png", 640)
    assert copier.asked == []
    assert not any(path.parent.exists() for path in shelf.into)


@pytest.mark.parametrize(
    ("change", "data"),
    [
        ({"width": 1569}, b"png"),
        ({"height": 4000}, b"png"),
        ({"width": None}, b"png"),
        ({"mime_type": "image/gif"}, b"gif"),
        ({"mime_type": "image/avif"}, b"avif"),
        ({"mime_type": "image/webp", "animated": True}, b"webp"),
        ({}, bytes(IMAGE_BYTES + 1)),
    ],
)
async def test_picture_that_vendors_refuse_is_scaled(change: dict[str, Any], data: bytes):
    file = PromptFile(**{name: getattr(CAT, name) for name in CAT.__slots__} | change)
    source, _, copier = images(file, data)
    image = await source.load(file)
    assert (image.mime_type, image.data) == ("image/webp", b"small")
    assert copier.asked == [1568]


@pytest.mark.parametrize(
    "fails",
    [
        {"away": StorageAway()},
        {"away": FileNotFoundError()},
        {"away": TimeoutError()},
        {"away": RuntimeError("a bug")},
        {"error": FileRefused("file_broken")},
        {"scaled": bytes(IMAGE_BYTES + 1)},
    ],
)
async def test_a_picture_that_is_not_to_be_had_is_none(fails: dict[str, Any]):
    gif = PromptFile(CAT.id, 1, "cat.gif", FileKind.IMAGE, "image/gif", 9, 800, 600)
    source, shelf, _ = images(gif, **fails)
    assert await source.load(gif) is None
    assert not any(path.parent.exists() for path in shelf.into)


async def test_undrawable_page_is_not_retried_at_each_answer(monkeypatch: pytest.MonkeyPatch):
    scan = PromptFile(uuid4(), 1, "scan.pdf", FileKind.PDF, "application/pdf", 9, pages=9, page=2)
    source, _, copier = images(scan, error=FileRefused("file_took_too_long"))
    for page in (2, 3, 2):
        assert await source.load(replace(scan, page=page)) is None
    assert len(copier.asked) == 1
    copier.error = None
    now = time.monotonic() + REFUSED_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert await source.load(scan)


async def test_picture_for_which_there_is_no_space_is_none(monkeypatch: pytest.MonkeyPatch):
    def fail(**_: object) -> str:
        raise OSError(errno.ENOSPC, "a disk that is full")

    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    assert await images(CAT)[0].load(CAT) is None


async def test_storage_that_was_away_is_asked_again():
    source, shelf, _ = images(CAT, away=StorageAway())
    assert await source.load(CAT) is None
    shelf.error = None
    assert await source.load(CAT)
