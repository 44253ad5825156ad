"""The lists of the moderation page."""

import reflex as rx

from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import badge, empty, who
from chat_app.ui.components.floating import opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.moderation.shapes import ReportVar, SuspendedVar
from chat_app.ui.moderation.state import ModerationState
from chat_app.ui.times import full_time


def waiting() -> rx.Component:
    """Return the reports: the open ones, or the resolved ones."""
    reports = ModerationState.reports
    nothing = rx.cond(ModerationState.tab == "open", t("safety.none"), t("safety.noneResolved"))
    return rx.cond(
        reports.length() == 0,
        empty(nothing, symbol="shield-check"),
        rx.el.ul(rx.foreach(reports, _report), class_name="report-list"),
    )


def suspended() -> rx.Component:
    """Return the list of suspended people."""
    people = ModerationState.suspended
    return rx.cond(
        people.length() == 0,
        empty(t("safety.noneSuspended"), symbol="user-check"),
        rx.el.ul(rx.foreach(people, _suspended), class_name="report-list log"),
    )


def _where(report: rx.Var[ReportVar], key: str, **values: rx.Var[str]) -> rx.Var[str]:
    """Return the text ``key`` with the room's name; direct chats have none."""
    return rx.cond(report.room_name == "", t(f"{key}Direct", **values), t(key, room=report.room_name, **values))


def _about(report: rx.Var[ReportVar]) -> rx.Component:
    name = _name(report.person)
    of_person = rx.cond(
        report.is_message,
        _where(report, "safety.aboutMessage", name=name),
        t("safety.aboutPerson", name=name),
    )
    return rx.cond(report.ai, _where(report, "safety.aboutAnswer"), of_person)


def _report(report: rx.Var[ReportVar]) -> rx.Component:
    return rx.el.li(
        rx.el.h2(_about(report)),
        rx.el.p(
            badge(t_in("safety.reasons", report.reason), kind="amber"),
            rx.cond(report.suspended, badge(t("safety.suspended"))),
            rx.cond(
                report.person.name != "",
                link("@", report.person.username, href="/u/" + report.person.username, class_name="meta author"),
            ),
            class_name="badges",
        ),
        rx.cond(report.text != "", rx.el.blockquote(report.text)),
        rx.cond(report.note != "", rx.el.p(report.note, class_name="pre-line")),
        rx.el.p(
            t("safety.by", name=_name(report.reporter)),
            " · ",
            rx.el.time(full_time(report.at), date_time=report.at),
            class_name="meta",
        ),
        rx.cond(
            report.resolution != "",
            rx.el.p(
                icon("check", 16),
                t_in("safety.resolutions", report.resolution, person=_name(report.resolved_by)),
                class_name="meta outcome",
            ),
            _acts(report),
        ),
        key=report.id,
    )


def _acts(report: rx.Var[ReportVar]) -> rx.Component:
    chooses = ModerationState.choose(report.id)
    return rx.el.div(
        rx.cond(report.href != "", link_button(icon("message-square", 16), t("safety.openInRoom"), href=report.href)),
        button(t("safety.dismiss"), on_click=ModerationState.dismiss(report.id)),
        rx.cond(
            report.can_delete,
            button(t("safety.delete"), kind="danger", custom_attrs=opens("delete-reported"), on_click=chooses),
        ),
        rx.cond(
            report.can_suspend,
            button(t("safety.suspend"), kind="danger", custom_attrs=opens("suspend-reported"), on_click=chooses),
        ),
        class_name="buttons",
    )


def _suspended(each: rx.Var[SuspendedVar]) -> rx.Component:
    person = each.person
    return rx.el.li(
        rx.el.div(
            who(person),
            button(t("safety.restore"), on_click=ModerationState.restore(person.id)),
            class_name="who-line",
        ),
        rx.el.p(
            t("safety.suspendedBy", name=_name(each.actor)),
            " · ",
            rx.el.time(full_time(each.at), date_time=each.at),
            class_name="meta",
        ),
        key=person.id,
    )


def _name(person: rx.Var[PersonVar]) -> rx.Var[str]:
    return rx.cond(person.name != "", person.name, t("people.gone"))
