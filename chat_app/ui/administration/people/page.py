"""The page ``/admin/people``: the list of accounts, and a single account."""

import reflex as rx

from chat_app.core.access.site import SitePermission, SiteRole
from chat_app.core.administration.people import AccountOrder, AccountState
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.administration.people.accounts import AccountVar
from chat_app.ui.administration.people.person import person
from chat_app.ui.administration.people.site_invitations import invite_button, invite_dialog
from chat_app.ui.administration.people.state import AccountsState
from chat_app.ui.components.controls import AGAIN, button, link
from chat_app.ui.components.display import badge, empty, who
from chat_app.ui.components.filters import choice, counted, filter_panel, search_field
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import ago


def page() -> rx.Component:
    """Return the page."""
    content = rx.cond(AccountsState.chosen.account.id != "", person(), rx.fragment(_waiting(), _filters(), _list()))
    return admin_page(
        t("administration.people"),
        rx.el.div(by_status(AccountsState.status, content, AccountsState.load), class_name="moderation"),
        invite_dialog(),
        confirm("decline-user", "siteSettings.decline", on_click=AccountsState.decline),
        controls=(rx.cond(may(SitePermission.MANAGE_PEOPLE), invite_button()),),
    )


def _waiting() -> rx.Component:
    return rx.cond(
        AccountsState.waiting.length() > 0,
        rx.el.section(
            rx.el.h2(t("siteSettings.waiting")),
            rx.el.ul(rx.foreach(AccountsState.waiting, _newcomer), class_name="admin-list"),
            class_name="waiting",
        ),
    )


def _newcomer(account: rx.Var[AccountVar]) -> rx.Component:
    unproven = rx.cond(account.waits_for == "address", badge(t("siteSettings.waitingAddress"), kind="amber"))
    return rx.el.li(
        rx.el.div(
            rx.el.div(who(account), class_name="admin-person"),
            rx.el.p(account.email, " · ", ago(account.created_at), " ", unproven, class_name="meta"),
            class_name="newcomer",
        ),
        rx.el.div(
            button(t("siteSettings.approve"), kind="primary", on_click=AccountsState.approve(account.id)),
            button(
                t("siteSettings.decline"),
                custom_attrs=opens("decline-user"),
                on_click=AccountsState.choose_waiting(account.id),
            ),
            class_name="buttons",
        ),
        key=account.id,
        class_name="admin-waiting",
    )


def _filters() -> rx.Component:
    roles = {role.value: t(f"administration.roles.{role.value}") for role in SiteRole}
    states = {state.value: t(f"administration.states.{state.value}") for state in AccountState}
    orders = {order.value: t(f"administration.orders.{order.value}") for order in AccountOrder}
    state = AccountsState
    return filter_panel(
        "site_people",
        choice(t("administration.role"), {"": t("administration.anyRole")} | roles, state.role, state.narrow_role),
        choice(
            t("administration.state"), {"": t("administration.anyState")} | states, state.standing, state.narrow_state
        ),
        choice(t("administration.order"), orders, state.order, state.sort),
        active=counted(state.role, state.standing),
        search=search_field(t("administration.search"), t("administration.searchHint"), state),
    )


def _list() -> rx.Component:
    more = button(t("common.more"), on_click=AccountsState.show_more.throttle(AGAIN))
    return rx.cond(
        AccountsState.people.length() == 0,
        empty(t("administration.nobody"), symbol="users"),
        rx.fragment(
            rx.el.ul(rx.foreach(AccountsState.people, _row), class_name="admin-list"),
            rx.cond(AccountsState.more, rx.el.div(more, class_name="show-more")),
        ),
    )


def _row(account: rx.Var[AccountVar]) -> rx.Component:
    seen = rx.cond(account.seen_at != "", ago(account.seen_at), t("administration.never"))
    return rx.el.li(
        link(
            who(account),
            rx.el.span(
                rx.cond(account.suspended_at != "", badge(t("administration.suspended"), kind="amber")),
                rx.cond(account.waits_for != "", badge(t("administration.states.waiting"), kind="amber")),
                rx.foreach(account.roles, lambda role: badge(t_in("administration.roles", role))),
                class_name="badges",
            ),
            rx.el.span(seen, class_name="meta seen"),
            href="/admin/people?person=" + account.id,
            class_name="admin-row",
        ),
        key=account.id,
    )
