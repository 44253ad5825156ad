"""The processes that look into files: begun late, ended early, limited, replaced."""

import asyncio
import json
import math
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from chat_app.adapters.media import process, process_examiner
from chat_app.adapters.media.accepted import ACCEPTED
from chat_app.adapters.media.process import Child, ChildDied
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.media.replies import found, read_reply
from chat_app.adapters.media.turns import ExaminationTurns
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import CLEAN
from tests.adapters.media import made
from tests.support.waiting import until


class Watched(ProcessExaminer):
    """Looks into one text file; knows its processes."""

    def __init__(self, folder: Path, **limits: Any) -> None:
        super().__init__(**limits)
        self.path, self.into = folder / "file", folder / "out"
        self.path.write_bytes(b"hello")
        self.into.mkdir()

    async def look(self) -> tuple[str, ...]:
        return (await self.examine(self.path, name="a.txt", declared="text/plain", into=self.into)).pages

    async def refused(self) -> str:
        with pytest.raises(FileRefused) as error:
            await self.look()
        return error.value.code

    def idle(self) -> list[int]:
        return [child.pid for child in self._idle]


@pytest.fixture
async def examiner(tmp_path: Path) -> AsyncIterator[Watched]:
    examiner = Watched(tmp_path)
    yield examiner
    await examiner.aclose()


def scripted(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> list[str]:
    """Have the next children run scripts, and then the real one. Returns the scripts that are left."""
    left, real = list(scripts), process._COMMAND
    begin = Child.start.__func__

    async def start(cls: type[Child]) -> Child:
        command = (sys.executable, "-c", left.pop(0)) if left else real
        monkeypatch.setattr(process, "_COMMAND", command)
        return await begin(cls)

    monkeypatch.setattr(Child, "start", classmethod(start))
    return left


async def test_one_process_serves_one_file_after_another(examiner: Watched):
    assert examiner.idle() == []
    assert await examiner.look() == ("hello",)
    first = examiner.idle()
    assert await examiner.look() == ("hello",)
    assert examiner.idle() == first
    assert len(first) == 1


async def test_an_idle_process_ends(tmp_path: Path):
    examiner = Watched(tmp_path, idle_seconds=0.05)
    await examiner.look()
    [pid] = examiner.idle()
    await until(lambda: not psutil.pid_exists(pid))
    assert examiner.idle() == []
    assert await examiner.look() == ("hello",)
    await examiner.aclose()


async def test_closing_ends_the_processes(tmp_path: Path):
    examiner = Watched(tmp_path)
    await examiner.look()
    [pid] = examiner.idle()
    await examiner.aclose()
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("quick", [1, 2])
async def test_few_files_are_looked_into_at_once_and_others_wait(tmp_path: Path, quick: int):
    examiner = Watched(tmp_path, turns=ExaminationTurns(quick, quick_seconds=600))
    assert await asyncio.gather(*(examiner.look() for _ in range(8))) == [("hello",)] * 8
    assert len(examiner.idle()) == quick
    await examiner.aclose()


async def test_a_slow_file_lets_the_next_begin_and_no_more():
    turns, begun, over = ExaminationTurns(1, quick_seconds=0.01), list[int](), asyncio.Event()

    async def look(number: int) -> None:
        async with turns.taken():
            begun.append(number)
            await over.wait()

    tasks = [asyncio.create_task(look(number)) for number in range(4)]
    await until(lambda: begun == [0, 1])
    over.set()
    await asyncio.gather(*tasks)
    assert begun == [0, 1, 2, 3]
    async with turns.taken(), turns.taken():  # none was given back twice, or not at all
        third = asyncio.create_task(look(4))
        await asyncio.sleep(0)
        assert 4 not in begun
    await third


@pytest.mark.slow
async def test_a_file_that_takes_too_long_is_refused_and_its_process_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    noted = tmp_path / "pid"
    scripted(monkeypatch, f"import os,time; open({str(noted)!r},'w').write(str(os.getpid())); time.sleep(999)")
    examiner = Watched(tmp_path, seconds=2.0)
    assert await examiner.refused() == "file_took_too_long"
    assert not psutil.pid_exists(int(noted.read_text()))
    assert await examiner.look() == ("hello",)
    await examiner.aclose()


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.abort()",
        "raise SystemExit",
        "import os; os.write(1, b'\\xff\\xff\\xff\\xff' + b'x' * 99); os.read(0, 1)",
        "import os; os.write(1, b'\\0\\0\\0\\4null'); os.read(0, 1)",
    ],
    ids=["aborts", "ends", "floods", "babbles"],
)
async def test_a_process_that_crashes_refuses_the_file_and_the_next_has_a_new_one(
    examiner: Watched, monkeypatch: pytest.MonkeyPatch, script: str
):
    scripted(monkeypatch, script)
    assert await examiner.refused() == "file_broken"
    assert await examiner.look() == ("hello",)


