"""Settings of the keys that encrypt stored secrets."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import Field, SecretStr, field_validator

from chat_app.settings.reading.area import AreaSettings, own, together

_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}:[^\s,:]{32,}")


class KeySettings(AreaSettings):
    """The key that encrypts secrets in the database, as ``id:key``, and the previous keys."""

    encryption_key: SecretStr | None = Field(None, validation_alias=own("encryption_key"))
    encryption_old_keys: SecretStr | None = Field(None, validation_alias=own("encryption_old_keys"))
    kms_key: str | None = Field(None, validation_alias=own("kms_key"))

    @property
    def encryption_keys(self) -> list[tuple[str, str]]:
        """Return all keys with their ids, the current one first; none if the site's secret key is used."""
        both = [each.get_secret_value() for each in (self.encryption_key, self.encryption_old_keys) if each]
        entries = [entry.strip() for part in both for entry in part.split(",") if entry.strip()]
        return [(kid, key) for kid, _, key in (entry.partition(":") for entry in entries)]

    @together
    def _keys_are_told_apart(self) -> Iterator[str]:
        ids = [kid for kid, _ in self.encryption_keys]
        if twice := sorted({kid for kid in ids if ids.count(kid) > 1}):
            yield f"PARLEY_ENCRYPTION_KEY and PARLEY_ENCRYPTION_OLD_KEYS have two keys with the id {twice[0]}"

    @field_validator("encryption_key", "encryption_old_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        entries = [each.strip() for each in value.get_secret_value().split(",") if each.strip()] if value else []
        if not all(_KEY.fullmatch(entry) for entry in entries):
            raise ValueError("not id:key, with a key of 32 characters or more; `python -m chat_app new_key` makes one")
        return value

    @field_validator("encryption_key")
    @classmethod
    def _is_one(cls, value: SecretStr | None) -> SecretStr | None:
        if value and "," in value.get_secret_value():
            raise ValueError("more than one key; those from before belong into PARLEY_ENCRYPTION_OLD_KEYS")
        return value
