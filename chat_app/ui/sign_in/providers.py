"""Sign-in by accounts elsewhere: the buttons and errors."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import link_button
from chat_app.ui.components.display import notice
from chat_app.ui.i18n import t, t_in
from chat_app.ui.sign_in.state import ProviderVar, SignInState


def providers_error() -> rx.Component:
    """Show the error with which a provider sent the person back; nothing without one."""
    error = SignInState.error
    return rx.el.div(rx.cond(error != "", notice(t_in("errors", error), kind="red")), role="alert")


def provider_buttons() -> rx.Component:
    """Show the providers' buttons, under a line; nothing without providers."""
    providers = SignInState.providers
    return rx.cond(
        providers.length() > 0,
        rx.el.div(rx.el.p(t("identities.or"), class_name="or"), rx.foreach(providers, _button), class_name="providers"),
    )


def _button(provider: rx.Var[ProviderVar]) -> rx.Component:
    # The address says which page to open afterwards: the state may be of an earlier visit until it is loaded.
    href = "/api/v1/auth/" + provider.id + "/start" + js.SEARCH
    words = t("identities.continue", name=provider.name)
    which = "provider-" + provider.id
    return link_button(words, href=href, reload_document=True, id=which, class_name="wide")  # the server answers there
