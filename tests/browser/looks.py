"""Look at one page as other people have it, without loading it anew."""

from typing import Any, Final, NamedTuple

from playwright.async_api import Locator, expect

from tests.browser.visitor import Visitor
from tests.support.axe import violations


class Look(NamedTuple):
    """The size of a window, the language and the theme."""

    size: tuple[int, int]
    language: str
    theme: str


DESKTOP: Final = Look((1280, 800), "en", "light")
DARK: Final = Look((1280, 800), "ja", "dark")
NARROW: Final = Look((390, 844), "en", "light")
NIGHT: Final = Look((390, 844), "ja", "dark")


SPEAK: Final = """(language) =>
  window.dispatchEvent(new StorageEvent("storage", { key: "parley.locale", newValue: language }))"""
"""Changes the language as another tab of the browser does."""


STILL: Final = """(all) => new Promise((resolve) => {
  let last = "";
  const look = () => {
    const boxes = all.map((each) => each.getBoundingClientRect().toJSON());
    if (JSON.stringify(boxes) === last) return resolve(boxes);
    last = JSON.stringify(boxes);
    requestAnimationFrame(look);
  };
  look();
})"""


async def boxes(*located: Locator) -> list[dict[str, Any]]:
    """Measure elements of a page, all at one time, once they have stood still for a frame."""
    elements = [await each.element_handle() for each in located]
    found: list[dict[str, Any]] = await located[0].page.evaluate(STILL, elements)
    return found


async def take_on(person: Visitor, look: Look) -> None:
    """Have a person's page look so."""
    width, height = look.size
    await person.page.set_viewport_size({"width": width, "height": height})
    await person.page.emulate_media(color_scheme=look.theme)  # type: ignore[arg-type]
    await person.page.evaluate(SPEAK, look.language)
    await expect(person.page.locator("html")).to_have_attribute("lang", look.language)


class Walk:
    """Collect the findings of axe on many pages, each in two looks; the second look is the first of the next page."""

    def __init__(self, person: Visitor) -> None:
        self._person, self._looks = person, [DESKTOP, NIGHT]
        self._found: dict[str, list[str]] = {}

    async def look(self, name: str) -> None:
        """Look at the page as it is now."""
        for look in self._looks:
            await take_on(self._person, look)
            self._found[f"{name} {look.theme}"] = await violations(self._person.page)
        self._looks.reverse()

    def found(self) -> dict[str, list[str]]:
        """Return the problems, by the name of the page."""
        return {name: each for name, each in self._found.items() if each}


async def seen(person: Visitor, *looks: Look) -> None:
    """See that nothing of the page is out of sight or hard to read, in these looks, and leave it in the first one."""
    looks = looks or (DESKTOP, DARK, NARROW)
    for look in looks:
        await take_on(person, look)
        assert await violations(person.page) == [], look
        assert await person.page.evaluate("document.documentElement.scrollWidth") == look.size[0], look
    await take_on(person, looks[0])
