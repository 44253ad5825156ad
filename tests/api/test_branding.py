"""Pages with the site's name and colours in their head."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from chat_app.api.middleware.branding import Branding, branded
from chat_app.core.kernel.policy import Brand, Policy

PAGE = "<html><head><title>Parley</title></head><body>Parley</body></html>"


class Parts:
    """What the middleware needs of a process."""

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
