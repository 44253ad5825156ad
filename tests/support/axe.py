"""axe-core in a page."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

GRAVE = {"serious", "critical"}


async def violations(page: Page) -> list[str]:
    """What axe finds seriously wrong with what the page shows now."""
    found = (await Axe().run(page)).response["violations"]
    return [_told(each) for each in found if each["impact"] in GRAVE]


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
