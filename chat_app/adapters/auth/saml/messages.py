"""Build python3-saml's settings, and sign and verify the messages in addresses (the HTTP-Redirect binding)."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from chat_app.adapters.auth.saml.config import SamlKey
from chat_app.adapters.auth.saml.metadata import SamlEndpoint

_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SECURITY: Final = {
    "wantAssertionsSigned": True,
    "rejectDeprecatedAlgorithm": True,
    "requestedAuthnContext": False,
    "wantAttributeStatement": False,
    "allowRepeatAttributeName": True,
    "allowSingleLabelDomains": True,
    "signatureAlgorithm": _SHA256,
}
QUERY_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """The addresses and the key of this site as a SAML service provider. With a key, it signs and decrypts."""

    redirect_uri: str
    key: SamlKey | None = None
    encrypted: bool = False
    """Whether only encrypted assertions are accepted."""

    @property
    def entity_id(self) -> str:
        """Return the address of its metadata, which is its name."""
        return self._beside("metadata")

    @property
    def acs(self) -> str:
        """Return the address that takes assertions."""
        return self._beside("acs")

    @property
    def slo(self) -> str:
        """Return the address that takes logouts."""
        return self._beside("slo")

    def _beside(self, name: str) -> str:
        return self.redirect_uri.removesuffix("callback") + name


def settings_of(endpoint: SamlEndpoint, site: Site, **security: bool) -> Any:
    """Return the library's settings of a provider and this site."""
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    own: dict[str, Any] = {
        "entityId": site.entity_id,
        "assertionConsumerService": {"url": site.acs, "binding": _POST},
    }
    there: dict[str, Any] = {
        "entityId": endpoint.entity_id,
        "singleSignOnService": {"url": endpoint.sso_url},
        "x509certMulti": {"signing": list(endpoint.certificates)},
    }
    if site.key:
        own |= {"privateKey": site.key.key, "x509cert": site.key.certificate}
        own["singleLogoutService"] = {"url": site.slo}
        security = {"authnRequestsSigned": True, "wantAssertionsEncrypted": site.encrypted, **security}
    if endpoint.slo_url:
        there["singleLogoutService"] = {"url": endpoint.slo_url, "responseUrl": endpoint.slo_response_url}
    return OneLogin_Saml2_Settings({"strict": True, "sp": own, "idp": there, "security": {**_SECURITY, **security}})


def request_at(url: str) -> dict[str, str]:
    """Return a request to an address of this site, as the library wants it."""
    parts = urlsplit(url)
    return {"https": "on" if parts.scheme == "https" else "off", "http_host": parts.netloc, "script_name": parts.path}


def sent_to(url: str, settings: Any, kind: str, message: str, state: str) -> str:
    """Return the address that sends a message to a provider. The message is signed if this site has a key."""
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

    query = {kind: message} | ({"RelayState": state} if state else {})
    if settings.get_sp_key():
        auth = OneLogin_Saml2_Auth({}, settings)
        sign = auth.add_request_signature if kind == "SAMLRequest" else auth.add_response_signature
        sign(query, _SHA256)
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def verified_query(settings: Any, site: Site, query: str, kind: str) -> dict[str, str]:
    """Return the parameters of a message that a provider has signed.

    Raises ``ValueError`` for any other message. The signature covers the address as received. It is verified before the
    message is unpacked.
    """
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

    pairs = parse_qsl(query, keep_blank_values=True) if len(query) <= QUERY_MAX else []
    found = dict(pairs)
    if len(found) < len(pairs) or not {kind, "Signature", "SigAlg"} <= set(found):
        raise ValueError("unsigned")
    asked = request_at(site.slo) | {"query_string": query, "validate_signature_from_qs": True}
    auth = OneLogin_Saml2_Auth(asked, settings)
    if not auth._validate_signature(found, kind):
        raise ValueError("signature")
    return found
