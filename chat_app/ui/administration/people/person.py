"""One person's account on the page ``/admin/people``: its data, and the possible actions."""

from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission, SiteRole
from chat_app.core.administration.granting import REASON_MAX as GRANT_REASON_MAX
from chat_app.core.safety.suspending import REASON_MAX
from chat_app.ui.administration.audit.entries import entry_list
from chat_app.ui.administration.frame import may
from chat_app.ui.administration.people.accounts import ChosenAccount
from chat_app.ui.administration.people.state import AccountsState
from chat_app.ui.components.controls import button, icon, link
from chat_app.ui.components.display import avatar, notice
from chat_app.ui.components.floating import confirm, dialog, forgets, opens
from chat_app.ui.components.forms import FormVars, described, dialog_form, field, form
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import COUNTS
from chat_app.ui.times import full_time
from chat_app.ui.usage.budgets import budgets

_CHOSEN: ChosenAccount = AccountsState.chosen  # type: ignore[assignment]
_ACCOUNT = _CHOSEN.account
_ROLES = FormVars("siteRoles", state=AccountsState, send=AccountsState.save_roles)
_SUSPEND = FormVars("suspendUser", state=AccountsState, send=AccountsState.suspend)
_GRANT = FormVars("grantTokens", state=AccountsState, send=AccountsState.grant)
_DELETE = FormVars("deleteUser", state=AccountsState, send=AccountsState.delete)


def person() -> rx.Component:
    """Return the chosen person's account."""
    return rx.fragment(
        link(icon("arrow-left", 16), t("administration.back"), href="/admin/people", class_name="link back"),
        _head(),
        _facts(),
        rx.cond(may(SitePermission.MANAGE_PEOPLE), _roles()),
        rx.cond(may(SitePermission.MODERATE), _acts()),
        rx.cond(may(SitePermission.VIEW_BILLING) & COUNTS, _money()),
        rx.cond(AccountsState.history.length() > 0, _history()),
        _suspend_dialog(),
        confirm("sign-out-user", "administration.signOut", on_click=AccountsState.sign_out),
        confirm("reset-factor", "administration.resetFactor", on_click=AccountsState.reset_factor),
        _delete_dialog(),
        _grant_dialog(),
    )


def _head() -> rx.Component:
    since = {"date": full_time(_ACCOUNT.suspended_at)}
    suspended = rx.cond(
        _CHOSEN.reason != "",
        t("administration.suspendedFor", reason=_CHOSEN.reason, **since),
        t("administration.suspendedSince", **since),
    )
    return rx.fragment(
        rx.el.div(
            avatar(_ACCOUNT.id, _ACCOUNT.name, _ACCOUNT.color, _ACCOUNT.avatar, size="large"),
            rx.el.div(
                rx.el.h2(_ACCOUNT.name),
                link("@", _ACCOUNT.username, href="/u/" + _ACCOUNT.username, class_name="meta author"),
            ),
            class_name="admin-person",
        ),
        rx.cond(_CHOSEN.own, rx.el.p(t("administration.you"), class_name="meta")),
        rx.cond(_ACCOUNT.suspended_at != "", notice(suspended, kind="amber")),
    )


def _facts() -> rx.Component:
    confirmed = rx.cond(_ACCOUNT.verified, t("administration.confirmed"), t("administration.notConfirmed"))
    seen = rx.cond(_ACCOUNT.seen_at != "", full_time(_ACCOUNT.seen_at), t("administration.never"))
    return rx.el.dl(
        *_fact("email", rx.fragment(_ACCOUNT.email, " · ", confirmed)),
        *_fact("joined", full_time(_ACCOUNT.created_at)),
        *_fact("seen", seen),
        *_fact("sessions", _CHOSEN.sessions),
        *_fact("inRooms", _CHOSEN.rooms),
        *_fact("twoFactor", rx.cond(_ACCOUNT.two_factor, t("administration.on"), t("administration.off"))),
        class_name="admin-facts",
    )


def _fact(name: str, value: Any) -> tuple[rx.Component, rx.Component]:
    return rx.el.dt(t(f"administration.{name}")), rx.el.dd(value)


def _roles() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("administration.theRoles")),
        rx.el.p(t("administration.rolesHint"), class_name="meta"),
        form(
            _ROLES,
            *map(_role, SiteRole),
            submit=t("administration.saveRoles"),
            kind="own-width",
            key=_ACCOUNT.id + _ACCOUNT.roles.join(),
        ),
    )


