"""Entries of the log of the staff's actions, as pages show them."""

from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from chat_app.core.audit.log import AUTOMATIC, COMMAND_LINE
from chat_app.core.audit.views import AuditView
from chat_app.core.site.kinds import Choice
from chat_app.core.site.settings import SETTINGS
from chat_app.ui.components.controls import link
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.times import full_time

_VALUE_MAX: Final = 200


_DETAILS: Final = (
    *("name", "before", "username", "email", "days", "sessions", "links", "job", "problem", "credits"),
    *("application", "trusted", "connection", "model", "messages", "amount", "hard", "room"),
    "target",
)
"""The details that have a label; others are shown by their names."""

_CHOSEN: Final = [
    (f"{name}={each}", t(f"siteSettings.choices.{each}"))
    for name, setting in SETTINGS.items()
    if isinstance(setting.kind, Choice)
    for each in setting.kind.choices
]
"""The words of a choice, by the setting and its value."""


@dataclass
class DetailVar:
    """A detail of an action: its name, and its value."""

    name: str
    value: str


@dataclass
class EntryVar:
    """An action of one of the staff, or of a directory (``source``), with a ``reason`` or ``details``."""

    id: str
    at: str
    actor: PersonVar
    action: str
    person: PersonVar
    reason: str = ""
    details: list[DetailVar] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    source: str = ""
    group: str = ""
    joined: str = ""
    left: str = ""
    setting: str = ""
    old: str = ""
    new: str = ""
    ended: str = ""
    room: str = ""


def entry_var(entry: AuditView) -> EntryVar:
    """Return an action of the staff for the page."""
    details = dict(entry.details)
    changed, given, taken = (list(map(str, details.pop(key, []))) for key in ("changed", "given", "taken"))
    at = entry.at.isoformat(timespec="milliseconds")
    who = person_var(entry.actor), entry.action, person_var(entry.person)
    source, group = (str(details.pop(key, "")) for key in ("source", "group"))
    joined, left = (", ".join(map(str, details.pop(key, []))) for key in ("joined", "left"))
    last = [*(str(details.pop(key, "")) for key in ("setting", "old", "new", "ended")), str(entry.room or "")]
    reason = str(details.pop("reason", ""))[:_VALUE_MAX]
    more = [DetailVar(key, _text(value)[:_VALUE_MAX]) for key, value in details.items()]
    return EntryVar(str(entry.id), at, *who, reason, more, changed, given, taken, source, group, joined, left, *last)


def entry_list(entries: rx.Var[list[EntryVar]]) -> rx.Component:
    """Return the list of entries."""
    return rx.el.ul(rx.foreach(entries, _entry), class_name="report-list log")


def _entry(entry: rx.Var[EntryVar]) -> rx.Component:
    own = ((COMMAND_LINE, t("audit.commandLine")), (AUTOMATIC, t("audit.automatic")))
    source = rx.match(entry.source, *own, entry.source)
    names = {"actor": rx.cond(entry.source != "", source, _name(entry.actor)), "person": _name(entry.person)}
    return rx.el.li(
        rx.el.p(t_in("audit.actions", entry.action, **names)),
        rx.cond(entry.reason != "", rx.el.p(entry.reason, class_name="meta pre-line", dir="auto")),
        rx.foreach(entry.details, _detail),
        rx.cond(entry.changed.length() > 0, _changed(entry.changed)),
        rx.foreach(entry.given, lambda role: rx.el.p(t("administration.given", role=_role(role)), class_name="meta")),
        rx.foreach(entry.taken, lambda role: rx.el.p(t("administration.taken", role=_role(role)), class_name="meta")),
        *_of_group(entry),
        rx.cond(entry.setting != "", _change(entry)),
        rx.cond(entry.room != "", _room(entry.room)),
        rx.cond(entry.ended != "", rx.el.p(t_in("support.ends", entry.ended), class_name="meta")),
        rx.el.p(rx.el.time(full_time(entry.at), date_time=entry.at), class_name="meta"),
        key=entry.id,
    )


def _of_group(entry: rx.Var[EntryVar]) -> list[rx.Component]:
    """Return the lines about the people of a group."""
    lines = (
        (entry.group, t("administration.group", name=entry.group)),
        (entry.joined, t("administration.namesJoined", names=entry.joined)),
        (entry.left, t("administration.namesLeft", names=entry.left)),
    )
    return [rx.cond(value != "", rx.el.p(said, class_name="meta", dir="auto")) for value, said in lines]


def _change(entry: rx.Var[EntryVar]) -> rx.Component:
    """Return which setting was changed, from what and to what."""
    name = t_in("siteSettings.names", entry.setting)
    old, new = (rx.match(entry.setting + "=" + each, *_CHOSEN, _value(each)) for each in (entry.old, entry.new))
    return rx.el.p(name, ": ", old, " → ", new, class_name="meta", dir="auto")


def _changed(names: rx.Var[list[str]]) -> rx.Component:
    """Return the line that names the changed fields of a model, connection, tool server or application."""

    def one(name: rx.Var[str], place: rx.Var[int]) -> rx.Component:
        return rx.fragment(rx.cond(place > 0, ", ", ""), t_in("audit.fields", name))

    return rx.el.p(t("audit.details.changed"), ": ", rx.foreach(names, one), class_name="meta")


def _room(room: rx.Var[str]) -> rx.Component:
    shown = link(room, href="/admin/rooms?room=" + room)
    return rx.el.p(t("audit.details.room"), ": ", shown, class_name="meta")


def _value(value: rx.Var[str]) -> rx.Var[str]:
    return rx.match(value, ("True", t("audit.on")), ("False", t("audit.off")), ("", "–"), value)


def _name(person: rx.Var[PersonVar]) -> rx.Var[str]:
    return rx.cond(person.name != "", person.name, t("people.gone"))


def _role(role: rx.Var[str]) -> rx.Var[str]:
    return t_in("administration.roles", role)


def _detail(detail: rx.Var[DetailVar]) -> rx.Component:
    label = rx.match(detail.name, *((each, t(f"audit.details.{each}")) for each in _DETAILS), detail.name)
    return rx.el.p(label, ": ", _value(detail.value), class_name="meta", dir="auto")


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
