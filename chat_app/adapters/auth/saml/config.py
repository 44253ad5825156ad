"""The configuration of a SAML 2.0 identity provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_app.core.identities.organisation import Organisation

_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
EMAIL: Final = ("email", "mail", f"{_CLAIMS}emailaddress", "urn:oid:0.9.2342.19200300.100.1.3")
NAME: Final = ("displayName", "name", f"{_CLAIMS}name", "urn:oid:2.16.840.1.113730.3.1.241")
GROUPS: Final = (
    *("groups", "memberOf", "http://schemas.xmlsoap.org/claims/Group"),
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
)


@dataclass(frozen=True, slots=True)
class SamlAttributes:
    """The names of the attributes that are read: the first that an assertion has counts."""

    email: Sequence[str] = EMAIL
    name: Sequence[str] = NAME
    groups: Sequence[str] = GROUPS


@dataclass(frozen=True, slots=True)
class SamlKey:
    """This site's private key and its certificate, both as PEM."""

    key: str = field(repr=False)
    certificate: str


@dataclass(frozen=True, slots=True)
class SamlConfig:
    """A provider: its metadata as XML, the address of its metadata, or the values that metadata would have."""

    id: str
    name: str
    entity_id: str
    organisation: Organisation
    metadata_url: str = ""
    sso_url: str = ""
    certificates: Sequence[str] = ()
    unasked: bool = False
    """Whether people may start at the provider's pages, without a request from here (IdP-initiated)."""
    attributes: SamlAttributes = field(default_factory=SamlAttributes)
    slo_url: str = ""
    """The address at which the provider ends sessions, which needs a key of this site."""
    slo_response_url: str = ""
    key: SamlKey | None = None
    encrypted: bool = False
    """Whether only encrypted assertions are accepted."""
    metadata_certificate: str = ""
    """The certificate that must have signed fetched metadata; empty for none."""
    clock_skew: int = 120
    """The seconds by which clocks may differ."""
