"""Order, spread and report the tests of a run; `fixtures.py` has their fixtures.

A process that has others run the tests imports this alone.
"""

import gc
import os
import signal
import sys
from collections.abc import Generator
from contextlib import suppress
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest
from pytest_rerunfailures import StatusDB

from tests.support import databases as run

pytest.register_assert_rewrite("tests.fixtures")  # which a folder's conftest.py may import before it is registered

TESTS = Path(__file__).parent
LONG = {
    TESTS / "browser",
    TESTS / "browser" / "forged",
    TESTS / "launch",
    TESTS / "faults",
    TESTS / "faults" / "database",
    TESTS / "gateway",
    TESTS / "core" / "rooms" / "test_state_machine.py",
    TESTS / "api" / "test_openapi.py",
}
"""What takes many seconds a test; the rest takes a fraction of one."""
GARBAGE = 20_000
"""How many new objects make the collector look for garbage."""
RERUNS = 2
"""The number of further runs of a test that fails or ends its worker."""


def pytest_configure(config: pytest.Config) -> None:
    """The process that began the run names its database folder; the workers of pytest-xdist inherit the name.

    Nothing is garbage while tests are collected, so that looking for it is left off.
    """
    gc.disable()
    if not hasattr(config, "workerinput"):
        take_longer_turns()
        folder = run.choose_folder()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # end early, but leave nothing
        config.add_cleanup(lambda: run.remove_folder(folder))
    if config.getoption("dist", "no") == "no" or config.option.collectonly:
        config.pluginmanager.import_plugin("tests.fixtures")


def take_longer_turns() -> None:
    """Have Linux interrupt no process of this run for another one that wakes up: hundreds of times a test, they do.

    All processes that this one starts inherit it.
    """
    if sys.platform == "linux":
        with suppress(PermissionError):  # a sandbox may forbid it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have a worker count the failures of its tests itself.

    pytest-rerunfailures asks the process that began the run twice for each test, and reads a byte per system call.
    """
    if hasattr(session.config, "workerinput"):
        session.config.failures_db = StatusDB()


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_handlecrashitem(crashitem: str, sched: Any) -> None:
    """Have pytest-rerunfailures run a test again whose worker ended: what that worker knew is lost."""
    sched.config.failures_db.set_test_reruns(crashitem, RERUNS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests where two workers begin, each with a half of them; others begin with the short ones.

    What is left at the end of a run is then short, so that no worker waits long for the others. A test that fails runs
    again (`RERUNS`). The summary lists it (``RERUN``): a defect to find, of the product, of the test or of the
    machine, but not one for which a whole run of thousands is worth nothing.
    """
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=RERUNS))
    short, long = list[pytest.Item](), list[list[pytest.Item]]()
    for path, tests in groupby(items, key=lambda item: item.path):
        if LONG.isdisjoint((path, path.parent)):
            short += tests
        else:
            long.append([*tests])
    first, second = [*chain(*long[::2])], [*chain(*long[1::2])]
    share = len(items) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "2"))  # what each worker is given at first
    beside = max(share - len(first), 0)
    items[:] = [*first, *short[:beside], *second, *short[beside:]]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave to the collector only what tests make: what is there by now stays to the end of the run, garbage too.

    Looking through it again and again took a sixth of the time that the tests of use cases take; even once takes half
    a second of each process, for some twenty megabytes.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Build each report with the garbage collector off.

    A report parses the lines that failed. Before CPython 3.11.8, a finalizer that parses code too, as one that prints a
    traceback does, then ends the worker with a SystemError (python/cpython#106905).
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
