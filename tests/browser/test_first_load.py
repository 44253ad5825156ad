"""The weight of a page at its first load: bytes on the wire, as the browser counts them."""

import re

import pytest
from playwright.async_api import Request, Response, expect

from tests.browser.visitor import Arrive
from tests.support.factory import Factory

ROOM_MAX = 450 * 1024


async def test_the_sign_in_page_weighs_at_most_280_kib(arrive: Arrive) -> None:
    visitor = await arrive(cold=True)
    responses: list[Response] = []
    visitor.page.on("response", lambda response: responses.append(response))
    await visitor.page.goto("/sign-in")
    await expect(visitor.page.locator("#field-login")).to_be_visible()
    await visitor.page.evaluate("document.fonts.ready")
    assert len(responses) <= 12
    assert not [each.url for each in responses if re.search("/(members|room)-", each.url)]
    sizes = [await response.request.sizes() for response in responses if response.ok]
    assert sum(size["responseBodySize"] for size in sizes) <= 280 * 1024


async def test_a_room_with_an_answer_weighs_at_most_450_kib(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", cold=True)
    room = await make.room()
    await make.join(room, aiko.actor)
    await make.message(room, aiko.actor, "What is an **index**?")
    await make.message(room, None, "A list of what is where.\n\n- one\n- two", status="complete", model="scripted")
    wire = await aiko.context.new_cdp_session(aiko.page)
    received, asked = list[int](), list[str]()
    wire.on("Network.requestWillBeSent", lambda asks: asked.append(asks["request"]["url"]))
    wire.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    wire.on("Network.webSocketFrameReceived", lambda it: received.append(len(it["response"]["payloadData"])))
    await wire.send("Network.enable")
    await aiko.enter(room)
    await expect(aiko.answers.locator("li")).to_have_text(["one", "two"])
    await aiko.page.wait_for_load_state("networkidle")
    assert len(asked) <= 14
    assert 50 * 1024 < sum(received) <= ROOM_MAX


@pytest.mark.parametrize("file", ["en-", "_sign-in_"])
async def test_a_page_whose_files_do_not_come_says_so_and_is_loaded_again(arrive: Arrive, file: str) -> None:
    """Texts, without which nothing is shown; a page's script, without which React Router loads the page again."""
    visitor = await arrive(cold=True)
    visitor.expects("ERR_FAILED", "Failed to fetch", "Error loading route module")
    loads = list[Request]()
    visitor.page.on("request", lambda asks: asks.is_navigation_request() and loads.append(asks))
    await visitor.page.route(f"**/assets/{file}*", lambda route: route.abort())
    await visitor.page.goto("/sign-in", wait_until="commit")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("The page could not be loaded")
    assert len(loads) <= 3
    await visitor.page.unroute_all()
    await visitor.page.get_by_role("button", name="Reload").click()
    await expect(visitor.page.locator("#field-login")).to_be_visible()
