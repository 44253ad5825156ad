"""Settings of identity providers and of Kratos."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from chat_app.settings.reading.area import AreaSettings


class SignInSettings(AreaSettings):
    """Names the providers, each of which is offered when its client id is set, and a Kratos.

    An Ory Kratos keeps passwords and sessions in Parley's place when its public URL is set.
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
    kratos_admin_url: str | None = Field(None, validate_default=True)
    kratos_browser_url: str | None = None
    kratos_session_cookie: str = "ory_kratos_session"
    kratos_schema: str = "default"

    @field_validator("kratos_admin_url")
    @classmethod
    def _goes_with_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if bool(value) != bool(info.data.get("kratos_public_url")):
            raise ValueError("KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL are set both or not at all")
        return value
