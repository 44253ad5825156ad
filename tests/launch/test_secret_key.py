"""The site's secret key, when none is set."""

import multiprocessing
from pathlib import Path

import pytest

from chat_app.launch.secret_key import NAME, kept_in
from chat_app.starting.errors import LaunchError


def test_secret_key_is_created_once_and_private(tmp_path: Path) -> None:
    key = kept_in(tmp_path)
    assert len(key) >= 48
    assert kept_in(tmp_path) == key
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


def test_processes_that_start_at_once_have_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(kept_in, [tmp_path] * 6))) == 1


def test_failure_to_create_the_key_is_reported(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=NAME):
        kept_in(tmp_path / "missing")
