"""The common part of OAuth 2 and OpenID providers: Authlib's client with PKCE, and the translation of its errors."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp
from authlib.integrations.base_client.async_app import AsyncOAuth2Mixin
from authlib.integrations.base_client.async_openid import AsyncOpenIDMixin
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from chat_app.adapters.answers import LIMITS, MALFORMED
from chat_app.core.identities.errors import ProviderRefused, ProviderUnavailable, SignInCancelled
from chat_app.core.identities.ports import SignInRedirect

TIMEOUT: Final = 10.0
"""The time-out of each step of a request to a provider, in seconds."""
PATIENCE: Final = 20.0
"""The seconds for all requests to a provider while a person waits: the provider may answer byte by byte."""

log = structlog.get_logger()


class OAuthClient(AsyncOAuth2Mixin, AsyncOpenIDMixin, BaseApp):  # type: ignore[misc]
    """Authlib's client without a web framework: the core keeps the state between requests."""

    client_cls = AsyncOAuth2Client


def client_kwargs(scope: str) -> dict[str, Any]:
    """Return the options of every request: PKCE, a time-out, a limited answer, no redirects."""
    return {"scope": scope, "code_challenge_method": "S256", "timeout": TIMEOUT, "verify": _authorities(), **LIMITS}


@cache
def _authorities() -> ssl.SSLContext:
    """Return the certificate authorities; loading them for each request would stop the process for 50 ms."""
    return httpx2.create_ssl_context()


async def depart(client: OAuthClient, redirect_uri: str) -> SignInRedirect:
    """Return the address to which to send a browser, and its secrets. Without OpenID there is no nonce."""
    made = await client.create_authorization_url(redirect_uri)
    return SignInRedirect(made["url"], made["state"], made.get("nonce", ""), made["code_verifier"])


def check_answer(answer: Mapping[str, str], issuer: str) -> str:
    """Return the code from the parameters of a returning browser. Raises `SignInCancelled` or `ProviderRefused`."""
    if answer.get("iss", issuer).rstrip("/") != issuer:  # RFC 9207: an answer of another provider
        raise ProviderRefused()
    if answer.get("error") == "access_denied":
        raise SignInCancelled()
    if not answer.get("code"):
        raise ProviderRefused()
    return answer["code"]


@asynccontextmanager
async def in_our_words(provider: str) -> AsyncIterator[None]:
    """Log an error by its kind alone, since descriptions may repeat secrets, and raise the core's error."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except (AuthlibBaseError, JoseError) as error:
        log.warning("provider_refused", provider=provider, error=str(getattr(error, "error", type(error).__name__)))
        raise ProviderRefused() from None
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, *MALFORMED) as error:
        log.warning("provider_unavailable", provider=provider, error=type(error).__name__)
        raise ProviderUnavailable() from None
