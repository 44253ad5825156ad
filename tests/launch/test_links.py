"""The target of a symbolic link belongs to another program: no start empties it."""

import subprocess
import sys
from pathlib import Path

import pytest

from chat_app.launch import development
from chat_app.launch.pages import front_end
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError

SCRIPT = Path(__file__).parents[2] / "scripts" / "environment.py"


@pytest.fixture
def treasure(tmp_path: Path) -> Path:
    """Return a folder of another program, with a file."""
    folder = tmp_path / "elsewhere"
    (folder / "build").mkdir(parents=True)
    (folder / "build" / "treasure").write_text("gold")
    return folder


def checkout(tmp_path: Path) -> Path:
    """A checkout of which only what installing needs is there."""
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    (root / "scripts" / "environment.py").write_text(SCRIPT.read_text())
    for name in ("requirements.txt", "requirements-dev.txt"):
        (root / name).write_text("")
    return root


@pytest.mark.parametrize("there", [True, False])
def test_an_environment_behind_a_link_is_not_emptied(tmp_path: Path, treasure: Path, there: bool) -> None:
    root, missing = checkout(tmp_path), tmp_path / "missing"
    (root / ".venv").symlink_to(treasure if there else missing)
    command = [sys.executable, root / "scripts" / "environment.py", "requirements.txt"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "rm .venv" in done.stderr
    assert (treasure / "build" / "treasure").read_text() == "gold"
    assert not missing.exists()


@pytest.mark.parametrize("link", [".web", ".web/build"])
@pytest.mark.parametrize("start", [front_end.build, lambda root: development.run(root, Settings(_env_file=None))])
def test_pages_behind_a_link_are_not_emptied(tmp_path: Path, treasure: Path, link: str, start: object) -> None:
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(treasure)
    with pytest.raises(LaunchError, match=f"rm {link}"):
        start(tmp_path)  # type: ignore[operator]
    assert (treasure / "build" / "treasure").read_text() == "gold"
