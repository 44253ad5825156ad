"""An examiner for all tests of a worker, and a folder for its files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import Examined
from tests.adapters.media.asked import Examine, Refusal


@pytest.fixture(scope="session")
async def examiner() -> AsyncIterator[ProcessExaminer]:
    examiner = ProcessExaminer()
    yield examiner
    await examiner.aclose()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def examine(examiner: ProcessExaminer, tmp_path: Path, into: Path) -> Examine:
    async def examine(data: bytes, name: str = "file", declared: str = "") -> Examined:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return await examiner.examine(path, name=name, declared=declared, into=into)

    return examine


@pytest.fixture
def refusal(examine: Examine) -> Refusal:
    async def refusal(data: bytes, name: str = "file", declared: str = "") -> str:
        with pytest.raises(FileRefused) as refused:
            await examine(data, name, declared)
        return refused.value.code

    return refusal
