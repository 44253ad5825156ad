"""Addresses of CloudFront: signed for one object, its query and some minutes, by the site's key."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from chat_app.adapters.storage.cloudfront_storage import CloudFrontStorage
from chat_app.adapters.storage.config import BucketConfig, Distribution
from chat_app.core.files.storage.ports import Presentation
from tests.adapters.storage.cloudfront import KEY_ID, write_key
from tests.adapters.storage.places import CloudFrontPlace, opened
from tests.support.waiting import until

pytestmark = pytest.mark.slow

PHOTO = Presentation("image/png", '夏 & "photo".png', inline=True)
HELLO = b"hello, files"


@pytest.fixture(scope="module")
async def front(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudFrontPlace]:
    async with AsyncExitStack() as stack:
        place = await opened("cloudfront", tmp_path_factory.mktemp("cloudfront"), stack)
        await place.storage.put("a/file", HELLO, "image/png")
        await place.storage.put("b/file", b"other", "image/png")
        yield place


async def got(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url)


async def test_address_opens_its_object_with_its_type_and_name(front: CloudFrontPlace):
    url = front.storage.url("a/file", PHOTO, 300)
    answer = await got(url)
    assert (answer.status_code, answer.content) == (200, HELLO)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["cache-control"] == "private, max-age=300"
    signed = parse_qs(urlsplit(url).query)
    assert signed["Key-Pair-Id"] == [KEY_ID]
    assert 0 < int(signed["Expires"][0]) - time.time() <= 300


async def test_a_part_of_it_is_given(front: CloudFrontPlace):
    async with httpx.AsyncClient() as client:
        answer = await client.get(front.storage.url("a/file", PHOTO, 300), headers={"Range": "bytes=7-"})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (206, b"files", "bytes 7-11/12")


async def test_changed_address_opens_nothing(front: CloudFrontPlace):
    url = front.storage.url("a/file", PHOTO, 300)
    signed = parse_qs(urlsplit(url).query)
    expires, signature = signed["Expires"][0], signed["Signature"][0]
    later = str(int(expires) + 60)
    for bad in (
        url.replace("/a/file", "/b/file"),
        url.replace("inline", "attachment"),
        url.replace("image%2Fpng", "text%2Fhtml"),
        url.replace(expires, later),
        url.replace(signature, signature[:-9] + ("A" if signature[-9] != "A" else "B") + signature[-8:]),
        url.replace(KEY_ID, "KOTHER"),
        url.replace("response-cache-control", "response-content-encoding"),
        url.partition("?")[0],
        url.partition("&Signature")[0],
    ):
        assert bad != url
        assert (await got(bad)).status_code == 403, bad


async def test_signed_address_expires(front: CloudFrontPlace):
    url = front.storage.url("a/file", PHOTO, 2)
    path = url.removeprefix(front.edge.url)
    assert front.edge.admits(path)
    await until(lambda: not front.edge.admits(path))
    assert (await got(url)).status_code == 403


async def test_no_address_lasts_longer_than_five_minutes(front: CloudFrontPlace):
    signed = parse_qs(urlsplit(front.storage.url("a/file", PHOTO, 86_400)).query)
    assert int(signed["Expires"][0]) - time.time() <= 300


async def test_another_key_signs_nothing_that_is_admitted(front: CloudFrontPlace, tmp_path: Path):
    write_key(tmp_path / "other.pem")
    distribution = Distribution(front.edge.url, KEY_ID, tmp_path / "other.pem")
    other = CloudFrontStorage(BucketConfig("files", front.url, user="key", secret="secret"), distribution)
    assert (await got(other.url("own/a/file", PHOTO, 60))).status_code == 403
    await other.aclose()


async def test_files_are_sent_to_the_bucket(front: CloudFrontPlace):
    upload = await front.storage.begin("c/upload", 5, "text/plain")
    assert upload.url.startswith(front.url)
    assert front.storage.origins == (front.url, front.edge.url)