def _role(role: SiteRole) -> rx.Component:
    has = _ACCOUNT.roles.contains(role.value)
    return rx.el.label(
        rx.el.input(type="checkbox", name="roles", value=role.value, default_checked=has),
        rx.el.span(
            t(f"administration.roles.{role.value}"),
            " ",
            rx.el.span(t(f"administration.roleHints.{role.value}"), class_name="meta"),
        ),
        class_name="check",
    )


def _acts() -> rx.Component:
    manages, others = may(SitePermission.MANAGE_PEOPLE), ~_CHOSEN.own
    touchable = others & ~_CHOSEN.is_admin & (manages | (_ACCOUNT.roles.length() == 0))
    suspend = button(t("administration.suspend"), kind="danger", custom_attrs=opens("suspend-user"))
    restore = button(t("administration.restore"), on_click=AccountsState.restore)
    delete = button(t("administration.delete"), kind="danger", custom_attrs=opens("delete-user"))
    return rx.el.section(
        rx.el.h3(t("administration.account")),
        rx.el.div(
            rx.cond(manages, button(t("administration.signOut"), custom_attrs=opens("sign-out-user"))),
            rx.cond(
                manages & others & _ACCOUNT.two_factor,
                button(t("administration.resetFactor"), custom_attrs=opens("reset-factor")),
            ),
            rx.cond(_ACCOUNT.suspended_at != "", restore, rx.cond(touchable, suspend)),
            rx.cond(manages & touchable, delete),
            class_name="buttons",
        ),
    )


def _money() -> rx.Component:
    manages = may(SitePermission.MANAGE_BILLING)
    grant = button(icon("coins", 16), t("administration.grant"), custom_attrs=opens("grant-tokens"))
    has = t("administration.hasCredits", n=_CHOSEN.credits)
    return rx.fragment(
        rx.el.section(
            rx.el.h3(t("administration.credits")),
            rx.el.p(has, class_name="meta"),
            rx.cond(manages, rx.el.div(grant, class_name="buttons")),
        ),
        budgets("person", _ACCOUNT.id, manages),
    )


def _grant_dialog() -> rx.Component:
    nonce = rx.el.input(type="hidden", name="nonce", value=AccountsState.granting, read_only=True)
    amount = field(
        "amount",
        t("administration.grantAmount"),
        error=_GRANT.error("amount"),
        form="grant-tokens",
        type="number",
        min="0.01",
        step="0.01",
        input_mode="decimal",
        required=True,
    )
    reason = field(
        "reason",
        t("administration.grantReason"),
        error=_GRANT.error("reason"),
        form="grant-tokens",
        required=True,
        max_length=GRANT_REASON_MAX,
        auto_complete="off",
    )
    return dialog(
        "grant-tokens",
        t("administration.grantTitle", name=_ACCOUNT.name),
        rx.el.p(t("administration.grantHint")),
        dialog_form(_GRANT, nonce, amount, reason, submit=t("administration.grant")),
        custom_attrs=forgets(),
    )


def _history() -> rx.Component:
    return rx.el.section(rx.el.h3(t("administration.history")), entry_list(AccountsState.history))


def _suspend_dialog() -> rx.Component:
    error = _SUSPEND.error("reason")
    reason = rx.el.textarea(
        class_name="input",
        required=True,
        max_length=REASON_MAX,
        **described("reason", error, "suspend-user"),
    )
    return dialog(
        "suspend-user",
        t("administration.suspendTitle", name=_ACCOUNT.name),
        rx.el.p(t("administration.suspendHint")),
        dialog_form(
            _SUSPEND,
            field("reason", t("administration.reason"), error=error, control=reason, form="suspend-user"),
            submit=t("administration.suspend"),
            kind="danger primary",
        ),
        role="alertdialog",
        custom_attrs=forgets(),
    )


def _delete_dialog() -> rx.Component:
    username = field(
        "username",
        t("administration.typeName", username=_ACCOUNT.username),
        error=_DELETE.error("username"),
        form="delete-user",
        required=True,
        auto_complete="off",
        auto_capitalize="none",
    )
    return dialog(
        "delete-user",
        t("administration.deleteTitle", name=_ACCOUNT.name),
        rx.el.p(t("administration.deleteHint")),
        dialog_form(_DELETE, username, submit=t("administration.delete"), kind="danger primary"),
        role="alertdialog",
        custom_attrs=forgets(),
    )
