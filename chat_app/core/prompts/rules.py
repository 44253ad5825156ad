"""Check prompts, find their variables, and fill these in. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import regex

from chat_app.core.kernel.texts.cleaning import clean_line, clean_text, is_visible, storable
from chat_app.core.prompts.errors import (
    PromptDescriptionTooLong,
    PromptNameInvalid,
    PromptTextInvalid,
    PromptValuesTooLong,
    TooManyVariables,
)

NAME_MAX: Final = 32
DESCRIPTION_MAX: Final = 120
TEXT_MAX: Final = 4_000
VALUES_MAX: Final = 20_000
VARIABLES_MAX: Final = 20
_TYPED_MAX: Final = 8 * NAME_MAX
"""The number of characters looked at of a name that is typed: a letter may be composed of several."""
NAME_LETTER: Final = r"[\p{L}\p{N}\p{M}-]"
"""A character of a name, for regular expressions of Python and the browser."""
_NAME: Final = regex.compile(rf"(?=[\p{{L}}\p{{N}}]){NAME_LETTER}{{1,{NAME_MAX}}}")
_VARIABLE: Final = re.compile(r"\{\{([^{}=\n]{1,60})(?:=([^{}\n]{0,200}))?\}\}")
"""A name in double braces, and a default after ``=``: other braces are text."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a prompt's text, and the value that is offered for it."""

    name: str
    default: str = ""


def check_name(value: str) -> str:
    """Return a name as it is stored: in lower case, without a leading ``/``. Raises :class:`PromptNameInvalid`."""
    name = normal_name(value).removeprefix("/")
    if not _NAME.fullmatch(name):
        raise PromptNameInvalid(field="name", maximum=NAME_MAX)
    return name


def normal_name(value: str) -> str:
    """Return a name in the form for comparison: in lower case, wide letters and digits as narrow ones.

    An overlong name is cut, since sorting its marks would take quadratic time.
    """
    typed = storable(value).strip()[:_TYPED_MAX]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", typed).strip().lower())


def check_description(value: str) -> str:
    """Return a description in one line. Raises :class:`PromptDescriptionTooLong`."""
    description = clean_line(value)
    if len(description) > DESCRIPTION_MAX:
        raise PromptDescriptionTooLong(field="description", maximum=DESCRIPTION_MAX)
    return description


def check_text(value: str) -> str:
    """Return a text as it is stored. Raises :class:`PromptTextInvalid` or :class:`TooManyVariables`."""
    text = clean_text(value)
    if len(text) > TEXT_MAX or not is_visible(text):
        raise PromptTextInvalid(field="text", maximum=TEXT_MAX)
    if len(variables_of(text)) > VARIABLES_MAX:
        raise TooManyVariables(field="text", maximum=VARIABLES_MAX)
    return text


def variables_of(text: str) -> list[Variable]:
    """Return the variables of a text in order, each once, with the first default that it is given."""
    found: dict[str, str] = {}
    for written, default in dict.fromkeys(_VARIABLE.findall(text)):
        if name := _name_in(written):
            found[name] = found.get(name) or default.strip()
    return [Variable(name, default) for name, default in found.items()]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the values of its variables, or else their defaults. Values are literal.

    Raises :class:`PromptValuesTooLong`.
    """
    defaults = {each.name: each.default for each in variables_of(text)}
    given = {name: clean_text(values[name]) if name in values else default for name, default in defaults.items()}
    if sum(map(len, given.values())) > VALUES_MAX:
        raise PromptValuesTooLong(maximum=VALUES_MAX)
    return _VARIABLE.sub(lambda match: given.get(_name_in(match[1]), match[0]), text)


def _name_in(written: str) -> str:
    """Return the name between double braces; "" for an invisible one, which is text."""
    return written.strip() if is_visible(written) else ""
