"""axe-core in a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

GRAVE = {"serious", "critical"}
RUN = """() => {
  const light = axe._audit.rules.filter(({ impact }) => impact === "minor" || impact === "moderate");
  const rules = Object.fromEntries(light.map(({ id }) => [id, { enabled: false }]));
  return axe.run({ resultTypes: ["violations"], rules }).then((found) => found.violations);
}"""
"""All rules but those that say nothing grave: a rule's impact is that of all it finds."""


async def violations(page: Page) -> list[str]:
    """The serious problems that axe finds on the visible page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    return [_told(each) for each in await page.evaluate(RUN) if each["impact"] in GRAVE]


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
