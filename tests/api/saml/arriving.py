"""Coming back from a SAML provider."""

import base64
from collections.abc import Callable

import httpx
from sqlalchemy import select

from chat_app.core.accounts.tables import User
from tests.api.conftest import ORIGIN
from tests.saml.server import form_of
from tests.support.factory import Factory

BACK = "http://parley.test/api/v1/auth/corp"


async def arrived(
    browser: httpx.AsyncClient, login: str, change: Callable[[bytes], bytes] = bytes, **fault: str
) -> httpx.Response:
    """Depart, sign in at the provider, and come back with its form, whose response is changed."""
    left = await browser.get("auth/corp/start?next=/settings")
    form = await form_of(left.headers["location"], login, **fault)
    form["SAMLResponse"] = base64.b64encode(change(base64.b64decode(form["SAMLResponse"]))).decode()
    return await browser.post("auth/corp/acs", data=form, headers={"Origin": "null"})


async def returned(browser: httpx.AsyncClient, login: str) -> httpx.Response:
    response = await arrived(browser, login)
    assert response.status_code == 303, response.text
    return await browser.get(ORIGIN + response.headers["location"])


def refusal(response: httpx.Response) -> str:
    assert response.status_code == 303, response.text
    page, _, query = response.headers["location"].partition("?error=")
    assert page == "/sign-in"
    return str(query)


async def user_of(make: Factory, email: str) -> User | None:
    async with make.work.begin() as ctx:
        found: User | None = await ctx.db.scalar(select(User).where(User.email == email))
        return found
