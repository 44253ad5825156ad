"""Profiles and pictures over HTTP."""

from io import BytesIO

import pytest
from PIL import Image

from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


def picture(kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, kind)
    return out.getvalue()


async def test_a_profile_changes_by_what_is_sent(clients: Clients, make: Factory):
    _, token = await make.signed_in(name="Aiko")
    before = (await clients(token).get("me")).json()
    response = await clients(token).patch("me", json={"name": " Aiko  T. ", "theme": "dark"})
    assert response.json() == before | {"name": "Aiko T.", "theme": "dark"}
    assert (await clients(token).get("me")).json() == response.json()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " \u200b\x00 "}, "name_invalid", "name"),
        ({"name": "a" * 51}, "name_invalid", "name"),
        ({"color": "#ff0000"}, "choice_invalid", "color"),
        ({"theme": "neon"}, "choice_invalid", "theme"),
        ({"locale": "fr"}, "choice_invalid", "locale"),
        ({"name": 7}, "invalid_request", "name"),
        ({"is_admin": True}, "invalid_request", "is_admin"),
    ],
)
async def test_a_profile_that_is_refused_says_where(
    clients: Clients, make: Factory, change: dict[str, object], code: str, field: str
):
    _, token = await make.signed_in()
    assert error(await clients(token).patch("me", json=change), 422, code)["field"] == field


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.slow
async def test_a_picture_is_seen_by_others_as_a_small_webp_and_kept_by_its_version(
    clients: Clients, make: Factory, kind: str
):
    _, token = await make.signed_in()
    _, other = await make.signed_in()
    me = (await clients(token).put("me/avatar", content=picture(kind))).json()
    response = await clients(other).get(f"users/{me['id']}/avatar", params={"v": me["avatar"]})
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
    with Image.open(BytesIO(response.content)) as seen:
        assert (seen.format, seen.size) == ("WEBP", (192, 192))

    assert (await clients(token).delete("me/avatar")).json()["avatar"] is None
    error(await clients(other).get(f"users/{me['id']}/avatar"), 404, "user_not_found")


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", picture()[:40], b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
@pytest.mark.slow
async def test_file_that_is_not_picture_is_refused(clients: Clients, make: Factory, content: bytes):
    _, token = await make.signed_in()
    assert error(await clients(token).put("me/avatar", content=content), 422, "image_invalid")["field"] == "avatar"


async def test_a_picture_slightly_too_large_gets_the_better_explanation(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    too_large = picture() + bytes(5 * 1024 * 1024)
    error(await clients(token).put("me/avatar", content=too_large), 422, "image_too_large")
