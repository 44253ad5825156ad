"""The kinds of settings, and the check of each value. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from chat_app.core.accounts.domains import dns_name
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name, clean_text
from chat_app.core.site.colours import check_accent

_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
DOMAINS_MAX: Final = 50
_SPLIT: Final = re.compile(r"[\s,;]+")


class SettingKind(Protocol):
    """A kind of setting, by its name on the page."""

    @property
    def name(self) -> str:
        """The kind's name."""

    def check(self, field: str, value: object) -> Any:
        """Return the value as it is stored, in JSON. Raises ``InvalidField``."""


@dataclass(frozen=True, slots=True)
class Flag:
    """On or off."""

    name: str = "flag"

    def check(self, field: str, value: object) -> bool:
        """Return whether it is on."""
        if not isinstance(value, bool):
            raise InvalidField("choice_invalid", field)
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    choices: tuple[str, ...]
    name: str = "choice"

    def check(self, field: str, value: object) -> str:
        """Return the word."""
        if value not in self.choices:
            raise InvalidField("choice_invalid", field)
        return str(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within limits; digits are one too, as forms send them."""

    minimum: int
    maximum: int
    name: str = "number"

    def check(self, field: str, value: object) -> int:
        """Return the number."""
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not self.minimum <= value <= self.maximum:
            raise InvalidField("setting_number_invalid", field, minimum=self.minimum, maximum=self.maximum)
        return value


@dataclass(frozen=True, slots=True)
class Line:
    """A text on one line, or on several if it is ``long``."""

    maximum: int
    long: bool = False

    @property
    def name(self) -> str:
        """The kind's name."""
        return "text" if self.long else "line"

    def check(self, field: str, value: object) -> str:
        """Return the words, cleaned."""
        text = (clean_text if self.long else clean_name)(value) if isinstance(value, str) else None
        if text is None or len(text) > self.maximum:
            raise InvalidField("setting_text_long", field, maximum=self.maximum)
        return text


@dataclass(frozen=True, slots=True)
class Domains:
    """Domains of email addresses, as a list or separated by commas, blanks or lines."""

    name: str = "domains"

    def check(self, field: str, value: object) -> list[str]:
        """Return the domains, each once, in the order in which they were written."""
        parts = _SPLIT.split(value[:20_000]) if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) > DOMAINS_MAX + 1:
            raise InvalidField("setting_domains_invalid", field, maximum=DOMAINS_MAX)
        found = [_domain(field, each) for each in parts if each]
        if len(found) > DOMAINS_MAX:
            raise InvalidField("setting_domains_invalid", field, maximum=DOMAINS_MAX)
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC; "" for none."""

    name: str = "moment"

    def check(self, field: str, value: object) -> str:
        """Return the time in ISO 8601, in UTC; one without a zone is in UTC."""
        if value == "":
            return ""
        try:
            read = datetime.fromisoformat(str(value)[:40])
            at = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise InvalidField("setting_moment_invalid", field) from None
        return at.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour that is readable in both themes; "" for the built-in one."""

    name: str = "accent"

    def check(self, field: str, value: object) -> str:
        """Return the colour as ``#rrggbb``."""
        return check_accent(field, value) if value else ""


def _domain(field: str, value: object) -> str:
    text = value.strip().lower().removeprefix("@") if isinstance(value, str) else ""
    name = dns_name(text[:255])
    if not _DOMAIN.fullmatch(name):
        raise InvalidField("setting_domain_invalid", field, domain=clean_line(text[:80]))
    return name
