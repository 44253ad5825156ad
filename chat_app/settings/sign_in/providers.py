"""Settings of identity providers and of Kratos."""

import re
from collections.abc import Iterator

from pydantic import SecretStr, field_validator

from chat_app.settings.reading.area import AreaSettings, together


class SignInSettings(AreaSettings):
    """The providers, each of which is offered if its client id is set, and a Kratos.

    If the public URL of an Ory Kratos is set, Kratos keeps passwords and sessions in place of Parley.
    """

    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_base_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "OpenID"

    kratos_public_url: str | None = None
    kratos_admin_url: str | None = None
    kratos_browser_url: str | None = None
    kratos_session_cookie: str = "ory_kratos_session"
    kratos_schema: str = "default"

    @together
    def _providers_are_whole(self) -> Iterator[str]:
        if bool(self.kratos_public_url) != bool(self.kratos_admin_url):
            yield "KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL are set both or not at all"
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            yield "OIDC_ISSUER and OIDC_CLIENT_ID are set both or not at all"
        for name in ("google", "github", "oidc"):
            if getattr(self, f"{name}_client_secret") and not getattr(self, f"{name}_client_id"):
                yield f"{name.upper()}_CLIENT_SECRET needs {name.upper()}_CLIENT_ID"
        if self.google_client_id and not self.google_client_secret:
            yield "GOOGLE_CLIENT_ID needs GOOGLE_CLIENT_SECRET"
        if self.github_client_id and not self.github_client_secret:
            yield "GITHUB_CLIENT_ID needs GITHUB_CLIENT_SECRET"

    @field_validator("oidc_issuer", "github_base_url", "kratos_public_url", "kratos_admin_url", "kratos_browser_url")
    @classmethod
    def _is_a_providers_address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            raise ValueError("not an address: https://id.example.org")
        return value
