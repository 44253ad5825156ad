"""Fill in the forms for signing up and signing in."""

import re
from itertools import count

from playwright.async_api import Page

from tests.browser.visitor import Visitor
from tests.support.factory import PASSWORD

NUMBERS = count(1)
SENT_TO_SIGN_IN = re.compile(r"/sign-in(\?|$)")


async def fill_sign_up(page: Page, **changes: str) -> dict[str, str]:
    """Fill the form in; fields that are not given get valid new values."""
    username = f"newcomer{next(NUMBERS)}"
    values = {"email": f"{username}@example.org", "username": username, "name": "", "password": "seven quiet chairs"}
    for field, value in (values | changes).items():
        await page.locator(f"#field-{field}").fill(value)
    return values | changes


async def sign_in(visitor: Visitor, login: str, password: str = PASSWORD) -> None:
    """Fill the form in and press Enter."""
    await visitor.page.locator("#field-login").fill(login)
    await visitor.page.locator("#field-password").fill(password)
    await visitor.page.locator("#field-password").press("Enter")


async def press(page: Page, name: str) -> None:
    """Press the button of just this name."""
    await page.get_by_role("button", name=name, exact=True).click()
