"""Packages come from where pip's settings say: uv, which is faster but reads none of them, is not used there."""

import importlib.util
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "environment.py"


class Index(BaseHTTPRequestHandler):
    """Keeps which paths it is asked for, and has no package."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of an index of packages."""
    monkeypatch.setattr(Index, "asked", [], raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.mark.parametrize("setting", ["PIP_INDEX_URL", "PIP_PROXY", "PIP_NO_INDEX"])
def test_uv_is_not_used_where_pip_has_settings_of_its_own(
    index: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
) -> None:
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    assert spec
    assert spec.loader
    environment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(environment)
    monkeypatch.setattr(environment, "PIP", [sys.executable, "-m", "pip", "--disable-pip-version-check"])
    monkeypatch.setenv(setting, "1" if setting == "PIP_NO_INDEX" else index)
    nothing = tmp_path / "requirements.txt"
    nothing.write_text("")

    assert environment.install_with_uv(nothing) is False
    assert Index.asked == []
