"""The page ``/admin/applications``, where the site's admins manage the applications whose people sign in here."""

import reflex as rx

from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.applications.editor import DIALOG, RENEW, editor, renewal
from chat_app.ui.applications.state import ApplicationsState, ApplicationVar
from chat_app.ui.components.controls import button
from chat_app.ui.components.display import badge, notice
from chat_app.ui.components.floating import add_button, confirm, opens
from chat_app.ui.i18n import t, t_in

_REMOVE = "remove-application"
_CHOSEN = ApplicationsState.chosen


def page() -> rx.Component:
    """Return the page."""
    return admin_page(
        t("applications.title"),
        rx.el.div(
            by_status(ApplicationsState.status, _applications(), ApplicationsState.load),
            class_name="settings models",
        ),
    )


def _applications() -> rx.Component:
    return rx.el.section(
        rx.el.p(t("applications.hint"), class_name="meta"),
        rx.cond(
            ApplicationsState.issuer == "",
            notice(t("applications.off"), kind="amber"),
            rx.el.p(t("applications.issuer"), " ", rx.el.code(ApplicationsState.issuer), class_name="meta"),
        ),
        rx.cond(
            ApplicationsState.applications.length() > 0,
            rx.el.ul(rx.foreach(ApplicationsState.applications, _application), class_name="report-list"),
            rx.el.p(t("applications.none"), class_name="meta"),
        ),
        add_button(t("applications.add"), DIALOG, ApplicationsState.choose),
        editor(),
        renewal(),
        confirm(_REMOVE, "applications.delete", {"name": _CHOSEN.name}, on_click=ApplicationsState.remove),
    )


def _application(each: rx.Var[ApplicationVar]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(each.name),
            rx.cond(each.enabled, None, badge(t("applications.disabled"), kind="amber")),
            rx.cond(each.trusted, badge(t("applications.trusted"), kind="accent")),
            rx.cond(each.public, badge(t("applications.public"))),
            class_name="badges",
        ),
        rx.el.p(t("applications.clientId"), " ", rx.el.code(each.id), class_name="meta"),
        rx.el.ul(
            rx.foreach(each.redirect_uris, lambda uri: rx.el.li(rx.el.code(uri), class_name="meta", key=uri)),
            aria_label=t("applications.redirectUris"),
            class_name="admin-arguments",
        ),
        rx.el.p(
            rx.foreach(
                each.scopes, lambda scope: rx.el.span(badge(t_in("applications.scopes", scope)), " ", key=scope)
            ),
            class_name="meta",
        ),
        _acts(each),
        key=each.id,
    )


def _acts(each: rx.Var[ApplicationVar]) -> rx.Component:
    chooses = ApplicationsState.choose(each.id)
    return rx.el.div(
        button(t("applications.edit"), custom_attrs=opens(DIALOG, shows=each.id), on_click=chooses),
        rx.cond(
            each.public,
            None,
            button(t("applications.renew"), custom_attrs=opens(RENEW, shows=each.id), on_click=chooses),
        ),
        rx.cond(
            each.enabled,
            button(t("applications.disable"), on_click=ApplicationsState.enable(each.id, False)),
            button(t("applications.enable"), on_click=ApplicationsState.enable(each.id, True)),
        ),
        button(t("applications.delete"), kind="danger", custom_attrs=opens(_REMOVE), on_click=chooses),
        class_name="buttons",
    )
