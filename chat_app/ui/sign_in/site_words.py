"""Show the site's own text on the pages where people sign in and sign up."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.display import notice
from chat_app.ui.i18n import t
from chat_app.ui.layouts.banner import line
from chat_app.ui.live.shapes import AnnouncementVar
from chat_app.ui.sign_in.state import SignInState

_ANNOUNCED: AnnouncementVar = SignInState.announced  # type: ignore[assignment]


def site_words() -> rx.Component:
    """Return the site's announcement and its text; nothing without them."""
    return rx.fragment(
        rx.cond(_ANNOUNCED.id != "", line(_ANNOUNCED)),
        rx.cond(SignInState.text != "", rx.el.p(SignInState.text, class_name="pre-line", dir="auto")),
    )


def sign_up_rules() -> rx.Component:
    """Return who may sign up, where not everybody may at once. An invitation admits its person."""
    invited = js.result("account/session.js", "invitation", str) != ""
    rule = rx.match(
        SignInState.rule,
        ("invite", notice(t("site.signUpInvited"), kind="amber")),
        ("closed", notice(t("site.signUpClosed"), kind="amber")),
        rx.fragment(),
    )
    return rx.fragment(
        rx.cond(invited, None, rule),
        rx.cond(SignInState.domains != "", notice(t("site.signUpDomains", domains=SignInState.domains))),
        rx.cond(SignInState.approval, notice(t("site.signUpApproval"))),
    )
