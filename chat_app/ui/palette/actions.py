"""The pages and actions of the palette, which are found by their words in every language."""

from typing import Any

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.access.site import SitePermission
from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import opens
from chat_app.ui.i18n import LOCALES, catalogue, t
from chat_app.ui.invitations.acts import INBOX
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import CAN_ASIDE, MAY, ROOM
from chat_app.ui.palette import acts
from chat_app.ui.palette.options import QUERY, option
from chat_app.ui.transport.state import FeedState

_PAGES = {
    "shell.newChat": ("square-pen", "/"),
    "people.search": ("user-search", "/people"),
    "search.title": ("text-search", "/search"),
    "groups.title": ("users", "/groups"),
    "prompts.title": ("text-quote", "/prompts"),
    "assistants.title": ("bot", "/assistants"),
    "shell.settings": ("settings", "/settings"),
    "security.title": ("shield", "/settings/security"),
}
_THEMES = {
    "palette.light": ("sun", "light"),
    "palette.dark": ("moon", "dark"),
    "palette.system": ("monitor", "system"),
}
_LANGUAGES = {"palette.en": "en", "palette.ja": "ja"}


def actions() -> rx.Component:
    """Return the pages and actions whose words contain the typed text."""
    heading = "palette-actions"
    return rx.el.div(
        rx.el.div(t("palette.actions"), id=heading, class_name="menu-heading"),
        rx.cond(
            is_on(Feature.ROOMS) | MAY.contains(SitePermission.MANAGE_SITE.value),
            _action("shell.newRoom", "plus", custom_attrs=opens("new-room")),
        ),
        rx.cond(ROOM & ROOM.can_invite, _invite()),
        rx.cond(ROOM & CAN_ASIDE, _action("aside.ask", "lock", on_click=js.call("live/asides.js", "openAside"))),
        *(
            _action(key, symbol, on_click=js.call("live/store.js", "tell", "navigate", href))
            for key, (symbol, href) in _PAGES.items()
        ),
        _action("marks.stars", "star", custom_attrs=opens("stars"), on_click=FeedState.load_stars),
        _action("inbox.title", "inbox", custom_attrs=opens(INBOX)),
        *(_theme(key, symbol, name) for key, (symbol, name) in _THEMES.items()),
        *(_language(key, locale) for key, locale in _LANGUAGES.items()),
        _action("shortcuts.sidebar", "panel-left", on_click=js.call("layouts/sidebar.js", "hide")),
        _action("shortcuts.title", "keyboard", custom_attrs=opens("shortcuts")),
        _action("auth.signOut", "log-out", on_click=js.call("account/session.js", "signOut")),
        role="group",
        aria_labelledby=heading,
        class_name="palette-actions",
    )


def _action(key: str, symbol: str, **props: Any) -> rx.Component:
    found = js.result("folding.js", "hasWords", bool, QUERY, "\n".join(catalogue(locale)[key] for locale in LOCALES))
    words = rx.el.span(t(key), class_name="truncate")
    return rx.cond(found, option(f"palette-{key.replace('.', '-')}", icon(symbol, 16), words, **props))


def _invite() -> rx.Component:
    return _action("drawer.invite", "user-plus", on_click=FeedState.load_links(ROOM.id), custom_attrs=opens("invite"))


def _theme(key: str, symbol: str, name: str) -> rx.Component:
    shown = js.call("live/store.js", "tell", "theme", name)
    return _action(key, symbol, on_click=[shown, acts.choose("theme", name)])


def _language(key: str, locale: str) -> rx.Component:
    shown = js.call("i18n.js", "setLocale", locale)
    return _action(key, "languages", on_click=[shown, acts.choose("locale", locale)])
