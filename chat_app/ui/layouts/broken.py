"""The fallback for a page that a bug in the browser has removed."""

import reflex as rx
from reflex_base.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary

from chat_app.ui import js
from chat_app.ui.components.controls import button
from chat_app.ui.i18n import t


@rx.memo
def broken() -> rx.Component:
    """Return the fallback: one sentence, and a link that leads on."""
    return rx.el.main(
        rx.el.h1(t("broken.title")),
        rx.el.p(t("broken.hint")),
        button(t("broken.reload"), kind="primary", on_click=js.handler(rx.Var("window.location.reload"))),
        class_name="home",
        role="alert",
    )


def error_boundary(_stateful: bool) -> rx.Component:
    """Return the fallback for ``rx.App(app_wraps=…)``. The error is reported to the server's log, not to the reader."""
    return ErrorBoundary.create(fallback_render=ArgsFunctionOperation.create(("event_args",), rx.Var.create(broken())))
