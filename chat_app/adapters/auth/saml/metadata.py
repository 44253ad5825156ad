"""Read the metadata of SAML identity providers, from a file or an address."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog

from chat_app.adapters.auth.saml.config import SamlConfig
from chat_app.core.identities.errors import ProviderUnavailable

MAX_BYTES: Final = 4 * 1024 * 1024
FRESH: Final = 3600.0
"""The seconds after which metadata is fetched again: providers change their certificates."""
TIMEOUT: Final = 10.0
AGAIN: Final = 30.0
"""The seconds after which metadata is fetched again if a fetch has failed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SamlEndpoint:
    """The address where a provider signs people in, and the certificates of its signatures."""

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]
    slo_url: str = ""
    slo_response_url: str = ""


def read_metadata(xml: str | bytes, entity_id: str = "") -> SamlEndpoint:
    """Return the endpoint in a provider's metadata. Raises ``ValueError`` if required data are missing."""
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

    try:
        found: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(xml, entity_id=entity_id or None)["idp"]
        signing = found.get("x509certMulti", {}).get("signing") or [found["x509cert"]]
        out = found.get("singleLogoutService", {})
        urls = (_safe(found["singleSignOnService"]["url"]), _safe(out.get("url")), _safe(out.get("responseUrl")))
        return SamlEndpoint(found["entityId"], urls[0], tuple(signing), urls[1], urls[2] or urls[1])
    except Exception as error:  # the parser raises what lxml does
        raise ValueError("no metadata of a SAML identity provider with an address and a certificate") from error


def check_signature(xml: bytes, certificate: str) -> None:
    """Raise ``ValueError`` unless metadata as a whole is signed by the owner of a certificate."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    try:
        signed = OneLogin_Saml2_Utils.validate_metadata_sign(xml, cert=certificate, raise_exceptions=True)
    except Exception:  # the library and lxml raise many kinds of errors
        signed = False
    if not signed:
        raise ValueError("the metadata is not signed by metadata_certificate")


def _safe(url: str | None) -> str:
    """Return an address to which browsers may be sent. Raises ``ValueError`` for any other kind."""
    if url and urlsplit(url).scheme not in {"https", "http"}:
        raise ValueError("not a web address")
    return url or ""


class Metadata:
    """The endpoint of one provider; what has an address is fetched when it is needed, and kept for an hour.

    Requests of strangers begin a fetch, so there is one at a time, and after one has failed none for a while.
    """

    def __init__(self, config: SamlConfig) -> None:
        self._config, self._until = config, 0.0
        self._known: SamlEndpoint | None = None
        self._turn = asyncio.Lock()
        if not config.metadata_url:
            out = (config.slo_url, config.slo_response_url or config.slo_url)
            self._known = SamlEndpoint(config.entity_id, config.sso_url, tuple(config.certificates), *out)
            self._until = float("inf")

    async def endpoint(self) -> SamlEndpoint:
        """Return the endpoint. Raises ``ProviderUnavailable`` if it was never fetched."""
        if time.monotonic() >= self._until:
            async with self._turn:
                if time.monotonic() >= self._until:
                    await self._refresh()
        if self._known is None:
            raise ProviderUnavailable()
        return self._known

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT):  # the client's own is one of each step
                xml = await self._fetched()
            self._known = await asyncio.to_thread(self._read, xml)
            self._until = time.monotonic() + FRESH
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TimeoutError) as error:
            self._until = time.monotonic() + AGAIN
            log.warning("saml_metadata_unavailable", provider=self._config.id, error=type(error).__name__)

    def _read(self, xml: bytes) -> SamlEndpoint:
        if self._config.metadata_certificate:
            check_signature(xml, self._config.metadata_certificate)
        return read_metadata(xml, self._config.entity_id)

    async def _fetched(self) -> bytes:
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream("GET", self._config.metadata_url) as response,
        ):
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("too long")
        return body
