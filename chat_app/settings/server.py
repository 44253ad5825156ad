"""Settings of the server and its addresses."""

from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, ValidationError, field_validator

from chat_app.settings.reading.area import AreaSettings, own

LogLevel = Literal["debug", "info", "warning", "error"]


class ServerSettings(AreaSettings):
    """Describes the server. `public_url` is the address people type; unset, it is http://host:port."""

    data_dir: Path = Field(Path(".parley"), validation_alias=own("data_dir"))
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=1, le=65535)
    public_url: str | None = Field(None, validation_alias=own("public_url"))
    trusted_proxy_hops: int = Field(0, ge=0, validation_alias=own("trusted_proxy_hops"))
    log_level: LogLevel = Field("warning", validation_alias=own("log_level"))

    @property
    def origin(self) -> str:
        """Return the site's public address, without a final slash."""
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104, compared only
        return (self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str | None) -> str | None:
        """Accept an origin as browsers read it, without a path: pages, API and cookies are served at its root."""
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

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value
