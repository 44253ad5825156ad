"""Build the providers of organisations from the settings, and the rules about who must use them."""

from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from chat_app.adapters.auth.ldap import LdapConfig, LdapDirectory
from chat_app.adapters.auth.saml.config import SamlAttributes, SamlConfig, SamlKey
from chat_app.adapters.auth.saml.metadata import SamlEndpoint, read_metadata
from chat_app.bootstrap.secrets import revealed
from chat_app.core.accounts.domains import dns_name
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import PasswordDirectory
from chat_app.core.kernel.policy import Enforced
from chat_app.settings import Settings
from chat_app.settings.sign_in.organisations import SamlProviderSettings


def saml_configs(settings: Settings) -> Iterable[SamlConfig]:
    """Return the SAML providers. Reads the named files now, so that errors in them stop the start."""
    key = _saml_key(settings)
    return [_saml_config(each, key, settings.saml_clock_skew) for each in settings.saml_providers]


def policy_of_organisations(settings: Settings) -> dict[str, Any]:
    """Return the fields of the policy that define which provider people must sign in with."""
    enforced = {
        dns_name(domain): Enforced(each.id, each.name)
        for each in settings.saml_providers
        if each.enforced
        for domain in each.domains
    }
    if settings.oidc_enforced:
        enforced |= {dns_name(domain): Enforced("oidc", settings.oidc_name) for domain in settings.oidc_domains}
    return {
        "enforced": enforced,
        "break_glass": frozenset(settings.break_glass),
        "directory": directory.issuer if (directory := open_directory(settings)) else "",
        "directory_owner": settings.directory_owner.strip().lower(),
    }


def _saml_config(provider: SamlProviderSettings, key: SamlKey | None, skew: int) -> SamlConfig:
    endpoint = _endpoint(provider)
    names = {name: (value,) for name, value in provider.attributes.model_dump().items() if value}
    return SamlConfig(
        id=provider.id,
        name=provider.name,
        entity_id=endpoint.entity_id,
        organisation=Organisation(provider.domains, provider.groups, dict(provider.roles)),
        metadata_url=provider.metadata_url,
        sso_url=endpoint.sso_url,
        certificates=endpoint.certificates,
        unasked=provider.idp_initiated,
        attributes=SamlAttributes(**names),
        slo_url=endpoint.slo_url,
        slo_response_url=endpoint.slo_response_url,
        key=key,
        encrypted=provider.encrypted,
        metadata_certificate=provider.metadata_certificate.read_text() if provider.metadata_certificate else "",
        clock_skew=skew,
    )


def _endpoint(provider: SamlProviderSettings) -> SamlEndpoint:
    if provider.metadata:
        return read_metadata(provider.metadata.read_bytes(), provider.entity_id)
    certificates = (provider.certificate.read_text(),) if provider.certificate else ()
    return SamlEndpoint(provider.entity_id, provider.sso_url, certificates, provider.slo_url, provider.slo_url)


def _saml_key(settings: Settings) -> SamlKey | None:
    """Return this site's private key. Raises ``ValueError`` if it is invalid, or does not match the certificate."""
    secret, file = revealed(settings.saml_key), settings.saml_certificate
    if not (secret and file):
        return None
    try:
        certificate = file.read_text()
        key = load_pem_private_key(secret.encode(), None)
        belongs = load_pem_x509_certificate(certificate.encode()).public_key() == key.public_key()
    except OSError as error:
        raise ValueError(f"SAML_CERTIFICATE cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise ValueError("SAML_KEY or SAML_CERTIFICATE is not in PEM, or has a password") from None
    if not isinstance(key, RSAPrivateKey) or not belongs:
        raise ValueError("SAML_KEY is no RSA key, or not that of SAML_CERTIFICATE")
    return SamlKey(secret, certificate)


def open_directory(settings: Settings) -> PasswordDirectory | None:
    """Return the directory that verifies passwords, if one is configured. Does not connect yet."""
    if not settings.ldap_url:
        return None
    names = (
        settings.ldap_id_attribute,
        settings.ldap_email_attribute,
        settings.ldap_name_attribute,
        settings.ldap_groups_attribute,
    )
    return LdapDirectory(
        LdapConfig(
            settings.ldap_url,
            settings.ldap_base_dn,
            settings.ldap_bind_dn,
            revealed(settings.ldap_bind_password) or "",
            settings.ldap_filter,
            names,
            Organisation(frozenset(settings.ldap_domains), settings.ldap_groups or {}),
            settings.ldap_start_tls,
            settings.ldap_ca_file,
        )
    )
