"""Settings of support."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode
from yarl import URL

from chat_app.settings.reading.area import AreaSettings, own, together

_NUMBER: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
Names = Annotated[tuple[str, ...], NoDecode]


class SupportSettings(AreaSettings):
    """The conversations that support may join, and the alerts of supporters."""

    support: Literal["asked", "policy"] = Field("asked", validation_alias=own("support"))
    support_mail: Names = Field((), validation_alias=own("support_mail"))
    support_sms: Names = Field((), validation_alias=own("support_sms"))
    support_webhook: str | None = Field(None, validation_alias=own("support_webhook"))
    support_webhook_secret: SecretStr | None = Field(None, validation_alias=own("support_webhook_secret"))
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_api_base: str = "https://api.twilio.com"

    @property
    def support_alerts(self) -> tuple[tuple[str, str], ...]:
        """Return the ways of alerts, each with its target. Without an address, mail goes to all supporters."""
        mails = [("mail", each) for each in self.support_mail or ("staff",)]
        hooks = [("webhook", self.support_webhook)] if self.support_webhook else []
        return (*mails, *(("sms", each) for each in self.support_sms), *hooks)

    @field_validator("support_mail", "support_sms", mode="before")
    @classmethod
    def _split_alerts(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return [name for part in value.split(",") if (name := part.strip())] if isinstance(value, str) else value

    @field_validator("support_mail")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(each.count("@") != 1 for each in value):
            raise ValueError("not mail addresses: help@example.org, second@example.org")
        return value

    @field_validator("support_sms")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_NUMBER.fullmatch(each) for each in value):
            raise ValueError("not numbers as the world writes them: +819012345678")
        return value

    @field_validator("support_webhook", "twilio_api_base")
    @classmethod
    def _is_an_alerts_address(cls, value: str | None) -> str | None:
        if value is not None and (URL(value).scheme not in ("http", "https") or not URL(value).host):
            raise ValueError("not an address: https://hooks.example.org/parley")
        return value

    @field_validator("support_webhook_secret")
    @classmethod
    def _is_a_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            key = base64.b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True) if value else None
        except binascii.Error:
            key = b""
        if key is not None and not 24 <= len(key) <= 64:
            raise ValueError("not a secret of Standard Webhooks: whsec_ and 24 to 64 bytes in base64")
        return value

    @together
    def _alerts_go_together(self) -> Iterator[str]:
        if self.support_webhook and not self.support_webhook_secret:
            yield "PARLEY_SUPPORT_WEBHOOK needs PARLEY_SUPPORT_WEBHOOK_SECRET, which signs what is sent"
        if self.support_sms and not (self.twilio_account_sid and self.twilio_auth_token and self.twilio_from):
            yield "PARLEY_SUPPORT_SMS needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM"
