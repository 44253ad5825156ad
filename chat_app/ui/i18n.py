"""Translate texts by vars that the browser resolves in the reader's language.

``t("room.leave")`` is a var; no text is kept in state, and a change of language shows at once. A key that a
catalogue lacks is an error while the pages are compiled.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import reflex as rx
from reflex_base.vars import VarData

from chat_app import catalogues
from chat_app.ui import js

LOCALES: Final = {"en": "English", "ja": "日本語"}
"""The languages, each by its own name."""

PLURALS: Final[Mapping[str, tuple[str, ...]]] = {"en": ("one", "other"), "ja": ("other",)}
"""The plural categories of each language (CLDR), which i18next looks up as ``key_one``, ``key_other``."""

TRANSLATE: Final = js.hooked("t", "useT()", "i18n.js")
"""The browser's function that gives a text, for functions of scripts that take it."""


class MissingTextError(LookupError):
    """A text that is missing in a catalogue."""


def t(key: str, **values: Any) -> rx.Var[str]:
    """Return the text of ``key`` with ``values`` in it; ``count`` picks the plural. Raises ``MissingTextError``."""
    for locale in LOCALES:
        forms = [f"{key}_{category}" for category in PLURALS[locale]] if "count" in values else [key]
        if missing := [form for form in forms if form not in catalogue(locale)]:
            raise MissingTextError(f"{', '.join(missing)} ({locale})")
    return _call(json.dumps(key), values)


def t_in(group: str, name: rx.Var[str], **values: Any) -> rx.Var[str]:
    """Return the text ``group.<name>`` for a name that only the browser knows; unknown names give ``group.unknown``."""
    for locale in LOCALES:
        if f"{group}.unknown" not in catalogue(locale):
            raise MissingTextError(f"{group}.unknown ({locale})")
    keys = f"[`{group}.${{{name!s}}}`, {json.dumps(f'{group}.unknown')}]"
    return _call(keys, values, name._get_all_var_data())


def t_of(key: rx.Var[str], values: rx.Var[Any]) -> rx.Var[str]:
    """Return the text of a key that only the browser knows, with ``values``; unknown keys give ``errors.unknown``."""
    data = VarData.merge(*(each._get_all_var_data() for each in (TRANSLATE, key, values)))
    return rx.Var(f't([{key!s}, "errors.unknown"], {values!s})', _var_type=str, _var_data=data).to(str)


def locale() -> rx.Var[str]:
    """Return the language that the page is in."""
    return js.hooked("locale", "useLocale()", "i18n.js")


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Return a language's texts by their dotted keys."""
    return dict(_flatten(catalogues.catalogue(locale)))


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in tree.items():
        flat += _flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return flat


def _call(key: str, values: Mapping[str, Any], more: VarData | None = None) -> rx.Var[str]:
    given = rx.Var.create(dict(values))
    arguments = f"{key}, {given!s}" if values else key
    data = VarData.merge(TRANSLATE._get_all_var_data(), given._get_all_var_data(), more)
    return rx.Var(f"t({arguments})", _var_type=str, _var_data=data).to(str)
