"""Read the metadata of SAML identity providers, from a file or an address."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import structlog

from chat_app.adapters.auth.saml_config import SamlConfig
from chat_app.core.identities.errors import ProviderUnavailable

MAX_BYTES: Final = 4 * 1024 * 1024
FRESH: Final = 3600.0
"""The seconds after which metadata is fetched again: providers change their certificates."""
TIMEOUT: Final = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Name the address where a provider signs people in, and the certificates of what it says."""

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]


def read_metadata(xml: str | bytes, entity_id: str = "") -> Endpoint:
    """Return the endpoint in a provider's metadata. Raises ``ValueError`` where it lacks what is needed."""
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

    try:
        found: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(xml, entity_id=entity_id or None)["idp"]
        signing = found.get("x509certMulti", {}).get("signing") or [found["x509cert"]]
        return Endpoint(found["entityId"], found["singleSignOnService"]["url"], tuple(signing))
    except Exception as error:  # the parser raises what lxml does
        raise ValueError("no metadata of a SAML identity provider with an address and a certificate") from error


class Metadata:
    """The endpoint of one provider; what has an address is fetched when it is needed, and kept for an hour."""

    def __init__(self, config: SamlConfig) -> None:
        self._config, self._until = config, 0.0
        self._known: Endpoint | None = None
        if not config.metadata_url:
            self._known = Endpoint(config.entity_id, config.sso_url, tuple(config.certificates))
            self._until = float("inf")

    async def endpoint(self) -> Endpoint:
        """Return the endpoint. Raises ``ProviderUnavailable`` where it was never to be had."""
        if self._known is None or time.monotonic() >= self._until:
            await self._refresh()
        if self._known is None:
            raise ProviderUnavailable()
        return self._known

    async def _refresh(self) -> None:
        try:
            xml = await self._fetched()
            self._known = await asyncio.to_thread(read_metadata, xml, self._config.entity_id)
            self._until = time.monotonic() + FRESH
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            log.warning("saml_metadata_unavailable", provider=self._config.id, error=type(error).__name__)

    async def _fetched(self) -> bytes:
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT) as client,
            client.stream("GET", self._config.metadata_url) as response,
        ):
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("too long")
        return body
