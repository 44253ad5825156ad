"""Requests to Stripe: by its SDK, with a pinned version of its API, a time-out, and errors in the core's words."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import structlog

from chat_app.adapters.answers import ANSWER_MAX
from chat_app.core.payments.errors import NoticeInvalid, PaymentsAway, PaymentsRefused

API_VERSION: Final = "2026-10-28.endive"
TIMEOUT: Final = 8.0
"""The seconds that one request has."""
ALTOGETHER: Final = 20.0
"""The seconds that a request has with its retries."""
RETRIES: Final = 2
PAGES_MAX: Final = 20
PAGE: Final = 100

log = structlog.get_logger()


class StripeClient:
    """A client of Stripe. The SDK is imported at the first request: the import takes a second and 33 MiB."""

    def __init__(self, key: str, api_base: str | None) -> None:
        self._key, self._base = key, api_base
        self._client: Any = None
        self._importing = asyncio.Lock()

    async def ask(self, method: str, path: str, *, key: str = "", **params: Any) -> dict[str, Any]:
        """Return Stripe's answer. Two requests with one ``key`` are done once.

        Raises :class:`PaymentsAway`, or :class:`PaymentsRefused` with the code of Stripe's error.
        """
        sdk = await self._sdk()
        options = {"idempotency_key": key} if key else {}
        with _in_our_words(sdk, path):
            async with asyncio.timeout(ALTOGETHER):
                answer = await self._client.raw_request_async(method, f"/v1/{path}", **params, **options)
        data = answer.to_dict() if hasattr(answer, "to_dict") else answer.data
        if not isinstance(data, dict):
            raise PaymentsAway()
        return data

    async def pages(self, path: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield the items of a list at Stripe, page by page."""
        after: dict[str, str] = {}
        for _ in range(PAGES_MAX):
            page = await self.ask("get", path, limit=PAGE, **params, **after)
            for each in page.get("data", ()):
                yield each
            if not page.get("has_more") or not page.get("data"):
                return
            after = {"starting_after": page["data"][-1]["id"]}
        log.warning("stripe_list_cut", path=path)

    async def check_signature(self, body: bytes, signature: str, secret: str, tolerance: int) -> None:
        """Check that Stripe has signed a body, not long ago. Raises :class:`NoticeInvalid`."""
        sdk = await self._sdk()
        try:
            sdk.WebhookSignature.verify_header(body, signature, secret, tolerance)
        except (sdk.SignatureVerificationError, ValueError):
            raise NoticeInvalid.failed("signature") from None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._http.close_async()

    async def _sdk(self) -> Any:
        async with self._importing:
            sdk = await asyncio.to_thread(import_module, "stripe")
            if self._client is None:
                self._http = _limited(sdk)(timeout=_seconds(TIMEOUT))
                options: dict[str, Any] = {"base_addresses": {"api": self._base}} if self._base else {}
                self._client = sdk.StripeClient(
                    self._key,
                    stripe_version=API_VERSION,
                    max_network_retries=RETRIES,
                    http_client=self._http,
                    **options,
                )
        return sdk


def _seconds(seconds: float) -> Any:
    return import_module("aiohttp").ClientTimeout(total=seconds)


def _limited(sdk: Any) -> Any:
    """Return the SDK's client of HTTP, with a limit to a body, and with an error of its own for one that breaks off."""

    class Limited(sdk.AIOHTTPClient):  # type: ignore[misc]
        async def request_async(self, *args: Any, **kwargs: Any) -> tuple[bytes, int, Mapping[str, str]]:
            asked, options = self._get_request_args_kwargs(*args, **kwargs)
            body = bytearray()
            try:
                async with self._session.request(*asked, allow_redirects=False, **options) as answer:
                    while len(body) <= ANSWER_MAX and (piece := await answer.content.readany()):
                        body += piece
            except (self.aiohttp.ClientError, OSError) as error:  # TimeoutError is one
                raise sdk.APIConnectionError(type(error).__name__, should_retry=True) from None
            if len(body) > ANSWER_MAX:
                raise sdk.APIConnectionError("too long")
            return bytes(body), answer.status, answer.headers

    return Limited


@contextmanager
def _in_our_words(sdk: Any, path: str) -> Any:
    """Log an error by its kind alone, since Stripe's words name people, and raise the core's."""
    try:
        yield
    except (sdk.InvalidRequestError, sdk.CardError, sdk.IdempotencyError) as error:
        log.warning("stripe_refused", path=_plain(path), code=error.code, param=getattr(error, "param", None))
        raise PaymentsRefused(reason=error.code or "refused") from None
    except (sdk.StripeError, TimeoutError, ValueError, OSError) as error:
        log.warning("stripe_away", path=_plain(path), error=type(error).__name__)
        raise PaymentsAway() from None


def _plain(path: str) -> str:
    return path.partition("/")[0]


def text_at(data: Mapping[str, Any], *path: str) -> str:
    """Return a text in an answer, or "" if it is missing. For an object in full, return its id."""
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping):
        found = found.get("id")
    return found if isinstance(found, str) else ""


def number_at(data: Mapping[str, Any], name: str) -> int:
    """Return an integer in an answer, or 0 if it is missing."""
    found = data.get(name)
    return found if isinstance(found, int) else 0
