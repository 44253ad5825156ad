"""The note to a person without credits, and the link to buy some."""

import reflex as rx

from chat_app.ui.components.controls import ButtonKind, link_button
from chat_app.ui.i18n import t


def lacking_words(sells: rx.Var[bool]) -> rx.Var[str]:
    """Return what to do without credits, where the site sells some or does not."""
    return rx.cond(sells, t("usage.emptyBuy"), t("usage.empty"))


def buy_link(kind: ButtonKind = "quiet") -> rx.Component:
    """Return the link to where credits are sold."""
    return link_button(t("usage.buy"), href="/settings/billing", kind=kind)
