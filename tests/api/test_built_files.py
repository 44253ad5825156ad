"""Compressed files of the build are served from memory, and no others."""

import gzip
from pathlib import Path

import httpx
import pytest

from chat_app.api.serving.built_files import BuiltFiles
from tests.api.conftest import ORIGIN, pages


@pytest.fixture
def built(tmp_path: Path) -> httpx.AsyncClient:
    folder = tmp_path / "client" / "assets"
    folder.mkdir(parents=True)
    (folder / "page-a1.js.gz").write_bytes(gzip.compress(b"let page;"))
    (folder / "folder.gz").mkdir()
    (tmp_path / "client" / "secret.gz").write_bytes(gzip.compress(b"secret"))
    transport = httpx.ASGITransport(BuiltFiles(pages, tmp_path / "client"))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Accept-Encoding": "gzip"})


async def test_compressed_file_is_served_unchanged(built: httpx.AsyncClient):
    response = await built.get("/assets/page-a1.js")
    assert (response.status_code, response.text) == (200, "let page;")
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/assets/page-a1.js", {"Accept-Encoding": "identity"}),
        ("/assets/page-a1.js", {"Range": "bytes=0-1"}),
        ("/assets/none.js", {}),
        ("/assets/..%2Fsecret", {}),
        ("/assets/.hidden", {}),
        ("/page-a1.js", {}),
        (f"/assets/{'x' * 300}", {}),
        (f"/assets/{'x' * 5000}", {}),
        ("/assets/page-a1.js.gz", {}),
        ("/assets/folder", {}),
        ("/assets/page-a1.js/", {}),
        ("/assets/%00", {}),
    ],
)
async def test_requests_other_than_built_files_are_passed_on(
    built: httpx.AsyncClient, path: str, headers: dict[str, str]
):
    assert (await built.get(path, headers=headers)).text == "page"


async def test_response_that_has_begun_continues(built: httpx.AsyncClient):
    assert (await built.post("/assets/page-a1.js")).text == "page"
