"""An application that signs people in at Parley, step by step, as a relying party does."""

import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from chat_app.core.applications.commands import add_application
from chat_app.core.kernel.actor import Actor
from tests.api.conftest import ORIGIN, Clients
from tests.support.use_cases import Do

ISSUER = "http://127.0.0.1:3000"
BACK = "https://app.example/callback"
GONE = "https://app.example/gone"
ALL = ["openid", "profile", "email", "groups"]


def params_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@dataclass
class RelyingParty:
    """An application with its own secrets. ``browser`` is the one of a person."""

    clients: Clients
    client_id: str
    secret: str
    back: str = BACK
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @classmethod
    async def registered(cls, clients: Clients, do: Do, admin: Actor, **fields: Any) -> "RelyingParty":
        values: dict[str, Any] = {"name": "Wiki", "redirect_uris": [BACK], "logout_uris": [GONE], "scopes": ALL}
        application, secret = await do(admin, add_application, **(values | fields))
        return cls(clients, str(application.id), secret)

    def request(self, **changes: str | None) -> dict[str, str]:
        """Return the parameters of a good request; one that is None is left out."""
        challenge = urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        good = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid profile email",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    async def authorize(self, browser: httpx.AsyncClient, **changes: str | None) -> str:
        """Send the browser to the provider; return where it is sent next."""
        response = await browser.get(f"{ORIGIN}/oauth2/authorize", params=self.request(**changes))
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def allowed(self, browser: httpx.AsyncClient, **changes: str | None) -> str:
        """Return where the browser comes back to once its person has allowed what they are asked."""
        url = await self.authorize(browser, **changes)
        assert url.startswith("/consent?request="), url
        answer = await browser.post("me/consent", json={"request": params_of(url)["request"], "allow": True})
        assert answer.status_code == 200, answer.text
        return answer.json()["url"]

    async def code(self, browser: httpx.AsyncClient, **changes: str | None) -> str:
        url = await self.authorize(browser, **changes)
        if url.startswith("/consent"):
            url = await self.allowed(browser, **changes)
        found = params_of(url)
        assert (found["state"], found["iss"]) == ("the state", ISSUER), url
        return found["code"]

    async def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        good = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        return await self.ask("token", **{**good, "code_verifier": self.verifier, **changes})

    async def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        return await self.ask("token", grant_type="refresh_token", refresh_token=refresh_token, **changes)

    async def tokens(self, browser: httpx.AsyncClient, **changes: str | None) -> dict[str, Any]:
        answer = await self.exchange(await self.code(browser, **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, endpoint: str, **form: str | None) -> httpx.Response:
        """Ask an endpoint, proving who it is by its secret, or naming itself where it has none."""
        data = {name: value for name, value in form.items() if value is not None}
        headers = {}
        if self.secret:
            headers["Authorization"] = "Basic " + b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        else:
            data = {"client_id": self.client_id, **data}
        return await self.clients.site().post(f"/oauth2/{endpoint}", data=data, headers=headers)

    async def userinfo(self, token: str) -> httpx.Response:
        return await self.clients.site().get("/oauth2/userinfo", headers={"Authorization": f"Bearer {token}"})

    async def is_active(self, token: str) -> bool:
        return (await self.ask("introspect", token=token)).json()["active"]

    async def verified(self, id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the header and claims of an ID token that a published key has signed."""
        published = (await self.clients.site().get("/oauth2/jwks")).json()
        read = jwt.decode(id_token, KeySet.import_key_set(published), algorithms=["RS256", "ES256"])
        return read.header, read.claims
