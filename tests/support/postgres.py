"""A PostgreSQL of a test's own, which may be killed, restarted, frozen and cut off."""

import signal
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg.connection_async
import pytest

from chat_app.adapters import postgres as adapter
from chat_app.launch.database.cluster import running
from chat_app.launch.database.migrations import migrate
from chat_app.launch.database.postgres import EmbeddedPostgres
from tests.support.ports import free_port

OPTIONS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Fast, but what was committed outlives the server's death: it is the machine that goes on."""

NOTICED_SECONDS = 0.5
"""How soon a process notices that its server has frozen."""


def notice_soon(patch: pytest.MonkeyPatch) -> None:
    """Have connections, and what is asked on them, given up soon: psycopg waits two seconds at least.

    To be undone when the server is to answer again, which may take it longer on a busy machine.
    """
    patch.setattr(adapter, "ANSWER_SECONDS", NOTICED_SECONDS)
    patch.setattr(psycopg.connection_async, "timeout_from_conninfo", lambda _: NOTICED_SECONDS)


class Postgres:
    """One server, with all tables. It keeps its port."""

    def __init__(self, folder: Path) -> None:
        self._embedded = EmbeddedPostgres(folder, OPTIONS)
        (self._embedded.folder / "pg.port").write_text(str(free_port()))
        self.url = self._embedded.start()
        migrate(self.url)

    @property
    def port(self) -> int:
        return int(self.url.rpartition("/")[0].rpartition(":")[2])

    def kill(self) -> None:
        """End the server as a machine's failure would."""
        processes = self._signal(signal.SIGSTOP)  # so that none is begun, nor ends by itself, while they are listed
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Have it back, after its death or a freeze."""
        self._signal(signal.SIGCONT)
        self._embedded.start()

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Have it keep all connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def stop(self) -> None:
        self._embedded.stop()

    def _signal(self, number: int) -> list[psutil.Process]:
        """Send all its processes a signal; return them. One that has just ended needs none."""
        if not (postmaster := running(self._embedded.folder)):
            return []
        postmaster.send_signal(number)
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes[1:]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return processes
