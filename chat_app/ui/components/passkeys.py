"""The buttons that use a passkey; nothing if the browser has none."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.forms import FormVars, whole_error
from chat_app.ui.i18n import t

MODULE: Final = "account/passkeys.js"
_SIGN_IN: Final = FormVars("passkeySignIn", send=js.function(MODULE, "signInByPasskey"))


def where_passkeys_are(*children: Any) -> rx.Component:
    """Return the children, where the browser can use passkeys on this site."""
    return rx.cond(js.result(MODULE, "arePasskeysHere", bool), rx.fragment(*children))


def sign_in_by_passkey() -> rx.Component:
    """Return the button that signs in by a passkey, with its error; the field of the login offers passkeys too."""
    words = [icon("key-round"), rx.el.span(t("passkeys.signIn"))]
    return where_passkeys_are(
        rx.el.div(hidden=True, on_mount=js.call(MODULE, "offerPasskeys"), on_unmount=js.call(MODULE, "withdrawOffer")),
        _SIGN_IN.element(
            whole_error(_SIGN_IN),
            button(*words, type="submit", busy=_SIGN_IN.busy(), class_name="wide"),
            class_name="form",
        ),
    )


def passkey_for_code(input_id: str) -> rx.Component:
    """Return the button that fills the field of a code by a passkey, and sends its form."""
    return where_passkeys_are(
        button(
            t("passkeys.inPlaceOfCode"),
            kind="plain",
            class_name="own-width",
            on_click=js.call(MODULE, "fillCode", input_id),
        )
    )
