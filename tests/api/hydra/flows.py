"""Follow the redirects between Parley and a Hydra in a browser."""

import httpx

from tests.api.conftest import ORIGIN


async def sent(browser: httpx.AsyncClient, kind: str, challenge: str) -> str:
    """Return where the browser is sent that comes with a challenge."""
    response = await browser.get(f"{ORIGIN}/oauth2/{kind}", params={f"{kind}_challenge": challenge})
    assert response.status_code == 303, response.text
    return response.headers["location"]
