"""Collect the problems of settings into one error."""

import re
from collections.abc import Sequence

from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError


def names_of(name: str, field: FieldInfo) -> set[int | str]:
    """Return the names under which a setting may be given."""
    alias = field.validation_alias
    return {name, *(str(each) for each in (alias.choices if isinstance(alias, AliasChoices) else ()))}


def refusal(title: str, wrong: ValidationError | None, said: Sequence[str]) -> ValidationError:
    """Return one error for the ``wrong`` values and for what is ``said`` about combinations of values.

    A problem of a combination is left out if one of its settings is wrong by itself.
    """
    own = [(each["loc"], each["msg"]) for each in wrong.errors(include_input=False)] if wrong else []
    known = {str(part).upper() for location, _ in own for part in location[:1]}
    others = [((), words) for words in said if not known & set(re.findall(r"[A-Z][A-Z0-9_]+", words))]
    details = [
        InitErrorDetails(type=PydanticCustomError("setting", "{words}", {"words": words}), loc=location, input=None)
        for location, words in [*own, *others]
    ]
    return ValidationError.from_exception_data(title, details, hide_input=True)
