"""Everything Parley can be told from outside: the only reader of the environment.

Names are plain upper case where the whole world uses them (``DATABASE_URL``, ``OPENAI_API_KEY``, ``PORT``) and carry
``PARLEY_`` where they are Parley's own (``PARLEY_SIGN_UP``). A ``.env`` file in the working folder is read too; the
environment wins over it. ``.env.example`` lists every name.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SignUp = Literal["open", "invite", "closed"]
LogLevel = Literal["debug", "info", "warning", "error"]


def _own(name: str) -> AliasChoices:
    """Return the environment name of one of Parley's own settings."""
    return AliasChoices(f"PARLEY_{name.upper()}", name)


class Settings(BaseSettings):
    """The settings of one process. Made once, by `get_settings`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True, frozen=True
    )

    # Where things are. No database URL: the embedded PostgreSQL; no Redis URL: everything lives in this process.
    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    data_dir: Path = Field(Path(".parley"), validation_alias=_own("data_dir"))

    # The server. `public_url` is the address people type; unset, it is http://host:port.
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=1, le=65535)
    public_url: str | None = Field(None, validation_alias=_own("public_url"))
    trusted_proxy_hops: int = Field(0, ge=0, validation_alias=_own("trusted_proxy_hops"))
    log_level: LogLevel = Field("warning", validation_alias=_own("log_level"))

    # The community.
    sign_up: SignUp = Field("open", validation_alias=_own("sign_up"))
    session_days: int = Field(30, ge=1, validation_alias=_own("session_days"))
    secret_key: SecretStr | None = Field(None, min_length=32, validation_alias=_own("secret_key"))
    message_max_chars: int = Field(8000, ge=1, validation_alias=_own("message_max_chars"))

    # Accounts elsewhere by which people may sign in. Each provider is offered when its client id is set.
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_base_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "OpenID"

    # An Ory Kratos that keeps passwords and sessions in Parley's place, when its public URL is set.
    kratos_public_url: str | None = None
    kratos_admin_url: str | None = Field(None, validate_default=True)
    kratos_browser_url: str | None = None
    kratos_session_cookie: str = "ory_kratos_session"
    kratos_schema: str = "default"

    # Models. Each provider is offered when its key (or, for a local one, its address) is set.
    default_model: str | None = Field(None, validation_alias=_own("default_model"))
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    gemini_api_key: SecretStr | None = None
    gemini_base_url: str | None = None
    ollama_base_url: str | None = None
    compatible_base_url: str | None = None
    compatible_api_key: SecretStr | None = None
    compatible_models: Annotated[tuple[str, ...], NoDecode] = ()

    # Mail. Without a server, mail is kept, for the site's admin to read at /outbox.
    smtp_url: SecretStr | None = Field(None, validation_alias=_own("smtp_url"))
    mail_from: str = Field("Parley <parley@localhost>", validation_alias=_own("mail_from"))

    @field_validator("database_url")
    @classmethod
    def _name_driver(cls, value: SecretStr | None) -> SecretStr | None:
        """Accept the URL in any usual spelling and name our driver in it."""
        if value is None:
            return None
        try:
            url = make_url(value.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError("not a database URL") from None
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise ValueError("Parley works with PostgreSQL only: postgresql://user:password@host/name")
        return SecretStr(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str | None) -> str | None:
        """Take an address as browsers read it. Pages, API and cookies stand at its root: a path would lead nowhere."""
        if value is None:
            return None
        try:
            url = HttpUrl(value)
        except ValidationError:
            raise ValueError("not an address that people can type: https://chat.example.org") from None
        if url.username is not None or url.password is not None:
            raise ValueError("has a user or a password, which every link and mail would show; leave them out")
        if url.path != "/" or url.query is not None or url.fragment is not None:
            raise ValueError(
                "has a path, query or fragment, but Parley is served at the root of a host name, for example"
                " https://chat.example.org; give it a host name or a port of its own"
            )
        return str(url).rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _speaks_smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("not a mail server's URL: smtp://user:password@host:587 or smtps://…:465")
        return value

    @field_validator("kratos_admin_url")
    @classmethod
    def _goes_with_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if bool(value) != bool(info.data.get("kratos_public_url")):
            raise ValueError("KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL are set both or not at all")
        return value

    @field_validator("compatible_models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return [name for part in value.split(",") if (name := part.strip())] if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def origin(self) -> str:
        """The address people type, without a slash at the end."""
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104, compared only
        return (self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")


@lru_cache
def get_settings() -> Settings:
    """Return this process's settings, read once. Raises `pydantic.ValidationError` on a value that cannot be."""
    return Settings()
