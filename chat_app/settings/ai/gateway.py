"""Settings of the gateway to models as a separate process: some for the app, some for the gateway."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, FilePath, SecretStr, ValidationInfo, field_validator

from chat_app.settings.reading.area import AreaSettings, own

TOKEN_MIN: Final = 32

PLAIN: Final = "PARLEY_LLM_GATEWAY_PLAIN=true where nobody else is on the network between"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class GatewaySettings(AreaSettings):
    """The address at which the app reaches a gateway, and the address at which a gateway listens.

    Both share one token.
    """

    llm_gateway_token: SecretStr | None = Field(None, validation_alias=own("llm_gateway_token"))
    llm_gateway_plain: bool = Field(False, validation_alias=own("llm_gateway_plain"))
    llm_gateway: str | None = Field(None, validation_alias=own("llm_gateway"))
    llm_gateway_ca: FilePath | None = Field(None, validation_alias=own("llm_gateway_ca"))
    llm_gateway_listen: str = Field("127.0.0.1:50051", validation_alias=own("llm_gateway_listen"))
    llm_gateway_certificate: FilePath | None = Field(None, validation_alias=own("llm_gateway_certificate"))
    llm_gateway_certificate_key: FilePath | None = Field(None, validation_alias=own("llm_gateway_certificate_key"))

    @field_validator("llm_gateway_token")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else None
        if text is not None and (len(text) < TOKEN_MIN or not text.isascii() or not text.isprintable()):
            raise ValueError(f"has fewer than {TOKEN_MIN} characters, or others than ASCII has: openssl rand -hex 32")
        return value

    @field_validator("llm_gateway")
    @classmethod
    def _is_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme not in {"grpc", "grpcs"} or not url.hostname or url.path or url.query or url.username:
            raise ValueError("not a gateway's address: grpcs://host:50051, or grpc://127.0.0.1:50051 without TLS")
        if not info.data.get("llm_gateway_token"):
            raise ValueError("needs PARLEY_LLM_GATEWAY_TOKEN, the token that the gateway was started with")
        if url.scheme == "grpc" and not (is_loopback(url.hostname) or info.data.get("llm_gateway_plain")):
            raise ValueError(f"would send keys and prompts unencrypted: use grpcs://, or set {PLAIN}")
        return value if url.port else f"{value}:50051"
