"""Call the endpoints of Hydra's admin API (version 2) that a login and consent app needs."""

import asyncio
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog

from chat_app.adapters.answers import LIMITS, MALFORMED
from chat_app.core.applications.authorization.hydra import ConsentAskedByHydra, LoginAsked
from chat_app.core.applications.errors import ProviderAway, RequestExpired

TIMEOUT: Final = 5.0
"""The time-out of a request to Hydra, in seconds: a person waits for it."""

AWAY_SECONDS: Final = 30.0
"""The seconds for which jobs do not call a Hydra that was unavailable: each would wait, and delay other jobs."""

_ANSWERED: Final = frozenset({400, 401, 404, 409, 410})
"""The statuses by which Hydra reports that a challenge is unknown, or was already answered."""

log = structlog.get_logger()


class Hydra:
    """Implements :class:`~chat_app.core.applications.authorization.hydra.HydraServer`."""

    def __init__(self, admin_url: str, public_url: str) -> None:
        self._admin, self._public = f"{admin_url}/admin", urlsplit(public_url)
        self._api = f"{self._admin}/oauth2/auth"
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._away_until = 0.0
        self._http = httpx2.AsyncClient(timeout=TIMEOUT, trust_env=False, cookies=no_cookies, **LIMITS)

    async def login(self, challenge: str) -> LoginAsked:
        """Return the request of a login challenge."""
        found = await self._get("login", challenge)
        return LoginAsked(str(found.get("subject") or ""), str(found.get("request_url") or ""))

    async def accept_login(self, challenge: str, subject: str, seconds: int) -> str:
        """Accept the login challenge for the person who signs in."""
        body = {"subject": subject, "remember": True, "remember_for": seconds}
        return await self._put("login", "accept", challenge, body)

    async def reject_login(self, challenge: str, error: str) -> str:
        """Reject the login challenge: the sign-in was cancelled."""
        return await self._put("login", "reject", challenge, {"error": error})

    async def consent(self, challenge: str) -> ConsentAskedByHydra:
        """Return the request of a consent challenge."""
        found = await self._get("consent", challenge)
        client = found.get("client") or {}
        return ConsentAskedByHydra(
            subject=str(found.get("subject") or ""),
            client_id=str(client.get("client_id") or ""),
            client_name=str(client.get("client_name") or "")[:100],
            scopes=_texts(found.get("requested_scope")),
            audience=_texts(found.get("requested_access_token_audience")),
            request_url=str(found.get("request_url") or ""),
            skip=bool(found.get("skip") or client.get("skip_consent")),
        )

    async def accept_consent(self, challenge: str, asked: ConsentAskedByHydra, claims: Mapping[str, Any]) -> str:
        """Allow the request. Hydra does not remember the consent: people take it back in Parley."""
        body = {
            "grant_scope": list(asked.scopes),
            "grant_access_token_audience": list(asked.audience),
            "remember": False,
            "session": {"id_token": {name: value for name, value in claims.items() if name != "sub"}},
        }
        return await self._put("consent", "accept", challenge, body)

    async def reject_consent(self, challenge: str, error: str) -> str:
        """Allow nothing."""
        return await self._put("consent", "reject", challenge, {"error": error})

    async def logout(self, challenge: str) -> str:
        """Return whom a logout challenge is about."""
        return str((await self._get("logout", challenge)).get("subject") or "")

    async def accept_logout(self, challenge: str) -> str:
        """Accept the logout challenge."""
        return await self._put("logout", "accept", challenge, None)

    async def revoke(self, subject: str, client_id: str) -> None:
        """End all tokens of an application for a person."""
        params = {"subject": subject, "client": client_id}
        await self._ask("DELETE", f"{self._api}/sessions/consent", params=params)

    async def revoke_all(self, subject: str) -> None:
        """End a person's sessions at Hydra, and the tokens of all applications for them."""
        if time.monotonic() < self._away_until:
            raise ProviderAway()
        try:
            await self._ask("DELETE", f"{self._api}/sessions/login", params={"subject": subject})
            await self._ask("DELETE", f"{self._api}/sessions/consent", params={"subject": subject, "all": "true"})
        except ProviderAway:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise

    async def check(self) -> None:
        """Ask for something that the admin API alone has. Raises ``ProviderAway``, or ``RequestExpired`` elsewhere."""
        await self._ask("GET", f"{self._admin}/clients", params={"page_size": "1"})

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _get(self, kind: str, challenge: str) -> dict[str, Any]:
        return await self._ask("GET", f"{self._api}/requests/{kind}", params={f"{kind}_challenge": challenge})

    async def _put(self, kind: str, answer: str, challenge: str, body: Any) -> str:
        """Answer a challenge; return where the browser goes: to Hydra, and nowhere else."""
        params = {f"{kind}_challenge": challenge}
        found = await self._ask("PUT", f"{self._api}/requests/{kind}/{answer}", params=params, json=body)
        url = str(found.get("redirect_to") or "")
        try:
            parts = urlsplit(url)
            known = (parts.scheme, parts.netloc) == (self._public.scheme, self._public.netloc)
        except ValueError:
            known = False
        if not known or "\\" in url:
            log.warning("hydra_redirects_elsewhere")
            raise ProviderAway()
        return url

    async def _ask(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(2 * TIMEOUT):  # the client's own is one of each step
                response = await self._http.request(method, url, **request)
            ends = method == "DELETE"  # a missing object has ended
            if response.status_code in _ANSWERED and not ends:
                raise RequestExpired()
            if response.is_success or (ends and response.status_code == 404):
                found = response.json() if response.content else {}
                return found if isinstance(found, dict) else {}
            problem = str(response.status_code)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, *MALFORMED) as error:
            problem = type(error).__name__
        log.warning("hydra_unavailable", problem=problem)  # an address or a body may contain a secret
        raise ProviderAway() from None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(each)[:200] for each in value[:100]) if isinstance(value, list) else ()
