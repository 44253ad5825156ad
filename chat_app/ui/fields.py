"""Read the fields of a submitted form: every field may be missing, or hostile."""

from typing import Any

from chat_app.core.kernel.texts.cleaning import storable


def text_of(fields: dict[str, Any], name: str) -> str:
    """Return the value of a field in a form, "" if it is absent."""
    return storable(str(fields.get(name, "")))


def texts_of(fields: dict[str, Any], name: str) -> list[str]:
    """Return the values of the boxes of a form that are checked, by the name that they share."""
    values = fields.get(name)
    return [storable(str(value)) for value in values] if isinstance(values, list) else []


def without_empty(values: dict[str, str], *secrets: str) -> dict[str, Any]:
    """Return the values of a form without empty ``secrets``: these stay unchanged."""
    return {name: value for name, value in values.items() if value.strip() or name not in secrets}
