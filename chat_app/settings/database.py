"""Settings of the database."""

from pydantic import SecretStr, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from chat_app.settings.reading.area import AreaSettings


class DatabaseSettings(AreaSettings):
    """Names a PostgreSQL. Without a URL, the launcher starts the embedded one."""

    database_url: SecretStr | None = None

    @field_validator("database_url")
    @classmethod
    def _name_driver(cls, value: SecretStr | None) -> SecretStr | None:
        """Accept the URL in any usual spelling, and set our driver in it."""
        if value is None:
            return None
        try:
            url = make_url(value.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError("not a database URL") from None
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise ValueError("Parley works with PostgreSQL only: postgresql://user:password@host/name")
        return SecretStr(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
