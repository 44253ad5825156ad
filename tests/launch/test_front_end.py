"""The pages are built again when, and only when, something that goes into them has changed."""

import shutil
from pathlib import Path

import pytest

from chat_app.launch.pages import front_end
from chat_app.starting.errors import LaunchError


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("chat_app/ui/page.py", "chat_app/api/app.py", "assets/app.css", "rxconfig.py", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    # Stands for the real export, which takes seconds and is run by the tests of the start.
    build = "import pathlib, sys; p = pathlib.Path('.web/build'); p.mkdir(parents=True, exist_ok=True); print('made')"
    monkeypatch.setattr(front_end, "_COMMAND", ("-c", build))
    return tmp_path


def test_unchanged_pages_are_built_once(checkout: Path) -> None:
    assert front_end.build(checkout)
    assert not front_end.build(checkout)


@pytest.mark.parametrize("name", ["chat_app/ui/page.py", "assets/app.css", "rxconfig.py", "requirements.txt"])
def test_builds_again_when_an_input_changes(checkout: Path, name: str) -> None:
    front_end.build(checkout)
    (checkout / name).write_text("changed")
    assert front_end.build(checkout)


def test_builds_again_when_a_file_is_added_renamed_or_removed(checkout: Path) -> None:
    front_end.build(checkout)
    new = checkout / "assets" / "new.svg"
    new.write_text("")
    assert front_end.build(checkout)
    new.rename(new.with_name("other.svg"))
    assert front_end.build(checkout)
    new.with_name("other.svg").unlink()
    assert front_end.build(checkout)


def test_builds_again_when_the_npm_lock_changes_but_not_for_what_the_build_wrote_itself(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes_lock = "import pathlib; pathlib.Path('reflex.lock').mkdir(exist_ok=True); "
    writes_lock += "pathlib.Path('reflex.lock/lock.json').write_text('{}'); "
    monkeypatch.setattr(front_end, "_COMMAND", ("-c", writes_lock + front_end._COMMAND[1]))
    front_end.build(checkout)
    assert not front_end.build(checkout)
    (checkout / "reflex.lock" / "lock.json").write_text("{ }")
    assert front_end.build(checkout)


def test_does_not_build_for_what_no_page_shows(checkout: Path) -> None:
    front_end.build(checkout)
    (checkout / "chat_app/api/app.py").write_text("changed")
    (checkout / "chat_app/ui/__pycache__").mkdir()
    (checkout / "chat_app/ui/__pycache__/page.pyc").write_text("")
    assert not front_end.build(checkout)


def test_a_failed_build_says_why_and_is_tried_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = front_end._COMMAND
    monkeypatch.setattr(front_end, "_COMMAND", ("-c", "import no_such_package"))
    with pytest.raises(LaunchError, match="ModuleNotFoundError: No module named 'no_such_package'"):
        front_end.build(checkout)
    monkeypatch.setattr(front_end, "_COMMAND", good)
    assert front_end.build(checkout)


def test_the_first_build_in_a_checkout_says_why_it_failed_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied = "import shutil; shutil.rmtree('.web', True); import no_such_package"
    monkeypatch.setattr(front_end, "_COMMAND", ("-c", emptied))
    with pytest.raises(LaunchError, match=r"ModuleNotFoundError.*build\.log"):
        front_end.build(checkout)
    assert "no_such_package" in (checkout / ".web" / "build.log").read_text()


def test_a_second_first_build_waits_though_reflex_removes_the_folder(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def export(root: Path) -> None:
        shutil.rmtree(root / ".web", ignore_errors=True)
        (root / ".web" / "build").mkdir(parents=True)
        if not tried:
            tried.append(root)
            with pytest.raises(BlockingIOError):
                front_end.build(root)

    monkeypatch.setattr(front_end, "_export", export)
    monkeypatch.setattr(front_end.fcntl, "LOCK_EX", front_end.fcntl.LOCK_EX | front_end.fcntl.LOCK_NB)
    assert front_end.build(checkout)
    assert tried
