"""Settings of the site's rules."""

from typing import Final, Literal

from pydantic import Field, SecretStr

from chat_app.settings.reading.area import AreaSettings, own

SignUp = Literal["open", "invite", "closed"]

_SYSLOG: Final = r"^(?:(?:udp|tcp|tls)://[^\s/]+)?$"


class SiteSettings(AreaSettings):
    """Sets the rules that apply to everybody, and the key of the site's secrets."""

    sign_up: SignUp = Field("open", validation_alias=own("sign_up"))
    session_days: int = Field(30, ge=1, validation_alias=own("session_days"))
    secret_key: SecretStr | None = Field(None, min_length=32, validation_alias=own("secret_key"))
    message_max_chars: int = Field(8000, ge=1, validation_alias=own("message_max_chars"))
    audit_syslog: str = Field("", pattern=_SYSLOG, validation_alias=own("audit_syslog"))
