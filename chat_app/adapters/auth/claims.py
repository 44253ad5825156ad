"""Read a person's claims from a provider's JSON: tolerant of form, strict where a wrong person could sign in."""

from collections.abc import Mapping
from typing import Any, Final

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.rules import check_email
from chat_app.core.identities.errors import ProviderRefused
from chat_app.core.kernel.texts.cleaning import clean_line, storable

SUBJECT_MAX: Final = 255


def line(value: object) -> str:
    """Return a claim as one line of text, or "" if the claim is not text."""
    return clean_line(value) if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """Return a claim that should be a list of names, at most a thousand of them."""
    return tuple(name for each in value[:1000] if (name := line(each))) if isinstance(value, list) else ()


def email(value: object) -> str:
    """Return an email address as accounts store it, or "" if it is invalid; the person is then asked for an address."""
    try:
        return check_email(line(value))
    except InvalidField:
        return ""


def says_yes(value: object) -> bool:
    """Return whether a claim is true, or the text that some providers use for it."""
    return value is True or value == "true"


def address(claims: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the email, and whether the provider has verified it. Without an address, nothing has been verified."""
    found = email(claims.get("email"))
    return found, bool(found) and says_yes(claims.get("email_verified"))


def subject(value: object) -> str:
    """Return the person's id at the provider, a number as text. Raises `ProviderRefused` if it is not unique.

    The ids of two people must never become equal: an empty, cut or cleaned id and a fraction are refused.
    """
    text = written(value)
    if not text.strip() or len(text) > SUBJECT_MAX or storable(text) != text:
        raise ProviderRefused()
    return text


def written(value: object) -> str:
    """Return an id as text, or "" if it is neither text nor an integer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
