"""Sign-in by SAML 2.0: requests by redirect, signed assertions by post. python3-saml verifies them; checks that it
omits are here.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from chat_app.adapters.auth.claims import email, line, subject, texts
from chat_app.adapters.auth.saml.config import SamlConfig
from chat_app.adapters.auth.saml.logout import (
    logout_address,
    logout_answer,
    read_logout_answer,
    read_logout_request,
)
from chat_app.adapters.auth.saml.messages import Site, request_at, sent_to, settings_of
from chat_app.adapters.auth.saml.metadata import Metadata, SamlEndpoint
from chat_app.core.identities.errors import AssertionRefused, ProviderNotFound, ProviderRefused
from chat_app.core.identities.ports import LogoutAsked, ProviderProfile, SignedAssertion, SignInRedirect
from chat_app.core.kernel.secrets.digests import new_secret

RESPONSE_MAX: Final = 300_000
_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_CONFIRMED: Final = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
_ENCRYPTION: Final = (
    *("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep"),
    *(f"http://www.w3.org/2009/xmlenc11#aes{bits}-gcm" for bits in (128, 192, 256)),
    *(f"http://www.w3.org/2001/04/xmlenc#aes{bits}-cbc" for bits in (128, 192, 256)),
)
"""The accepted encryption algorithms: RSA with PKCS 1.5 and Triple DES are broken."""

log = structlog.get_logger()


class SamlProvider:
    """A SAML 2.0 identity provider."""

    def __init__(self, config: SamlConfig) -> None:
        self.id, self.name, self.issuer = config.id, config.name, config.entity_id
        self.organisation, self.unasked = config.organisation, config.unasked
        self._config, self._metadata = config, Metadata(config)

    async def depart(self, redirect_uri: str) -> SignInRedirect:
        """Begin a sign-in."""
        from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request

        endpoint = await self._metadata.endpoint()
        settings = settings_of(endpoint, self._site(redirect_uri))
        request = OneLogin_Saml2_Authn_Request(settings)
        state = new_secret()
        url = sent_to(endpoint.sso_url, settings, "SAMLRequest", request.get_request(), state)
        return SignInRedirect(url, state, request.get_id(), "")

    async def depart_for_good(self, redirect_uri: str, subject: str, session: Mapping[str, str]) -> str:
        """Return the address that ends the session at the provider too; "" if it has none."""
        endpoint = await self._metadata.endpoint()
        if not (endpoint.slo_url and self._config.key):
            return ""
        settings = settings_of(endpoint, self._site(redirect_uri))
        return logout_address(settings, endpoint.slo_url, subject, session, "")

    async def read_logout(self, redirect_uri: str, query: str) -> LogoutAsked:
        """Return whose sessions the provider wants to end. Raises :class:`AssertionRefused`."""
        asked: LogoutAsked = await self._logout(redirect_uri, query, read_logout_request)
        return asked

    async def read_logout_answer(self, redirect_uri: str, query: str) -> bool:
        """Return whether the provider's session has ended. Raises :class:`AssertionRefused`."""
        return bool(await self._logout(redirect_uri, query, read_logout_answer))

    async def answer_logout(self, redirect_uri: str, asked: LogoutAsked) -> str:
        """Return the address that reports to the provider that the sessions have ended."""
        endpoint = await self._metadata.endpoint()
        return logout_answer(settings_of(endpoint, self._site(redirect_uri)), endpoint.slo_response_url, asked)

    async def _logout(self, redirect_uri: str, query: str, read: Callable[[Any, Site, str], Any]) -> Any:
        endpoint, site = await self._metadata.endpoint(), self._site(redirect_uri)
        if not (endpoint.slo_url and site.key):
            raise ProviderNotFound()
        try:
            return await asyncio.to_thread(read, settings_of(endpoint, site), site, query)
        except Exception as error:  # the library and lxml raise many kinds of errors for hostile input
            log.warning("logout_refused", provider=self.id, error=_kind(error))
            raise AssertionRefused("logout_refused") from None

    def _site(self, redirect_uri: str) -> Site:
        return Site(redirect_uri, self._config.key, self._config.encrypted)

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Refuse: people return from this provider with an assertion."""
        raise ProviderRefused()

    async def metadata(self, redirect_uri: str) -> str:
        """Return Parley's own metadata, for the provider."""
        offered = {"wantAssertionsEncrypted": True} if self._config.key else {}
        settings = settings_of(await self._metadata.endpoint(), self._site(redirect_uri), **offered)
        xml = settings.get_sp_metadata()
        return xml.decode() if isinstance(xml, bytes) else str(xml)

    async def read(self, redirect_uri: str, response: str) -> SignedAssertion:
        """Return the data of a signed assertion. Raises :class:`AssertionRefused`."""
        endpoint = await self._metadata.endpoint()
        return await asyncio.to_thread(self._read, endpoint, redirect_uri, response)

    def _read(self, endpoint: SamlEndpoint, redirect_uri: str, response: str) -> SignedAssertion:
        try:
            if len(response) > RESPONSE_MAX:
                raise ValueError("too long")
            return self._verified(settings_of(endpoint, self._site(redirect_uri)), self._site(redirect_uri), response)
        except Exception as error:  # the library and lxml raise many kinds of errors for hostile input
            log.warning("assertion_refused", provider=self.id, error=_kind(error))
            raise AssertionRefused(_code(error)) from None

    def _verified(self, settings: Any, site: Site, text: str) -> SignedAssertion:
        from onelogin.saml2.constants import OneLogin_Saml2_Constants
        from onelogin.saml2.response import OneLogin_Saml2_Response

        _check_encryption(text)
        OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = self._config.clock_skew  # of all providers
        response = OneLogin_Saml2_Response(settings, text)
        response.is_valid(request_at(site.acs), raise_exceptions=True)
        asked = _check_confirmation(response, settings, site.acs)
        if response.get_nameid_format() == _TRANSIENT:
            raise ValueError("a transient name identifies nobody")
        return SignedAssertion(
            profile=self._profile(response),
            assertion_id=str(response.get_assertion_id()),
            in_response_to=asked,
            expires_at=datetime.fromtimestamp(response.valid_scd_not_on_or_after, UTC),
        )

    def _profile(self, response: Any) -> ProviderProfile:
        known: Mapping[str, Sequence[Any]] = response.get_attributes()
        person = subject(response.get_nameid())
        address = email(_first(known, self._config.attributes.email) or person)
        groups = next((known[name] for name in self._config.attributes.groups if name in known), ())
        return ProviderProfile(
            issuer=self.issuer,
            subject=person,
            email=address,
            email_verified=self.organisation.speaks_for(address),
            name=_first(known, self._config.attributes.name),
            groups=texts(list(groups)),
            session=_session_of(response),
            ends_at=_end_of(response),
        )


