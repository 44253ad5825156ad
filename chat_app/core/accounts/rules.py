"""Check the fields of an account. Pure: return clean text or raise :class:`InvalidField`."""

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name
from chat_app.core.kernel.texts.folding import fold

COLORS: Final = ("teal", "plum", "clay", "moss", "sky", "rose", "sand", "slate")
LOCALES: Final = ("en", "ja")
THEMES: Final = ("system", "light", "dark")
_PARTS: Final = re.compile(r"[._-]+")
USERNAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,28}[a-z0-9])")
NAME_MAX: Final = 50
RESERVED: Final = frozenset({"ai", "all", "here", "admin", "parley", "system", "everyone", "me", "search"})


def check_email(value: str) -> str:
    """Return the address in lower case, by the syntax of RFC 5322 as ``email-validator`` reads it."""
    if "=?" in value:  # an encoded word (RFC 2047): in a header, it would be read as another address
        raise InvalidField("email_invalid", "email")
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise InvalidField("email_invalid", "email") from None


def check_username(value: str) -> str:
    """Return the username in lower case: 2–30 of a–z, 0–9, ``.``, ``_``, ``-``, no word that mentions use."""
    username = value.strip().lower().removeprefix("@")
    if not USERNAME.fullmatch(username):
        raise InvalidField("username_invalid", "username")
    if username in RESERVED:
        raise InvalidField("username_taken", "username")
    return username


def check_name(value: str) -> str:
    """Return the display name: one line of 1–50 characters, at least one of them visible."""
    name = clean_name(value)
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidField("name_invalid", "name", maximum=NAME_MAX)
    return name


def check_choice(value: str, choices: tuple[str, ...], field: str) -> str:
    """Return ``value`` if it is one of ``choices``."""
    if value not in choices:
        raise InvalidField("choice_invalid", field)
    return value


def sought(username: str, name: str) -> str:
    """Return the text that searches for a person match: each word follows a space."""
    parts = _PARTS.sub(" ", username)
    return f" {clean_line(fold(f'{username} {parts} {name}'))}"
