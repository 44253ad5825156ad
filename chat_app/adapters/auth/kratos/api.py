"""Call the endpoints of Kratos that Parley needs."""

import asyncio
import re
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from uuid import UUID

import httpx2
import structlog

from chat_app.adapters.answers import LIMITS, MALFORMED
from chat_app.adapters.auth.config import KratosConfig
from chat_app.core.identities.errors import AuthUnavailable, SecondFactorWanted

_WITH_OBJECT: Final = (200, 201)

TIMEOUT: Final = 5.0
"""The time-out of a request to Kratos, in seconds: a person waits for it."""

_TOKEN: Final = re.compile(r"[!#-+\--:<-\[\]-~]{1,4096}")
"""Matches values that a cookie can hold."""

log = structlog.get_logger()


class KratosApi:
    """A client of both APIs of Kratos. Every failure raises `AuthUnavailable`."""

    def __init__(self, config: KratosConfig) -> None:
        self._public, self._admin, self._cookie = config.public_url, f"{config.admin_url}/admin", config.cookie
        # One client sends all people's requests, so it keeps no cookie: it would be sent with another person's request.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._http = httpx2.AsyncClient(timeout=TIMEOUT, trust_env=False, cookies=no_cookies, **LIMITS)

    async def whoami(self, token: str, *, bearer: bool = False) -> dict[str, Any] | None:
        """Return the session of a token. Raises `SecondFactorWanted` if a second factor is missing."""
        headers = {}
        if _TOKEN.fullmatch(token):
            headers = {"X-Session-Token": token} if bearer else {"Cookie": f"{self._cookie}={token}"}
        status, session = await self._ask("GET", f"{self._public}/sessions/whoami", (200, 401, 403), headers=headers)
        if status == 403:
            raise SecondFactorWanted()
        return session if status == 200 else None

    async def session(self, session_id: UUID) -> dict[str, Any] | None:
        """Return a session by its id."""
        url = f"{self._admin}/sessions/{session_id}?expand=identity"
        status, session = await self._ask("GET", url, (200, 404))
        return session if status == 200 else None

    async def end_session(self, session_id: UUID) -> None:
        """End a session, if there is one."""
        await self._ask("DELETE", f"{self._admin}/sessions/{session_id}", (204, 404))

    async def create_identity(self, identity: dict[str, Any]) -> dict[str, Any] | None:
        """Create and return an identity; return nothing if its address or username is taken."""
        status, made = await self._ask("POST", f"{self._admin}/identities", (201, 409), json=identity)
        return made if status == 201 else None

    async def find_identities(self, identifier: str) -> list[dict[str, Any]]:
        """Return the identities with this address or username: one at most."""
        params = {"credentials_identifier": identifier}
        _, found = await self._ask("GET", f"{self._admin}/identities", (200,), params=params)
        return list(found)

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _ask(self, method: str, url: str, expected: tuple[int, ...], **request: Any) -> tuple[int, Any]:
        try:
            async with asyncio.timeout(2 * TIMEOUT):  # the client's own is one of each step
                response = await self._http.request(method, url, **request)
            problem = str(response.status_code)
            if response.status_code in expected:
                found = response.json() if response.content else None
                if response.status_code not in _WITH_OBJECT or isinstance(found, dict | list):
                    return response.status_code, found
                problem = "empty"  # which is no word about a session
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, *MALFORMED) as error:
            problem = type(error).__name__
        log.warning("auth_unavailable", problem=problem)  # a URL or a body may contain a secret
        raise AuthUnavailable() from None
