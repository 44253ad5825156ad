"""A person who uploads files: their bytes go to a real disk, and through the real examination."""

import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.views import FileJson, UploadJson
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room


def png(size: tuple[int, int] = (40, 30), color: str = "teal") -> bytes:
    made = BytesIO()
    Image.new("RGB", size, color).save(made, "PNG")
    return made.getvalue()


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


@dataclass
class Desk:
    """Where files are uploaded."""

    uploads: Uploads
    storage: DiskStorage
    folder: Path

    async def put(self, upload: UploadJson, data: bytes) -> None:
        """Send bytes to the address of an upload, as its client would."""
        permit = self.storage.permit("PUT", upload["url"].removeprefix("/files/"))
        assert permit
        await self.storage.receive(permit, pieces(data))

    async def begin(self, who: Actor, room: Room, data: bytes, name: str = "a.png") -> FileJson:
        """Announce a file and send its bytes."""
        declared = mimetypes.guess_type(name)[0] or ""
        told = await self.uploads.begin(who, room.id, name=name, mime_type=declared, size=len(data))
        await self.put(told["upload"], data)
        return told

    async def file(self, who: Actor, room: Room, data: bytes | None = None, name: str = "a.png") -> FileJson:
        """Upload a file, so that it can be sent."""
        told = await self.begin(who, room, png() if data is None else data, name)
        return await self.uploads.complete(who, told["id"])

    async def served(self, url: str) -> bytes | None:
        """Return the contents behind the address of a file; None if there are none."""
        permit = self.storage.permit("GET", url.removeprefix("/files/"))
        assert permit
        try:
            opened = await self.storage.open(permit.key)
        except FileNotFoundError:
            return None
        data = await opened.read(0, opened.size)
        await opened.aclose()
        return data

    def objects(self) -> int:
        """Return the number of objects on the disk."""
        return sum(path.is_file() for path in (self.folder / "objects").rglob("*"))


@pytest.fixture
async def posting(work: UnitOfWork) -> AsyncIterator[Posting]:
    """What sends messages; the site has the demo model alone."""
    gateway = build_gateway(LlmConfig({}, local_ollama=None))
    yield Posting(work, gateway)
    await gateway.aclose()


@pytest.fixture(scope="session")
async def examiner() -> AsyncIterator[ProcessExaminer]:
    examiner = ProcessExaminer()
    yield examiner
    await examiner.aclose()


@pytest.fixture
async def desk(work: UnitOfWork, examiner: ProcessExaminer, tmp_path: Path) -> AsyncIterator[Desk]:
    storage = DiskStorage(tmp_path, bytes(32))
    yield Desk(Uploads(work, storage, examiner, None), storage, tmp_path)
    await storage.aclose()
