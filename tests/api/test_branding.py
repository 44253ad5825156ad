"""Pages with the site's name, colours and pictures in their head, and the pictures themselves."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from chat_app.api.middleware.branding import Branding, branded
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.policy import Brand, BrandPicture, Policy
from tests.api.conftest import Clients
from tests.core.pictures.test_branding import drawn
from tests.support.factory import Factory

PAGE = "<html><head><title>Parley</title></head><body>Parley</body></html>"


class Parts:
    """The parts of a process that the middleware needs."""

    def __init__(self, brand: Brand) -> None:
        self.work = self
        self.policy = replace(Policy(), brand=brand)


async def asked(brand: Brand, response: Response, **headers: str) -> httpx.Response:
    app: Any = Branding(response, Parts(brand))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
        return await client.get("/", headers={"accept": "text/html", **headers})


def page() -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"etag": "x"})


async def test_page_of_a_site_without_a_brand_is_served_as_it_was_built():
    answer = await asked(Brand(), page())
    assert answer.text == PAGE
    assert answer.headers["etag"] == "x"


async def test_page_has_the_brand_and_can_be_kept_by_nobody():
    answer = await asked(Brand("Tea", "#7a3e78"), page(), **{"if-none-match": "x"})
    assert "<title>Tea</title>" in answer.text
    assert '<meta name="application-name" content="Tea">' in answer.text
    assert ":root{--accent:#7a3e78;" in answer.text
    assert answer.text.endswith("<body>Parley</body></html>")
    assert "etag" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_other_responses_are_left_alone():
    assert (await asked(Brand("Tea"), PlainTextResponse("</head>"))).text == "</head>"
    assert (await asked(Brand("Tea"), page(), accept="application/json")).text == PAGE


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><b>', "</title><i>", "テ&ー"])
def test_a_hostile_name_is_text_alone(name: str):
    found = branded(PAGE.encode(), Brand(name)).decode()
    assert name not in found or name == "テ&ー"
    assert found.count("<script") == found.count("<b>") == found.count("<i>") == 0


ICON = '<link href="/favicon.svg" rel="icon" type="image/svg+xml"/>'
TOUCH_ICON = '<link href="/apple-touch-icon.png" rel="apple-touch-icon"/>'


def test_a_page_names_the_pictures_by_their_versions_and_keeps_their_place():
    brand = Brand(logo=BrandPicture(3, 640, 160), logo_dark=BrandPicture(4, 100, 100), icon=BrandPicture(5, 512, 512))
    found = branded(PAGE.replace("</head>", f"{ICON}{TOUCH_ICON}</head>").encode(), brand).decode()
    assert ":root{--logo:url(/api/v1/site/pictures/logo?v=3);--logo-shape:4.000}" in found
    assert ".dark{--logo:url(/api/v1/site/pictures/logo_dark?v=4);--logo-shape:1.000}" in found
    assert '<link href="/api/v1/site/pictures/icon?v=5" rel="icon" type="image/png"/>' in found
    assert '<link href="/api/v1/site/pictures/icon?v=5" rel="apple-touch-icon"/>' in found
    assert "favicon.svg" not in found
    alone = branded(PAGE.encode(), Brand(logo=BrandPicture(3, 4000, 10))).decode()
    assert ".dark{--logo:url(/api/v1/site/pictures/logo?v=3);--logo-shape:5.000}" in alone


async def test_pictures_are_uploaded_shown_to_all_kept_by_browsers_and_removed(
    clients: Clients, make: Factory, parts: Runtime
):
    _, token = await make.signed_in(is_admin=True)
    admin, anybody = clients(token), clients()
    assert (await anybody.get("site/pictures/icon")).status_code == 404
    refusal = await admin.put("admin/branding/icon", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert (refusal.status_code, refusal.json()["error"]["code"]) == (422, "brand_picture_invalid")
    versions = (await admin.put("admin/branding/icon", content=drawn(size=(600, 600)))).json()
    assert versions["logo"] == 0 < versions["icon"]
    await parts.site.reload()
    address = f"site/pictures/icon?v={versions['icon']}"
    shown = await anybody.get(address)
    headers = shown.headers
    assert (headers["content-type"], headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await anybody.get("site/pictures/icon")).headers["cache-control"] == "public, no-cache"
    again = await anybody.get(address, headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    manifest = await anybody.get("site/manifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    icon = {"src": f"/api/v1/{address}", "sizes": "512x512", "type": "image/png"}
    assert (manifest.json()["name"], manifest.json()["icons"]) == ("Parley", [icon])
    assert (await admin.delete("admin/branding/icon")).json()["icon"] == 0
    await parts.site.reload()
    assert (await anybody.get(address)).status_code == 404
    assert (await admin.put("admin/branding/icon", content=bytes(7 * 1024 * 1024))).status_code == 413
