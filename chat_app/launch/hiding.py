"""Redact secrets in the error messages of other libraries."""

import re
from typing import Final
from urllib.parse import unquote

from pydantic import SecretStr

from chat_app.settings import Settings

_PASSWORD: Final = re.compile(r"//[^:/@]*:(.*)@", re.DOTALL)
_DELIMITERS: Final = re.compile(r"[/@#?:\s]+")


def without_secrets(words: str, settings: Settings) -> str:
    """Return the words without secrets, and without the parts that those read who cannot read an address.

    A password with a character that has to be encoded is taken for a host or a port, and repeated as such.
    """
    for part in sorted(_parts_of_secrets(settings), key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", words)
    return words


def _parts_of_secrets(settings: Settings) -> set[str]:
    secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    passwords = [unquote(found[1]) for each in secrets if (found := _PASSWORD.search(each))]
    parts = {part for each in passwords for part in _DELIMITERS.split(each)}
    return {each for each in (*secrets, *passwords, *parts) if len(each) > 1}
