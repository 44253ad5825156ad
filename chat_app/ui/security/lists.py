"""Lists of sessions and API tokens."""

from typing import Any

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.auth.tokens.api_tokens import DAYS_MAX, NAME_MAX, Scope
from chat_app.ui.components.controls import button
from chat_app.ui.components.display import badge, notice
from chat_app.ui.components.floating import dialog, forgets, opens
from chat_app.ui.components.forms import field
from chat_app.ui.i18n import t
from chat_app.ui.live.features import is_on
from chat_app.ui.security.parts import ACCOUNT, form_vars, once, proven_form, section, shown_once
from chat_app.ui.security.state import SecurityState
from chat_app.ui.times import full_time


def sessions() -> rx.Component:
    """Return the section about sessions."""
    return section(
        t("security.sessions"),
        rx.el.p(t("security.sessionsHint"), class_name="meta"),
        rx.el.ul(rx.foreach(ACCOUNT.sessions, _session), class_name="rows"),
    )


def _session(session: Any) -> rx.Component:
    device = rx.cond(session.device != "", session.device, t("security.unknownDevice"))
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(device), rx.cond(session.current, badge(t("security.thisSession"))), class_name="stated"
            ),
            rx.el.p(
                session.address,
                rx.cond(session.seen_at, rx.el.span(" · ", t("security.sessionSeen", at=full_time(session.seen_at)))),
                class_name="meta",
            ),
        ),
        rx.cond(
            session.current,
            None,
            button(
                t("security.endSession"),
                aria_label=t("security.endSessionOn", device=device),
                on_click=SecurityState.sign_out_of(session.id),
            ),
        ),
        key=session.id,
    )


def tokens() -> rx.Component:
    """Return the section about API tokens."""
    mine: Any = ACCOUNT.tokens
    return section(
        t("security.tokens"),
        rx.el.p(t("security.tokensHint"), class_name="meta"),
        rx.cond(
            mine.length() > 0,
            rx.el.ul(rx.foreach(mine, _token), class_name="rows"),
            rx.el.p(t("security.noTokens"), class_name="meta"),
        ),
        rx.cond(
            is_on(Feature.API_TOKENS),
            button(t("security.newToken"), class_name="own-width", custom_attrs=opens("new-token")),
            notice(t("errors.feature_off_api_tokens"), kind="amber"),
        ),
        _new_token(),
    )


def _token(token: Any) -> rx.Component:
    used = rx.cond(token.used_at, t("security.tokenUsed", at=full_time(token.used_at)), t("security.tokenUnused"))
    expires = rx.cond(
        token.expired, t("security.tokenExpired"), t("security.tokenExpires", at=full_time(token.expires_at))
    )
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(token.name),
                rx.foreach(token.scopes, lambda scope: badge(_scope(scope), key=scope)),
                class_name="stated",
            ),
            rx.el.p(used, rx.cond(token.expires_at, rx.el.span(" · ", expires)), class_name="meta"),
        ),
        button(
            t("security.revoke"),
            kind="danger",
            aria_label=t("security.revokeToken", name=token.name),
            on_click=SecurityState.revoke_token(token.id),
        ),
        key=token.id,
    )


def _scope(scope: rx.Var[str]) -> rx.Var[str]:
    return rx.match(scope, *((each.value, t(f"security.scopes.{each.value}")) for each in Scope), scope)


def _new_token() -> rx.Component:
    form, secret = form_vars("newToken"), once("token")
    fields = [
        field(
            "name",
            t("security.tokenName"),
            error=form.error("name"),
            form="newToken",
            auto_complete="off",
            required=True,
            max_length=NAME_MAX,
        ),
        _scopes(form.error("scopes")),
        field(
            "days",
            t("security.tokenDays"),
            error=form.error("days"),
            hint=t("security.tokenDaysHint"),
            form="newToken",
            type="number",
            min=1,
            max=DAYS_MAX,
            default_value="90",
        ),
    ]
    return dialog(
        "new-token",
        t("security.newToken"),
        rx.cond(
            secret != "",
            shown_once(t("security.tokenOnce"), t("security.tokenIs"), secret),
            proven_form("newToken", *fields, submit=t("security.tokenMake")),
        ),
        custom_attrs=forgets(),
    )


def _scopes(error: rx.Var[str]) -> rx.Component:
    boxes = (
        rx.el.label(
            rx.el.input(type="checkbox", name="scopes", value=scope.value, default_checked=scope is Scope.READ),
            t(f"security.scopes.{scope.value}"),
        )
        for scope in Scope
    )
    return rx.el.fieldset(
        rx.el.legend(t("security.tokenScopes"), class_name="label"),
        *boxes,
        rx.el.p(error, class_name="error", aria_live="polite"),
        class_name="field checks",
    )
