"""`python -m chat_app run` from beginning to end, in a process and a browser of its own."""

import os
import signal
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket
from socketserver import StreamRequestHandler, ThreadingTCPServer

import psycopg
import pytest
from playwright.sync_api import Page

from chat_app.launch.database.cluster import running, server_address
from tests.launch.conftest import PATIENCE_MS, Parley
from tests.support.fork_server.process import ForkedProcess

Start = Callable[[], Parley]


@pytest.fixture
def start(folder: Path, parley: Callable[..., Parley], free_port: int) -> Start:
    def start() -> Parley:
        process = parley("run", PORT=str(free_port), PARLEY_DATA_DIR=str(folder))
        assert f"http://127.0.0.1:{free_port}" in process.wait_for("Parley is at")
        return process

    return start


def websocket_of(page: Page, address: str) -> str:
    """Open a page and return the URL of the websocket on which the back end has answered."""
    with page.expect_websocket(lambda each: "/_event" in each.url, timeout=PATIENCE_MS) as opened:
        page.goto(address)
    opened.value.wait_for_event("framereceived", timeout=PATIENCE_MS)
    return opened.value.url


class TlsProxy(StreamRequestHandler):
    """Ends TLS and passes the bytes on, like a reverse proxy."""

    def handle(self) -> None:
        with socket() as behind:
            behind.connect(self.server.behind)  # type: ignore[attr-defined]
            forth = threading.Thread(target=self._pump, args=(self.request, behind), daemon=True)
            forth.start()
            self._pump(behind, self.request)

    def _pump(self, source: socket, target: socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            return


@pytest.fixture
def https(tmp_path: Path, free_port: int) -> Iterator[int]:
    """Port of a proxy that speaks https before Parley."""
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", *files],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), TlsProxy) as proxy:
        proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
        proxy.behind = ("127.0.0.1", free_port)  # type: ignore[attr-defined]
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy.server_address[1]
        proxy.shutdown()


def test_one_build_serves_every_address_and_ends_in_order(
    start: Start, page: Page, free_port: int, https: int, folder: Path
) -> None:
    process = start()
    for origin in (f"http://127.0.0.1:{free_port}", f"http://localhost:{free_port}", f"https://localhost:{https}"):
        assert websocket_of(page, origin).startswith(origin.replace("http", "ws") + "/_event")
    assert running(folder)
    assert page.url.endswith("/sign-up?first")
    page.get_by_text("This account will be the administrator.").wait_for()
    process.process.send_signal(signal.SIGINT)
    code, output, errors = process.end()
    assert (code, output.strip(), errors.strip()) == (0, "", "")
    assert running(folder) is None


@pytest.fixture
def fork(folder: Path, free_port: int, tmp_path: Path) -> Iterator[Callable[[], ForkedProcess]]:
    """Starts the same command without the seconds of its imports."""
    environment = {"PATH": os.defpath, "PORT": str(free_port), "PARLEY_DATA_DIR": str(folder)}
    started: list[ForkedProcess] = []
    with (tmp_path / "errors").open("w") as errors:

        def fork() -> ForkedProcess:
            process = ForkedProcess("chat_app", "run", environment=environment, errors=errors)
            started.append(process)
            assert any("Parley is at" in line for line in process.stdout), (tmp_path / "errors").read_text()
            return process

        yield fork
        for process in started:
            process.kill()


def test_a_killed_server_starts_again_with_all_that_was_committed(
    fork: Callable[[], ForkedProcess], folder: Path, free_port: int
) -> None:
    process = fork()
    with psycopg.connect(f"postgresql://{server_address(folder)}/parley") as connection:
        connection.execute("CREATE TABLE survivor AS SELECT 1 AS n")
    process.kill()
    process.wait(60)
    process = fork()
    with psycopg.connect(f"postgresql://{server_address(folder)}/parley") as connection:
        assert connection.execute("SELECT n FROM survivor").fetchall() == [(1,)]
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/") as response:
        assert response.status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert running(folder) is None
