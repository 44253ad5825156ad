"""Rules of connections: pure checks of what admins type, and the vendor of a pasted key or address."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from chat_app.core.connections.errors import ConnectionInvalid
from chat_app.core.connections.ports import KINDS, ProviderKind
from chat_app.core.kernel.checks.endpoints import is_http_address, is_printable, parse_headers
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name

NAME_MAX: Final = 60
URL_MAX: Final = 500
KEY_MAX: Final = 2_000
TOKENS_MAX: Final = 100_000_000
PRICE_MAX: Final = 10_000_000
AT_ONCE_MAX: Final = 1_000

RESERVED: Final = frozenset({*KINDS, "demo"})
"""The slugs of the environment's providers, and the demo's."""

_BY_KEY: Final[tuple[tuple[str, ProviderKind, str, str], ...]] = (
    ("sk-ant-", "anthropic", "Anthropic", ""),
    ("sk-or-", "compatible", "OpenRouter", "https://openrouter.ai/api/v1"),
    ("gsk_", "compatible", "Groq", "https://api.groq.com/openai/v1"),
    ("xai-", "compatible", "xAI", "https://api.x.ai/v1"),
    ("AIza", "gemini", "Google Gemini", ""),
    ("sk-", "openai", "OpenAI", ""),
)
"""The prefixes of keys; the first that matches counts."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The interpretation of a pasted text: a key of a known kind, or an address, whose kind its server reveals."""

    name: str
    kind: ProviderKind | None
    base_url: str = ""
    key: str = ""


def recognise(text: str) -> Pasted:
    """Return the meaning of a pasted key or address. Raises ``ConnectionInvalid`` for anything else."""
    value = clean_line(text)
    for start, kind, name, base_url in _BY_KEY:
        if value.startswith(start):
            return Pasted(name, kind, base_url, check_key(value))
    if "." in value or ":" in value or value == "localhost" or value.startswith("localhost/"):
        base_url = check_url(value if "://" in value else f"http://{value}", "pasted")
        return Pasted(urlsplit(base_url).netloc[:NAME_MAX], None, base_url)
    raise ConnectionInvalid("connection_not_recognised", field="pasted")


def check_kind(value: object) -> ProviderKind:
    """Return a kind. Raises ``ConnectionInvalid``."""
    for kind in KINDS:
        if kind == value:
            return kind
    raise ConnectionInvalid("connection_kind_invalid", field="kind")


def check_name(value: str) -> str:
    """Return a name in storable form. Raises ``ConnectionInvalid``."""
    name = clean_name(value)
    if not 1 <= len(name) <= NAME_MAX:
        raise ConnectionInvalid(field="name", maximum=NAME_MAX)
    return name


def check_url(value: str, field: str = "base_url") -> str:
    """Return an address without its last slash: HTTP, a host, no user, query or fragment. Empty for the vendor's own.

    A private address is allowed: models often run there, and only admins choose it.
    """
    url = clean_line(value).rstrip("/")
    if url and not is_http_address(url, URL_MAX):
        raise ConnectionInvalid("connection_url_invalid", field=field)
    return url


def check_key(value: str) -> str:
    """Return a key: printable ASCII without blanks, which is what fits into a header. Raises ``ConnectionInvalid``."""
    key = clean_line(value)
    if key and not is_printable(key, KEY_MAX):
        raise ConnectionInvalid("connection_key_invalid", field="key")
    return key


def check_headers(value: str) -> tuple[tuple[str, str], ...]:
    """Return headers that were typed one a line, as ``name: value``. Raises ``ConnectionInvalid``."""
    headers = parse_headers(value, KEY_MAX)
    if headers is None:
        raise ConnectionInvalid("connection_headers_invalid", field="headers")
    return headers


def check_number(value: object, field: str, minimum: int, maximum: int) -> int | None:
    """Return a whole number within limits, None for an empty value. Raises ``ConnectionInvalid``."""
    text = "" if value is None else str(value).strip().replace(",", "").replace("_", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and minimum <= int(text) <= maximum):
        raise ConnectionInvalid("model_number_invalid", field=field, minimum=minimum, maximum=maximum)
    return int(text)


def slug_for(name: str, kind: ProviderKind, taken: Collection[str]) -> str:
    """Return the slug of a new connection, which begins the ids of its models. It is unique."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or kind
    number, slug = 1, base
    while slug in taken or slug in RESERVED:
        number += 1
        slug = f"{base}-{number}"
    return slug
