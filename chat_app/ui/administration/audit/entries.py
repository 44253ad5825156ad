"""Entries of the log of the staff's actions, as pages show them."""

from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.core.audit.log import AUTOMATIC, COMMAND_LINE
from chat_app.core.audit.views import AuditView
from chat_app.core.site.kinds import Choice
from chat_app.core.site.settings import SETTINGS
from chat_app.ui.administration.frame import may
from chat_app.ui.components.controls import link
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import PersonVar, person_var
from chat_app.ui.times import full_time

_VALUE_MAX: Final = 200


_DETAILS: Final = (
    *("name", "before", "username", "email", "days", "sessions", "links", "job", "problem", "credits"),
    *("application", "trusted", "connection", "model", "messages", "amount", "hard", "origin"),
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
    """An action of one of the staff, or of a directory (``source``), with a ``reason`` or ``details``.

    A room that still exists has a ``room_kind``; it and a group have the name of then, or the present one.
    """

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
    group_id: str = ""
    group_gone: bool = False
    joined: str = ""
    left: str = ""
    setting: str = ""
    old: str = ""
    new: str = ""
    ended: str = ""
    room: str = ""
    room_name: str = ""
    room_kind: str = ""


def entry_var(entry: AuditView) -> EntryVar:
    """Return an action of the staff for the page."""
    details = dict(entry.details)
    changed, given, taken = (list(map(str, details.pop(key, []))) for key in ("changed", "given", "taken"))
    joined, left = (", ".join(map(str, details.pop(key, []))) for key in ("joined", "left"))
    texts = {key: str(details.pop(key, "")) for key in ("source", "setting", "old", "new", "ended", "group_id")}
    reason = str(details.pop("reason", ""))[:_VALUE_MAX]
    group, room = details.pop("group", entry.group_name), details.pop("room", entry.room_name)
    return EntryVar(
        id=str(entry.id),
        at=entry.at.isoformat(timespec="milliseconds"),
        actor=person_var(entry.actor),
        action=entry.action,
        person=person_var(entry.person),
        reason=reason,
        details=[DetailVar(key, _text(value)[:_VALUE_MAX]) for key, value in details.items()],
        changed=changed,
        given=given,
        taken=taken,
        group=str(group or ""),
        group_gone=entry.group is not None and entry.group_name is None,
        joined=joined,
        left=left,
        room=str(entry.room or ""),
        room_name=str(room),
        room_kind=entry.room_kind or "",
        **texts,
    )


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
        rx.cond(entry.room != "", _room(entry)),
        rx.cond(entry.ended != "", rx.el.p(t_in("support.ends", entry.ended), class_name="meta")),
        rx.el.p(
            rx.el.time(full_time(entry.at), date_time=entry.at),
            rx.cond(entry.actor.id != "", _who(t("administration.actor"), entry.actor)),
            rx.cond(entry.person.id != "", _who(t("administration.person"), entry.person)),
            class_name="meta",
        ),
        key=entry.id,
    )


def _of_group(entry: rx.Var[EntryVar]) -> list[rx.Component]:
    """Return the lines about the people of a group."""
    lines = (
        (entry.joined, t("administration.namesJoined", names=entry.joined)),
        (entry.left, t("administration.namesLeft", names=entry.left)),
    )
    known = rx.cond(
        (entry.group_id != "") & ~entry.group_gone & may(SitePermission.VIEW_ROOMS),
        link(entry.group, href="/admin/groups?group=" + entry.group_id),
        rx.fragment(entry.group, rx.cond(entry.group_gone, _gone(entry.group_id))),
    )
    group = rx.cond((entry.group != "") | entry.group_gone, _line(t("audit.details.group"), known))
    return [group, *(rx.cond(value != "", rx.el.p(said, class_name="meta", dir="auto")) for value, said in lines)]


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


def _room(entry: rx.Var[EntryVar]) -> rx.Component:
    name = rx.cond(entry.room_name != "", entry.room_name, t_in("siteRooms.unnamed", entry.room_kind))
    linked = rx.cond(may(SitePermission.VIEW_ROOMS), link(name, href="/admin/rooms?room=" + entry.room), name)
    gone = rx.fragment(entry.room_name, _gone(entry.room))
    return _line(t("audit.details.room"), rx.cond(entry.room_kind != "", linked, gone))


def _who(label: rx.Var[str], person: rx.Var[PersonVar]) -> rx.Component:
    """Return a person by username, which is unique, with the link to the account; of a deleted one the id."""
    shown = rx.el.bdi("@", person.username)
    linked = rx.cond(may(SitePermission.VIEW_PEOPLE), link(shown, href="/admin/people?person=" + person.id), shown)
    return rx.fragment(
        " · ", label, ": ", rx.cond(person.name != "", linked, rx.fragment(t("people.gone"), " ", person.id))
    )


def _gone(which: rx.Var[str]) -> rx.Component:
    return rx.fragment(t("audit.gone", id=which))


def _line(label: rx.Var[str], value: Any) -> rx.Component:
    return rx.el.p(label, ": ", value, class_name="meta", dir="auto")


def _value(value: rx.Var[str]) -> rx.Var[str]:
    return rx.match(value, ("True", t("audit.on")), ("False", t("audit.off")), ("", "–"), value)


def _name(person: rx.Var[PersonVar]) -> rx.Var[str]:
    return rx.cond(person.name != "", person.name, t("people.gone"))


def _role(role: rx.Var[str]) -> rx.Var[str]:
    return t_in("administration.roles", role)


def _detail(detail: rx.Var[DetailVar]) -> rx.Component:
    label = rx.match(detail.name, *((each, t(f"audit.details.{each}")) for each in _DETAILS), detail.name)
    origin = t_in("siteGroups.sources", detail.value)
    return _line(label, rx.cond(detail.name == "origin", origin, _value(detail.value)))


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
