"""Translate texts and times by vars that the browser resolves in the reader's language.

``t("room.leave")`` is a var; no text is kept in state, and a change of language shows at once. A key that a
catalogue lacks is an error while the pages are compiled.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app import catalogues

LOCALES: Final = {"en": "English", "ja": "日本語"}
"""The languages, each by its own name."""

PLURALS: Final[Mapping[str, tuple[str, ...]]] = {"en": ("one", "other"), "ja": ("other",)}
"""The plural categories of each language (CLDR), which i18next looks up as ``key_one``, ``key_other``."""


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
    """Return the text ``group.<name>``, where only the browser knows the name; unknown names read ``group.unknown``."""
    for locale in LOCALES:
        if f"{group}.unknown" not in catalogue(locale):
            raise MissingTextError(f"{group}.unknown ({locale})")
    keys = f"[`{group}.${{{name!s}}}`, {json.dumps(f'{group}.unknown')}]"
    return _call(keys, values, name._get_all_var_data())


def locale() -> rx.Var[str]:
    """Return the language that the page is in."""
    return _hooked("locale", "const locale = useLocale()", "$/public/i18n.js", "useLocale")


def time_of(at: rx.Var[str]) -> rx.Var[str]:
    """Return the time of day of an ISO 8601 instant: "10:02"."""
    return _time("dates.time", at)


def full_time(at: rx.Var[str]) -> rx.Var[str]:
    """Return an instant in full: "Tuesday 17 November 2026 at 10:02"."""
    return _time("dates.full", at)


def day_in_full(at: rx.Var[str]) -> rx.Var[str]:
    """Return the day of an instant: "17 November 2026"."""
    return _time("dates.date", at)


def relative_time(at: rx.Var[str]) -> rx.Var[str]:
    """Return how long ago an instant is, kept up to date: "just now", "2 min. ago", from an hour on "10:02"."""
    return _time("clock.relative", at)


def ago(at: rx.Var[str]) -> rx.Var[str]:
    """Return how long ago an instant is, kept up to date: "2 min. ago", "10:02", "3 days ago", "17 November"."""
    return _time("clock.ago", at)


def day_of(at: rx.Var[str]) -> rx.Var[str]:
    """Return the name of an instant's day, kept up to date: "Today", "Tuesday", "17 November"."""
    return _time("clock.day", at)


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
    translate = _hooked("t", "const t = useT()", "$/public/i18n.js", "useT")._get_all_var_data()
    given = rx.Var.create(dict(values))
    arguments = f"{key}, {given!s}" if values else key
    return _text(f"t({arguments})", VarData.merge(translate, given._get_all_var_data(), more))


def _time(function: str, at: rx.Var[str]) -> rx.Var[str]:
    name = function.partition(".")[0]
    hook = f"use{name.capitalize()}"
    shown = _hooked(name, f"const {name} = {hook}()", "$/public/time.js", hook)
    return _text(f"{function}({at!s})", VarData.merge(shown._get_all_var_data(), at._get_all_var_data()))


def _hooked(name: str, line: str, module: str, hook: str) -> rx.Var[str]:
    return _text(name, VarData(hooks={line: None}, imports={module: [ImportVar(tag=hook)]}))


def _text(expression: str, data: VarData | None) -> rx.Var[str]:
    return rx.Var(expression, _var_type=str, _var_data=data).to(str)
