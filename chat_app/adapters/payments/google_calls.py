"""Requests to Google Play by a service account, and the tokens with which Pub/Sub pushes."""

import asyncio
import json
from datetime import datetime, timedelta
from time import monotonic, time
from typing import Any, Final
from urllib.parse import quote

import httpx2
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from chat_app.adapters.answers import LIMITS, MALFORMED
from chat_app.core.payments.errors import NoticeInvalid, PaymentsAway, PurchaseNotFound

TIMEOUT: Final = 8.0
SCOPE: Final = "https://www.googleapis.com/auth/androidpublisher"
ISSUERS: Final = ("https://accounts.google.com", "accounts.google.com")
TOKEN_MAX: Final = 8192
KEYS_SECONDS: Final = 3600.0
KEYS_PAUSE: Final = 30.0
"""The seconds between two look-ups of keys that tokens with an unknown key cause."""

_HOUR: Final = 3600
_EARLY: Final = 60
_GONE: Final = (400, 404, 410)

log = structlog.get_logger()


class GoogleCalls:
    """A client of Play's developer API. It requests an access token once an hour."""

    def __init__(self, credentials: str, api_base: str) -> None:
        account = json.loads(credentials)
        self._email, self._token_uri = str(account["client_email"]), str(account["token_uri"])
        self._key = RSAKey.import_key(account["private_key"])
        self._base = api_base.rstrip("/")
        self._http: httpx2.AsyncClient | None = None
        self._token, self._until = "", 0.0
        self._renewing = asyncio.Lock()

    async def get(self, package: str, path: str, *, token: str) -> dict[str, Any]:
        """Return Play's data about a purchase. Raises :class:`PaymentsAway` or :class:`PurchaseNotFound`."""
        place = path.format(token=quote(token, safe=""))
        url = f"{self._base}/androidpublisher/v3/applications/{quote(package, safe='')}/{place}"
        try:
            async with asyncio.timeout(2 * TIMEOUT):
                headers = {"Authorization": f"Bearer {await self._access()}"}
                answer = await self._client().get(url, headers=headers)
            if answer.status_code in _GONE:
                raise PurchaseNotFound()
            answer.raise_for_status()
            data = answer.json()
        except (httpx2.HTTPError, TimeoutError, *MALFORMED) as error:
            log.warning("google_play_away", error=type(error).__name__)
            raise PaymentsAway() from None
        if not isinstance(data, dict):
            raise PaymentsAway()
        return data

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http:
            await self._http.aclose()

    async def _access(self) -> str:
        async with self._renewing:
            if monotonic() >= self._until:
                now = int(time())
                claims = {"iss": self._email, "scope": SCOPE, "aud": self._token_uri, "iat": now, "exp": now + _HOUR}
                assertion = jwt.encode({"alg": "RS256"}, claims, self._key)
                grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
                answer = await self._client().post(self._token_uri, data=grant)
                answer.raise_for_status()
                given = answer.json()
                self._token = str(given["access_token"])
                self._until = monotonic() + int(given.get("expires_in", _HOUR)) - _EARLY
        return self._token

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            self._http = httpx2.AsyncClient(timeout=TIMEOUT, **LIMITS)
        return self._http


class PushTokens:
    """Checks the tokens of Pub/Sub's requests: Google has signed them, for this site, for one service account."""

    def __init__(self, certs: str, audience: str, account: str) -> None:
        self._certs, self._audience, self._account = certs, audience, account
        self._keys: KeySet | None = None
        self._asked_at = -KEYS_SECONDS
        self._asking = asyncio.Lock()

    async def check(self, authorization: str, now: datetime) -> None:
        """Check the token of a request.

        Raises :class:`NoticeInvalid`, or :class:`PaymentsAway` if Google's keys cannot be had.
        """
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token or len(token) > TOKEN_MAX:
            raise NoticeInvalid.failed("token")
        claims = await self._decoded(token)
        registry = JWTClaimsRegistry(
            now=lambda: int(now.timestamp()),
            leeway=int(timedelta(minutes=1).total_seconds()),
            iss={"essential": True, "values": list(ISSUERS)},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            email={"essential": True, "value": self._account},
            email_verified={"essential": True, "value": True},
        )
        try:
            registry.validate(claims)
        except (JoseError, ValueError, TypeError):
            raise NoticeInvalid.failed("token") from None

    async def _decoded(self, token: str) -> dict[str, Any]:
        for may_renew in (True, False):
            keys = await self._known_keys()
            try:
                return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
            except (JoseError, ValueError, TypeError, KeyError, AttributeError):
                # Google changes its keys every few days: one that is unknown may be new.
                if not may_renew or monotonic() < self._asked_at + KEYS_PAUSE:
                    raise NoticeInvalid.failed("token") from None
                self._keys = None
        raise NoticeInvalid.failed("token")

    async def _known_keys(self) -> KeySet:
        async with self._asking:
            if self._keys is None or monotonic() > self._asked_at + KEYS_SECONDS:
                self._asked_at = monotonic()
                try:
                    async with asyncio.timeout(TIMEOUT), httpx2.AsyncClient(timeout=TIMEOUT, **LIMITS) as http:
                        answer = await http.get(self._certs)
                        answer.raise_for_status()
                        self._keys = KeySet.import_key_set(answer.json())
                except (httpx2.HTTPError, JoseError, TimeoutError, *MALFORMED) as error:
                    log.warning("google_keys_away", error=type(error).__name__)
                    raise PaymentsAway() from None
            return self._keys
