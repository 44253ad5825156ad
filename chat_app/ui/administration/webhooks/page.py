"""The page ``/admin/webhooks``: what payment providers sent, and the alerts that the site sends to support."""

from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.core.support.targets import NO_RECEIVERS
from chat_app.ui.administration.frame import admin_page, by_status, may, refresh_button
from chat_app.ui.administration.webhooks.state import AttemptVar, EventVar, TargetVar, WebhooksState
from chat_app.ui.components.controls import AGAIN, button, icon, link
from chat_app.ui.components.display import badge, empty
from chat_app.ui.components.filters import choice
from chat_app.ui.components.tables import Column, list_table
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import full_time


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(_received(), rx.cond(may(SitePermission.VIEW_SITE), _alerts()))
    return admin_page(
        t("siteWebhooks.title"),
        rx.el.div(by_status(WebhooksState.status, content, WebhooksState.load), class_name="moderation wide"),
        controls=(refresh_button(WebhooksState.status, WebhooksState.load),),
    )


def _received() -> rx.Component:
    shown = {name: t(f"siteWebhooks.{name}") for name in ("all", "unhandled")}
    unhandled = WebhooksState.shown == "unhandled"
    more = button(t("common.more"), on_click=WebhooksState.show_more.throttle(AGAIN))
    columns = (
        Column(t("siteWebhooks.kind"), _kind),
        Column(t("siteWebhooks.rail"), lambda it: t_in("siteWebhooks.rails", it.rail)),
        Column(t("siteWebhooks.receivedAt"), lambda it: _time(it.received_at)),
        Column(t("siteWebhooks.result"), _result),
    )
    return rx.el.section(
        rx.el.h2(t("siteWebhooks.received")),
        rx.el.p(t("siteWebhooks.receivedHint"), class_name="meta"),
        rx.el.div(
            choice(t("siteWebhooks.show"), shown, WebhooksState.shown, WebhooksState.narrow),  # type: ignore[arg-type]
            class_name="admin-filters",
        ),
        rx.cond(
            WebhooksState.events.length() == 0,
            empty(rx.cond(unhandled, t("siteWebhooks.allHandled"), t("siteWebhooks.none")), symbol="webhook"),
            list_table(t("siteWebhooks.received"), columns, WebhooksState.events, lambda it: it.id),
        ),
        rx.cond(WebhooksState.more, rx.el.div(more, class_name="show-more")),
    )


def _kind(it: rx.Var[EventVar]) -> rx.Component:
    return rx.fragment(rx.el.code(it.kind), rx.el.p(it.reference, class_name="meta"))


def _result(it: rx.Var[EventVar]) -> rx.Component:
    handled = t("siteWebhooks.handledAt", time=full_time(it.handled_at))
    said = rx.fragment(
        rx.cond(
            it.state == "handled",
            badge(t("siteWebhooks.states.handled")),
            badge(t_in("siteWebhooks.states", it.state), kind="amber"),
        ),
        rx.cond(it.handled_at != "", rx.el.p(handled, class_name="meta")),
        rx.cond(it.attempts > 0, rx.el.p(t("siteWebhooks.attempts", count=it.attempts), class_name="meta")),
        rx.cond(it.error != "", rx.el.p(rx.el.code(it.error), class_name="job-error")),
    )
    jobs = rx.cond(
        (it.state == "failed") & may(SitePermission.VIEW_JOBS), link(t("siteWebhooks.toJobs"), href="/admin/jobs")
    )
    return rx.el.div(said, jobs)


def _alerts() -> rx.Component:
    columns = (
        Column(t("siteWebhooks.time"), lambda it: _time(it.at)),
        Column(t("siteWebhooks.target"), _address),
        Column(t("siteWebhooks.about"), lambda it: rx.cond(it.test, t("siteWebhooks.ofTest"), t("siteWebhooks.help"))),
        Column(t("siteWebhooks.result"), _outcome),
    )
    attempts = WebhooksState.attempts
    return rx.el.section(
        rx.el.h2(t("siteWebhooks.alerts")),
        rx.el.p(t("siteWebhooks.alertsHint"), class_name="meta"),
        rx.el.ul(rx.foreach(WebhooksState.targets, _target), class_name="report-list"),
        rx.cond(
            WebhooksState.unset != "",
            rx.el.p(t("siteWebhooks.unset", names=WebhooksState.unset), class_name="meta"),
        ),
        rx.el.h3(t("siteWebhooks.sent")),
        rx.cond(
            attempts.length() == 0,
            rx.el.p(t("siteWebhooks.nothingSent"), class_name="meta"),
            list_table(t("siteWebhooks.sent"), columns, attempts, lambda it: it.id),
        ),
    )


def _target(it: rx.Var[TargetVar]) -> rx.Component:
    test = button(
        icon("send", 16),
        t("siteWebhooks.test"),
        on_click=WebhooksState.test(it.id).throttle(AGAIN),
        aria_describedby="target-" + it.id,
    )
    return rx.el.li(
        rx.el.p(_address(it), id="target-" + it.id),
        rx.cond(may(SitePermission.MANAGE_SITE), rx.el.div(test, class_name="buttons")),
        key=it.id,
    )


def _address(it: rx.Var[Any]) -> rx.Component:
    address = rx.cond(it.address == "staff", t("siteWebhooks.staff"), it.address)
    return rx.fragment(t_in("siteWebhooks.ways", it.way), " · ", address)


def _outcome(it: rx.Var[AttemptVar]) -> rx.Component:
    accepted = rx.cond(it.way == "mail", t("siteWebhooks.queued"), t("siteWebhooks.accepted"))
    problem = rx.cond(it.problem == NO_RECEIVERS, t("siteWebhooks.noReceivers"), rx.el.code(it.problem))
    return rx.cond(
        it.problem == "",
        badge(accepted),
        rx.el.div(
            badge(t("siteWebhooks.refused"), kind="amber"),
            rx.cond(it.attempt > 1, rx.el.p(t("siteWebhooks.attempt", n=it.attempt), class_name="meta")),
            rx.el.p(problem, class_name="job-error"),
        ),
    )


def _time(at: rx.Var[str]) -> rx.Component:
    return rx.el.time(full_time(at), date_time=at)
