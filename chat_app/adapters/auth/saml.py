"""Sign-in by SAML 2.0: requests by redirect, signed assertions by post.

python3-saml verifies them; what it is lenient about is checked here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog

from chat_app.adapters.auth.claims import email, line, subject, texts
from chat_app.adapters.auth.saml_config import SamlConfig
from chat_app.adapters.auth.saml_metadata import Endpoint, Metadata
from chat_app.core.identities.errors import AssertionRefused, ProviderRefused
from chat_app.core.identities.ports import Asserted, Departure, ProviderProfile
from chat_app.core.kernel.secrets import new_secret

RESPONSE_MAX: Final = 300_000
_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_CONFIRMED: Final = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
_SECURITY: Final = {
    "wantAssertionsSigned": True,
    "rejectDeprecatedAlgorithm": True,
    "requestedAuthnContext": False,
    "wantAttributeStatement": False,
    "allowRepeatAttributeName": True,
    "allowSingleLabelDomains": True,
}

log = structlog.get_logger()


class SamlProvider:
    """A SAML 2.0 identity provider."""

    def __init__(self, config: SamlConfig) -> None:
        self.id, self.name, self.issuer = config.id, config.name, config.entity_id
        self.organisation, self.unasked = config.organisation, config.unasked
        self._attributes, self._metadata = config.attributes, Metadata(config)

    async def depart(self, redirect_uri: str) -> Departure:
        """Begin a sign-in."""
        from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request

        endpoint = await self._metadata.endpoint()
        request = OneLogin_Saml2_Authn_Request(_settings(endpoint, redirect_uri))
        state = new_secret()
        query = urlencode({"SAMLRequest": request.get_request(), "RelayState": state})
        joint = "&" if urlsplit(endpoint.sso_url).query else "?"
        return Departure(f"{endpoint.sso_url}{joint}{query}", state, request.get_id(), "")

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Refuse: who comes back from this provider brings an assertion."""
        raise ProviderRefused()

    async def metadata(self, redirect_uri: str) -> str:
        """Return Parley's own metadata, for the provider."""
        settings = _settings(await self._metadata.endpoint(), redirect_uri)
        xml = settings.get_sp_metadata()
        return xml.decode() if isinstance(xml, bytes) else str(xml)

    async def read(self, redirect_uri: str, response: str) -> Asserted:
        """Return what a signed assertion says. Raises :class:`AssertionRefused`."""
        endpoint = await self._metadata.endpoint()
        return await asyncio.to_thread(self._read, endpoint, redirect_uri, response)

    def _read(self, endpoint: Endpoint, redirect_uri: str, response: str) -> Asserted:
        try:
            if len(response) > RESPONSE_MAX:
                raise ValueError("too long")
            return self._verified(_settings(endpoint, redirect_uri), redirect_uri, response)
        except Exception as error:  # whatever the library and lxml stumble over in what strangers send
            log.warning("assertion_refused", provider=self.id, error=_kind(error))
            raise AssertionRefused(_code(error)) from None

    def _verified(self, settings: Any, redirect_uri: str, text: str) -> Asserted:
        from onelogin.saml2.response import OneLogin_Saml2_Response

        response = OneLogin_Saml2_Response(settings, text)
        response.is_valid(_request(acs_of(redirect_uri)), raise_exceptions=True)
        asked = _check_confirmation(response, settings, acs_of(redirect_uri))
        if response.get_nameid_format() == _TRANSIENT:
            raise ValueError("a transient name identifies nobody")
        return Asserted(
            profile=self._profile(response),
            assertion_id=str(response.get_assertion_id()),
            in_response_to=asked,
            expires_at=datetime.fromtimestamp(response.valid_scd_not_on_or_after, UTC),
        )

    def _profile(self, response: Any) -> ProviderProfile:
        known: Mapping[str, Sequence[Any]] = response.get_attributes()
        person = subject(response.get_nameid())
        address = email(_first(known, self._attributes.email) or person)
        groups = next((known[name] for name in self._attributes.groups if name in known), ())
        return ProviderProfile(
            issuer=self.issuer,
            subject=person,
            email=address,
            email_verified=self.organisation.speaks_for(address),
            name=_first(known, self._attributes.name),
            groups=texts(list(groups)),
        )


def acs_of(redirect_uri: str) -> str:
    """Return the address that takes assertions, beside that of other providers' answers."""
    return redirect_uri.removesuffix("callback") + "acs"


def _settings(endpoint: Endpoint, redirect_uri: str) -> Any:
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": redirect_uri.removesuffix("callback") + "metadata",
                "assertionConsumerService": {"url": acs_of(redirect_uri), "binding": _POST},
            },
            "idp": {
                "entityId": endpoint.entity_id,
                "singleSignOnService": {"url": endpoint.sso_url},
                "x509certMulti": {"signing": list(endpoint.certificates)},
            },
            "security": dict(_SECURITY),
        }
    )


def _request(acs: str) -> dict[str, str]:
    url = urlsplit(acs)
    return {"https": "on" if url.scheme == "https" else "off", "http_host": url.netloc, "script_name": url.path}


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