def _check_encryption(text: str) -> None:
    """Raise ``ValueError`` where something is encrypted in a way that is broken, before it is opened."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

    root = OneLogin_Saml2_XML.to_etree(OneLogin_Saml2_Utils.b64decode(text))
    if any(each.get("Algorithm") not in _ENCRYPTION for each in root.iter("{*}EncryptionMethod")):
        raise ValueError("encryption")


def _session_of(response: Any) -> dict[str, str]:
    """Return the provider's id of its session when it ends."""
    known = response.get_nameid_data()
    found = {
        "index": response.get_session_index(),
        "format": known.get("Format"),
        "qualifier": known.get("NameQualifier"),
        "sp_qualifier": known.get("SPNameQualifier"),
    }
    return {name: value for name, value in found.items() if value}


def _end_of(response: Any) -> int:
    """Return the earliest second by which the provider wants the session to have ended; 0 for none."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    found = response._query_assertion("/saml:AuthnStatement[@SessionNotOnOrAfter]")  # of the signed assertion alone
    return min((OneLogin_Saml2_Utils.parse_SAML_to_time(each.get("SessionNotOnOrAfter")) for each in found), default=0)


def _check_confirmation(response: Any, settings: Any, acs: str) -> str:
    """Return the request that the assertion answers; "" for none.

    python3-saml takes an assertion without audience, one whose recipient merely contains our address, and one that
    names no request though we made one.
    """
    if settings.get_sp_data()["entityId"] not in response.get_audiences():
        raise ValueError("audience")
    data = response._query_assertion(_CONFIRMED)  # of the signed assertion alone
    if len(data) != 1 or data[0].get("Recipient") != acs or not response.valid_scd_not_on_or_after:
        raise ValueError("recipient")
    asked = data[0].get("InResponseTo") or ""
    if (response.get_in_response_to() or "") != asked:
        raise ValueError("request")
    return str(asked)


def _first(known: Mapping[str, Sequence[Any]], names: Sequence[str]) -> str:
    return next((line(known[name][0]) for name in names if known.get(name)), "")


def _kind(error: Exception) -> str:
    """Name an error without the texts of the assertion."""
    return f"{type(error).__name__} {getattr(error, 'code', '')}".strip()


def _code(error: Exception) -> str:
    from onelogin.saml2.utils import OneLogin_Saml2_ValidationError as Known

    late = {Known.ASSERTION_EXPIRED, Known.ASSERTION_TOO_EARLY, Known.SESSION_EXPIRED}
    return "assertion_expired" if isinstance(error, Known) and error.code in late else "assertion_refused"