async def test_a_process_that_was_killed_while_idle_costs_no_file(examiner: Watched):
    await examiner.look()
    [pid] = examiner.idle()
    psutil.Process(pid).send_signal(signal.SIGKILL)
    assert await examiner.look() == ("hello",)
    assert examiner.idle() != [pid]


async def test_a_process_is_replaced_after_many_files(examiner: Watched, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process_examiner, "FILES_PER_CHILD", 2)
    await examiner.look()
    await examiner.look()
    assert examiner.idle() == []


async def test_a_task_that_is_cancelled_takes_its_process_along(examiner: Watched, monkeypatch: pytest.MonkeyPatch):
    noted = examiner.into / "pid"
    scripted(monkeypatch, f"import os,time; open({str(noted)!r},'w').write(str(os.getpid())); time.sleep(999)")
    task = asyncio.ensure_future(examiner.look())
    await until(lambda: noted.exists() and noted.read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(int(noted.read_text()))
    assert await examiner.look() == ("hello",)


async def test_the_process_is_limited_and_knows_no_secret(examiner: Watched, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_SECRET_KEY", "secret")
    await examiner.look()
    [pid] = examiner.idle()
    child = psutil.Process(pid)
    assert "PARLEY_SECRET_KEY" not in child.environ()
    assert child.rlimit(psutil.RLIMIT_AS)[0] == 2 * 1024**3
    assert 0 < child.rlimit(psutil.RLIMIT_CPU)[0] < 120
    assert child.rlimit(psutil.RLIMIT_CORE)[0] == 0
    assert child.nice() >= 10
    assert os.sched_getscheduler(pid) == os.SCHED_BATCH


async def test_a_disk_that_fails_is_not_the_files_fault(examiner: Watched):
    with pytest.raises(OSError, match="No such file"):
        await examiner.examine(examiner.into / "missing", name="a", declared="", into=examiner.into)
    examiner.path.write_bytes(made.encoded(made.picture(), "PNG"))
    with pytest.raises(OSError, match="No such file"):
        await examiner.examine(examiner.path, name="a", declared="", into=examiner.into / "missing")
    assert len(examiner.idle()) == 1


GOOD = {"mime_type": "image/png", "kind": "image"}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"examined": {**GOOD, "mime_type": "text/html"}},
        {"examined": {**GOOD, "kind": "video"}},
        {"examined": {"mime_type": "image/png"}},
        {"examined": GOOD, "more": 1},
        {"examined": {**GOOD, "width": 2**31}},
        {"examined": {**GOOD, "seconds": math.nan}},
        {"examined": {**GOOD, "pages": ["a\0b"]}},
        {"examined": {**GOOD, "pages": [""] * 2_001}},
        {"examined": {**GOOD, "pages": ["é" * 1_000_001]}},
        [],
    ],
)
def test_an_answer_that_no_sound_process_gives_is_none(answer: object, tmp_path: Path):
    with pytest.raises(ChildDied):
        found(read_reply(json.dumps(answer).encode()), tmp_path)


def test_a_link_is_never_kept_as_a_file(tmp_path: Path):
    (tmp_path / CLEAN).symlink_to("/etc/passwd")
    with pytest.raises(ChildDied):
        found(read_reply(json.dumps({"examined": GOOD}).encode()), tmp_path)


def test_every_accepted_type_is_of_the_kind_that_browsers_expect():
    for mime_type, kind in ACCEPTED.items():
        if mime_type.partition("/")[0] in {"image", "audio", "video", "text"}:
            assert mime_type.partition("/")[0] == kind
