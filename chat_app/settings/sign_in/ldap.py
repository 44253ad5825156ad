"""Settings of an LDAP directory that checks the passwords of its people."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import NoDecode

from chat_app.settings.reading.area import AreaSettings, names_in, not_beside_kratos, together

_OWN: Final = {"localhost", "127.0.0.1", "::1"}


class LdapSettings(AreaSettings):
    """Names the directory, its account for searching, and the email domains whose authority it is."""

    ldap_url: str | None = None
    ldap_start_tls: bool = False
    ldap_ca_file: Path | None = None
    ldap_bind_dn: str = ""
    ldap_bind_password: SecretStr | None = None
    ldap_base_dn: str = ""
    ldap_filter: str = "(uid={login})"
    ldap_id_attribute: str = "entryUUID"
    ldap_email_attribute: str = "mail"
    ldap_name_attribute: str = "cn"
    ldap_groups_attribute: str = "memberOf"
    ldap_domains: Annotated[tuple[str, ...], NoDecode] = ()
    ldap_groups: dict[str, str] | None = None

    _is_kept = field_validator("ldap_url")(not_beside_kratos)

    @field_validator("ldap_domains", mode="before")
    @classmethod
    def _split_domains(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return names_in(value)

    @together
    def _directory_is_whole_and_safe(self) -> Iterator[str]:
        if not self.ldap_url:
            return
        url = urlsplit(self.ldap_url)
        if url.scheme not in {"ldap", "ldaps"} or not url.hostname:
            yield "LDAP_URL is not an address like ldaps://ldap.example.org"
        elif url.scheme == "ldap" and not self.ldap_start_tls and url.hostname not in _OWN:
            yield "LDAP_URL would send passwords unencrypted: use ldaps://, or set LDAP_START_TLS=true"
        if not self.ldap_base_dn or not self.ldap_domains:
            yield "LDAP_URL needs LDAP_BASE_DN and LDAP_DOMAINS"
        if bool(self.ldap_bind_dn) != bool(self.ldap_bind_password):
            yield "LDAP_BIND_DN and LDAP_BIND_PASSWORD are set both or not at all"
        if "{login}" not in self.ldap_filter:
            yield "LDAP_FILTER does not contain {login}"
