"""The dialogs of the context: the messages that the AI sees, and the room's instructions."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts.context import SeenVar
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import skeleton
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, described, dialog_form, field
from chat_app.ui.context import acts
from chat_app.ui.context.forecast import DRAFT
from chat_app.ui.i18n import t, t_in
from chat_app.ui.invitations.parts import room_field
from chat_app.ui.live.vars import ROOM
from chat_app.ui.times import full_time, time_of

_FORM = FormVars("instruct", state=Acts, send=acts.instruct)
_SHOWN = Acts.context
_TYPED: rx.Var[str] = js.result("conversation/instructions.js", "typedInstructions", str)


def context_button() -> rx.Component:
    """Return the control that opens the dialog of the context."""
    return button(
        icon("list-checks", 16),
        t("context.title"),
        kind="plain",
        on_click=acts.preview(ROOM.id, DRAFT),
        custom_attrs=opens(acts.CONTEXT),
    )


def instructions_button() -> rx.Component:
    """Return what opens the form of the room's instructions."""
    return button(
        icon("scroll-text", 16),
        t("context.instructions"),
        kind="plain",
        on_click=acts.preview(ROOM.id, {}),
        custom_attrs=opens(acts.INSTRUCTIONS),
    )


def context_dialogs() -> rx.Component:
    """Return both dialogs, closed."""
    return rx.fragment(_context(), _instructions())


def _context() -> rx.Component:
    return dialog(
        acts.CONTEXT,
        rx.cond(_SHOWN & _SHOWN.given, t("context.givenTitle"), t("context.title")),
        rx.cond(_SHOWN, _what(), rx.el.div(*(skeleton(width) for width in ("60%", "92%", "78%")))),
        class_name="dialog wide context",
    )


def _what() -> rx.Component:
    assistant = rx.cond(_SHOWN.assistant != "", _SHOWN.assistant + " · ", "")
    return rx.fragment(
        rx.el.p(
            rx.el.span(icon("sparkles", 14), assistant, _SHOWN.model),
            rx.el.span(t("context.messages", count=_SHOWN.messages)),
            rx.cond(_SHOWN.files > 0, rx.el.span(t("context.files", count=_SHOWN.files))),
            rx.cond(_SHOWN.tokens > 0, rx.el.span(_tokens())),
            rx.cond(_SHOWN.cost > 0, rx.el.span(t("context.cost", cost=_SHOWN.cost / 1_000_000))),
            class_name="context-sum meta",
        ),
        rx.cond(
            _SHOWN.instructions != "",
            rx.el.section(
                rx.el.h3(t("context.instructions")),
                rx.el.p(_SHOWN.instructions, class_name="pre-line context-instructions", dir="auto"),
            ),
        ),
        rx.cond(_SHOWN.summary, _summary()),
        rx.el.section(
            rx.el.h3(t("context.seen"), " ", rx.el.span(_SHOWN.messages, class_name="meta")),
            rx.cond(
                _SHOWN.messages > 0,
                rx.el.ul(rx.foreach(_SHOWN.seen, _row), class_name="context-list"),
                rx.el.p(t("context.nothing"), class_name="meta"),
            ),
        ),
        rx.cond(
            _SHOWN.missing > 0,
            rx.el.section(
                rx.el.h3(t("context.leftOut"), " ", rx.el.span(_SHOWN.missing, class_name="meta")),
                rx.el.ul(rx.foreach(_SHOWN.left_out, _row), class_name="context-list"),
            ),
        ),
        rx.el.p(t("context.hint"), class_name="meta"),
    )


def _summary() -> rx.Component:
    """Return the card of the summary, its text folded."""
    shown = _SHOWN.summary
    return rx.el.details(
        rx.el.summary(
            icon("scroll-text", 16),
            rx.el.span(t("context.summaryOf", count=shown.messages)),
            icon("chevron-down", 16),
        ),
        rx.el.p(rx.cond(shown.text != "", shown.text, t("context.summaryGone")), class_name="pre-line", dir="auto"),
        rx.el.p(t("context.summaryUntil", time=full_time(shown.until)), class_name="meta"),
        rx.el.p(t("context.summaryHint", n=shown.tokens), class_name="meta"),
        class_name="context-summary",
    )


def _tokens() -> rx.Var[str]:
    return rx.cond(_SHOWN.estimated, t("context.about", n=_SHOWN.tokens), t("context.tokens", n=_SHOWN.tokens))


def _row(row: rx.Var[SeenVar]) -> rx.Component:
    name = rx.cond(row.ai, "AI", rx.cond(row.name != "", row.name, t("people.gone")))
    return rx.el.li(
        rx.el.button(
            rx.el.b(rx.el.bdi(name), class_name="truncate"),
            rx.el.span(
                rx.cond(row.veiled, t("message.veiled"), rx.cond(row.text != "", row.text, t("message.deleted"))),
                class_name="truncate",
                dir="auto",
            ),
            rx.cond(row.reason != "", rx.el.span(t_in("contextReasons", row.reason), class_name="meta"), _place(row)),
            type="button",
            on_click=js.call("conversation/reveal.js", "reveal", ROOM.id, row.id),
        ),
        key=row.id,
    )


def _place(row: rx.Var[SeenVar]) -> rx.Component:
    """Return the time of a message that is seen, or that it is pinned."""
    return rx.cond(
        row.pinned,
        rx.el.span(icon("bookmark-check", 12), t("context.pinned"), class_name="meta context-pinned"),
        rx.el.time(time_of(row.at), class_name="meta", date_time=row.at, title=full_time(row.at)),
    )


def _instructions() -> rx.Component:
    return dialog(
        acts.INSTRUCTIONS,
        t("context.instructions"),
        rx.cond(
            _SHOWN,
            dialog_form(
                _FORM,
                room_field(),
                field(
                    "instructions",
                    t("context.instructionsLabel"),
                    hint=t("context.instructionsHint"),
                    error=_FORM.error("instructions"),
                    form="instruct",
                    control=rx.el.textarea(
                        default_value=_SHOWN.instructions,
                        key=f"{ROOM.id} {_SHOWN.instructions}",  # another room's text is neither shown nor saved here
                        rows="8",
                        class_name="input",
                        dir="auto",
                        on_blur=acts.show_system(ROOM.id, _TYPED),
                        **described("instructions", _FORM.error("instructions"), "instruct"),
                    ),
                ),
                _preview(),
                submit=t("common.save"),
            ),
            skeleton("92%"),
        ),
        class_name="dialog wide",
    )


def _preview() -> rx.Component:
    """Return the preview of the instructions for models, with the typed text."""
    return rx.el.details(
        rx.el.summary(
            icon("eye", 16),
            rx.el.span(t("context.preview")),
            icon("chevron-down", 16),
            on_click=acts.show_system(ROOM.id, _TYPED),
        ),
        rx.el.p(_SHOWN.system, class_name="pre-line context-system", dir="auto"),
        rx.el.p(t("context.previewHint"), class_name="meta"),
        class_name="context-summary",
    )
