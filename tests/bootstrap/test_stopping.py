"""A process stops all its parts, whatever fails."""

import asyncio

import pytest

from chat_app.adapters.auth.local import LocalAuth
from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.bootstrap import Runtime, build
from chat_app.settings import Settings
from chat_app.worker.answers import AnswerWorker

PARTS = [(AnswerWorker, "stop"), (MemoryHub, "stop"), (LocalAuth, "aclose")]
ALL = [part.__name__ for part, _ in PARTS]


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that were stopped, in order."""
    names = list[str]()
    for part, method in PARTS:
        real = getattr(part, method)

        async def stop(self: object, real=real, name: str = part.__name__) -> None:  # noqa: ANN001
            names.append(name)
            await real(self)

        monkeypatch.setattr(part, method, stop)
    return names


def parts() -> Runtime:
    return build(Settings(_env_file=None, database_url="postgresql://nobody:x@127.0.0.1:9/none", ollama_base_url=None))


@pytest.mark.slow
async def test_start_that_fails_stops_what_it_has_begun(stopped: list[str], monkeypatch: pytest.MonkeyPatch):
    process, tasks = parts(), asyncio.all_tasks()
    process.supervisor.add("feed", asyncio.Event().wait)
    begin = process.supervisor.start

    def fail(*args: object) -> None:
        begin(*args)
        raise OSError("half way")

    monkeypatch.setattr(process.supervisor, "start", fail)
    with pytest.raises(OSError, match="half way"):
        await process.start()
    assert stopped == ALL
    assert not await process.hub.healthy()
    assert asyncio.all_tasks() <= tasks, "no loop is left"
    await process.stop()
    assert stopped == ALL, "each part stops once"


@pytest.mark.parametrize("broken", PARTS, ids=ALL)
async def test_stop_that_fails_keeps_no_other_part_from_stopping(
    stopped: list[str], monkeypatch: pytest.MonkeyPatch, broken: tuple[type, str]
):
    part, method = broken
    real = getattr(part, method)

    async def fail(self: object) -> None:
        await real(self)
        raise OSError("does not stop")

    monkeypatch.setattr(part, method, fail)
    process = parts()
    pool = process.engine.pool
    await process.start()
    with pytest.raises(OSError, match="does not stop"):
        await process.stop()
    assert stopped == ALL
    assert process.engine.pool is not pool, "the database was let go of too"
