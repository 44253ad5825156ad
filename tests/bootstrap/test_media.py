"""The examiner and scanner of files, by the settings."""

from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
from pydantic import ValidationError

from chat_app.adapters.media.clamd import Clamd
from chat_app.bootstrap.files.media import build_scanner, open_examiner
from chat_app.settings import Settings


async def test_the_examiner_starts_with_the_first_file_and_ends_with_the_server(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"hello")
    server = psutil.Process()
    before = server.children()
    async with AsyncExitStack() as stops:
        examiner = open_examiner(stops)
        assert server.children() == before
        assert (await examiner.examine(path, name="a.txt", declared="", into=tmp_path)).pages == ("hello",)
        assert len(server.children()) == len(before) + 1
    assert server.children() == before


@pytest.mark.parametrize("url", ["tcp://clamd:3310", "tcp://[::1]:3310", "unix:/var/run/clamav/clamd.ctl"])
def test_a_scanner_is_used_where_one_is_set(url: str):
    assert isinstance(build_scanner(Settings(clamd_url=url, _env_file=None)), Clamd)
    assert build_scanner(Settings(clamd_url=None, _env_file=None)) is None


@pytest.mark.parametrize("url", ["clamd:3310", "tcp://clamd", "http://clamd:3310", "unix:relative", "tcp://a@b:1"])
def test_invalid_scanner_address_is_refused(url: str):
    with pytest.raises(ValidationError, match="not the address of a clamd"):
        Settings(clamd_url=url, _env_file=None)
