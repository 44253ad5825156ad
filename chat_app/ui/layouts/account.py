"""The person at the foot of the sidebar."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.badges.reports import pending_badge
from chat_app.ui.badges.sign_ups import sign_ups_badge
from chat_app.ui.badges.support import help_badge, support_item
from chat_app.ui.components.display import avatar
from chat_app.ui.components.floating import menu, menu_item, menu_line, menu_link, opens, toggles
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import HELP, MAY, ME


def account() -> rx.Component:
    """Return the person at the foot of the sidebar, and their menu."""
    return rx.el.footer(
        rx.el.button(
            avatar(ME.id, ME.name, ME.color, ME.avatar),
            rx.el.span(
                rx.el.span(ME.name, class_name="truncate"), rx.el.span("@", ME.username, class_name="meta truncate")
            ),
            pending_badge(),
            sign_ups_badge(),
            help_badge(),
            type="button",
            class_name="account",
            aria_label=t("shell.account"),
            custom_attrs=toggles("account-menu"),
        ),
        menu(
            "account-menu",
            menu_link("settings", t("shell.settings"), href="/settings"),
            menu_link("users", t("groups.title"), href="/groups"),
            menu_link("text-quote", t("prompts.title"), href="/prompts"),
            menu_link("bot", t("assistants.title"), href="/assistants"),
            rx.cond(HELP.is_not_none(), support_item()),
            rx.cond(
                MAY.length() > 0,
                menu_link(
                    "layout-dashboard", t("settings.administration"), pending_badge(), sign_ups_badge(), href="/admin"
                ),
            ),
            menu_item("keyboard", t("shell.shortcuts"), custom_attrs=opens("shortcuts")),
            menu_line(),
            menu_item("log-out", t("auth.signOut"), on_click=js.call("account/session.js", "signOut")),
            label=t("shell.account"),
        ),
    )
