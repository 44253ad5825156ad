"""A PostgreSQL of a test's own, which may be killed, restarted, frozen and cut off."""

import signal
from pathlib import Path

import psutil

from chat_app.launch.database.cluster import running
from chat_app.launch.database.migrations import migrate
from chat_app.launch.database.postgres import EmbeddedPostgres

OPTIONS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Fast, but what was committed outlives the server's death: it is the machine that goes on."""


class Postgres:
    """One server, with all tables. It keeps its port."""

    def __init__(self, folder: Path) -> None:
        self._embedded = EmbeddedPostgres(folder, OPTIONS)
        self.url = self._embedded.start()
        migrate(self.url)

    @property
    def port(self) -> int:
        return int(self.url.rpartition("/")[0].rpartition(":")[2])

    def kill(self) -> None:
        """End the server as a machine's failure would."""
        processes = self._processes()
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Have it back, after its death or a freeze."""
        for process in self._processes():
            process.send_signal(signal.SIGCONT)
        self._embedded.start()

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Have it keep all connections and answer nothing."""
        for process in self._processes():
            process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self._embedded.stop()

    def _processes(self) -> list[psutil.Process]:
        postmaster = running(self._embedded.folder)
        return [postmaster, *postmaster.children(recursive=True)] if postmaster else []
