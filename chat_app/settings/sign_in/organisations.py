"""Settings of sign-in for organisations: SAML providers, and who must sign in where."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode

from chat_app.settings.reading.area import names_in, needs_public_url, not_beside_kratos, own, together
from chat_app.settings.reading.text_files import read_text
from chat_app.settings.sign_in.providers import SignInSettings

Role = Literal["admin", "moderator", "supporter", "billing", "auditor"]
_ID: Final = r"[a-z0-9][a-z0-9-]{0,30}"
_TAKEN: Final = {"google", "github", "oidc", "ldap", "passkey", "claim"}


class SamlAttributeNames(BaseModel):
    """The names of a provider's attributes, if they are not among the common ones."""

    model_config = ConfigDict(extra="forbid")

    email: str = ""
    name: str = ""
    groups: str = ""


class SamlProviderSettings(BaseModel):
    """A SAML provider.

    It is known by its ``metadata`` (a file), by ``entity_id`` and ``metadata_url``, or by ``entity_id``, ``sso_url``
    and ``certificate`` (a file).
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=f"^{_ID}$")
    name: str = Field(min_length=1, max_length=60)
    metadata: Path | None = None
    metadata_url: str = Field("", pattern=r"^$|^https://|^http://(localhost|127\.0\.0\.1|\[::1\])[:/]")
    entity_id: str = ""
    sso_url: str = Field("", pattern="^$|^https?://")
    certificate: Path | None = None
    slo_url: str = Field("", pattern="^$|^https?://")
    metadata_certificate: Path | None = None
    encrypted: bool = False
    domains: frozenset[str] = frozenset()
    enforced: bool = False
    idp_initiated: bool = False
    attributes: SamlAttributeNames = SamlAttributeNames()
    groups: dict[str, str] = {}
    roles: dict[str, Role] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> "SamlProviderSettings":
        if self.id in _TAKEN:
            raise ValueError(f"the id {self.id} has another meaning; choose another")
        by_hand = bool(self.entity_id and self.sso_url and self.certificate)
        if not (self.metadata or by_hand or (self.entity_id and self.metadata_url)):
            raise ValueError(
                "needs metadata (a file), entity_id with metadata_url, or entity_id with sso_url and certificate"
            )
        if self.enforced and not self.domains:
            raise ValueError("enforced needs domains")
        if self.metadata_certificate and not self.metadata_url:
            raise ValueError("metadata_certificate needs metadata_url")
        return self

    @field_validator("domains")
    @classmethod
    def _are_lower(cls, value: frozenset[str]) -> frozenset[str]:
        found = frozenset(domain.strip().lower().removeprefix("@") for domain in value)
        if any(not re.fullmatch(r"[^@\s,*]+", domain) for domain in found):
            raise ValueError("not domains of email addresses, as corp.example")
        return found


_FILES: Final = ("metadata", "certificate", "metadata_certificate")
_PROVIDERS: Final = TypeAdapter(tuple[SamlProviderSettings, ...])


class OrganisationSettings(SignInSettings):
    """The organisations with their own providers.

    ``saml_file`` lists SAML providers, see docs/organisations.md. ``saml_key`` is this site's own, for encrypted
    assertions and single logout. The OpenID provider is the authority for ``oidc_domains``. With ``scim_token`` a
    directory provisions people and groups.
    """

    saml_file: Path | None = None
    saml_key: SecretStr | None = None
    saml_certificate: Path | None = None
    saml_clock_skew: int = Field(120, ge=0, le=600)
    oidc_domains: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_enforced: bool = False
    break_glass: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias=own("break_glass"))
    directory_owner: str = Field("", validation_alias=own("directory_owner"))
    scim_token: SecretStr | None = Field(None, min_length=32, validation_alias=own("scim_token"))

    _have_an_address = field_validator("saml_file", "scim_token")(needs_public_url)
    _are_kept = field_validator("saml_file", "oidc_enforced")(not_beside_kratos)

    @field_validator("oidc_domains", "break_glass", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return names_in(value)

    @property
    def saml_providers(self) -> tuple[SamlProviderSettings, ...]:
        """Return the providers of the file; their own files are beside it."""
        return _read(self.saml_file) if self.saml_file else ()

    @together
    def _organisations_fit_together(self) -> Iterator[str]:
        try:
            providers = self.saml_providers
        except ValueError as error:
            yield str(error)
            providers = ()
        if bool(self.saml_key) != bool(self.saml_certificate):
            yield "SAML_KEY and SAML_CERTIFICATE are set both or not at all"
        elif self.saml_key is None and any(each.encrypted or each.slo_url for each in providers):
            yield "encrypted and slo_url in SAML_FILE need SAML_KEY and SAML_CERTIFICATE"
        if len({each.id for each in providers}) < len(providers):
            yield "SAML_FILE names two providers with the same id"
        domains = [domain for each in providers for domain in each.domains] + list(self.oidc_domains)
        if len(set(domains)) < len(domains):
            yield "two providers speak for the same email domain: see SAML_FILE and OIDC_DOMAINS"
        if self.oidc_enforced and not (self.oidc_domains and self.oidc_issuer and self.oidc_client_id):
            yield "OIDC_ENFORCED needs OIDC_DOMAINS, OIDC_ISSUER and OIDC_CLIENT_ID"
        if (self.oidc_enforced or any(each.enforced for each in providers)) and not self.break_glass:
            yield (
                "enforced sign-in needs PARLEY_BREAK_GLASS: the username of an admin who may sign in by password when"
                " the provider is away"
            )


def _read(path: Path) -> tuple[SamlProviderSettings, ...]:
    try:
        text = read_text(path)
    except ValueError as error:
        raise ValueError(f"SAML_FILE cannot be read: {error}") from None
    try:
        providers = _PROVIDERS.validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"SAML_FILE, {place}: {re.sub('^Value error, ', '', first['msg'])}") from None
    except ValueError:
        raise ValueError("SAML_FILE is not JSON") from None
    beside = path.parent
    return tuple(
        each.model_copy(update={name: beside / file for name in _FILES if (file := getattr(each, name))})
        for each in providers
    )
