"""Fields of forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import ButtonKind, button, icon, icon_button
from chat_app.ui.components.display import notice
from chat_app.ui.components.floating import closes
from chat_app.ui.i18n import TRANSLATE, t

_FORMS: Final = "components/forms.js"
Radio = Callable[..., rx.Component]


class _Form(rx.Component):
    """The browser's part of a form."""

    library = f"$/public/{_FORMS}"
    tag = "Form"

    name: rx.Var[str]
    hydrated: rx.Var[bool]
    answered: rx.Var[int]
    problems: rx.Var[dict[str, Any]]
    empties: rx.Var[bool]
    next: rx.Var[str]
    request: rx.Var[Any]
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


@dataclass(frozen=True, slots=True)
class FormVars:
    """The state of the form ``name`` in the browser.

    A ``state`` that is a ``FormState`` answers it by its event ``send``, which takes the fields. Where the answer sets
    a cookie there is no state, and ``send`` is a function of the browser that makes the request.
    """

    name: str
    send: Any
    state: Any = None

    def busy(self) -> rx.Var[bool]:
        """Return whether it is being sent."""
        form = self._form()
        return rx.Var(f"{form!s}.busy", _var_data=form._get_all_var_data()).to(bool)

    def error(self, field_name: str = "form") -> rx.Var[str]:
        """Return the error of a field, or of the form as a whole; "" without an error."""
        return js.result(_FORMS, "wordsAbout", str, self._form(), field_name, TRANSLATE)

    def element(self, *children: Any, **props: Any) -> rx.Component:
        """Return the form itself around ``children``.

        One that a state has accepted is emptied if it ``empties``, and the element with the id ``next`` is focused.
        """
        if self.state is None:
            answer = {"request": self.send}
        else:
            answer = {"on_send": self.send, "answered": self.state.answered, "problems": self.state.problems}
            answer["hydrated"] = rx.State.is_hydrated
        return _Form.create(*children, name=self.name, **answer, **props)

    def _form(self) -> rx.Var[Any]:
        return js.hooked(f"form_{self.name}", f'useForm("{self.name}")', _FORMS)


def form(
    form_vars: FormVars,
    *fields: rx.Component,
    submit: rx.Var[str],
    kind: str = "wide",
    line: bool = False,
    **props: Any,
) -> rx.Component:
    """Return a form that submits itself.

    An error of the whole form is shown above its button. With ``line``, the button is plain and beside the form's only
    field. ``props`` are passed to the form.
    """
    return form_vars.element(
        *fields,
        whole_error(form_vars),
        button(submit, type="submit", kind="quiet" if line else "primary", busy=form_vars.busy(), class_name=kind),
        class_name="form line" if line else "form",
        **props,
    )


def dialog_form(
    form_vars: FormVars, *fields: rx.Component, submit: rx.Var[str], kind: ButtonKind = "primary"
) -> rx.Component:
    """Return the form of a dialog.

    It closes after it was accepted, can be cancelled, and is empty when it opens again.
    """
    return form_vars.element(
        *fields,
        whole_error(form_vars),
        rx.el.div(
            button(t("common.cancel"), custom_attrs=closes()),
            button(submit, kind=kind, type="submit", busy=form_vars.busy()),
            class_name="actions",
        ),
        empties=True,
        class_name="form",
    )


HAS_KEYBOARD: rx.Var[bool] = ~js.result("device.js", "isTouch", bool)
"""For ``auto_focus``: on a phone the on-screen keyboard would cover the page."""


def whole_error(form_vars: FormVars) -> rx.Component:
    """Return the place for the error of a form as a whole."""
    error = form_vars.error()
    return rx.el.div(rx.cond(error != "", notice(error, kind="red")), role="alert")


def field(
    name: str,
    label: rx.Var[str],
    *,
    error: rx.Var[str] | str = "",
    hint: rx.Var[str] | str = "",
    control: rx.Component | None = None,
    form: str = "field",
    **props: Any,
) -> rx.Component:
    """Return a labelled input with its hint, which is replaced by the field's error.

    ``props`` are passed to the input, unless another ``control`` (made with :func:`described`) is given. If a page has
    several forms, ``form`` makes their ids unique.
    """
    return rx.el.div(
        rx.el.label(label, html_for=f"{form}-{name}"),
        control or rx.el.input(class_name="input", **described(name, error, form), **props),
        rx.el.p(hint, class_name="hint", id=f"{form}-{name}-hint"),
        rx.el.p(error, class_name="error", id=f"{form}-{name}-error", aria_live="polite"),
        class_name="field",
    )


def described(name: str, error: rx.Var[str] | str = "", form: str = "field") -> dict[str, Any]:
    """Return the props that tie a control to the label, hint and error of :func:`field`."""
    invalid = error != "" if isinstance(error, rx.Var) else bool(error)
    return {
        "id": f"{form}-{name}",
        "name": name,
        "aria_invalid": invalid,
        "aria_describedby": f"{form}-{name}-hint {form}-{name}-error",
    }


def password_field(
    name: str,
    label: rx.Var[str],
    *,
    error: rx.Var[str],
    hint: rx.Var[str] | str = "",
    form: str = "field",
    **props: Any,
) -> rx.Component:
    """Return a field for a password, which can be shown while it is typed."""
    one = f"{form}_{name}"
    shown = js.value(_FORMS, "useShown", one, bool)
    control = rx.el.div(
        rx.el.input(
            class_name="input",
            type=rx.cond(shown, "text", "password"),
            spell_check=False,
            auto_capitalize="none",
            **described(name, error, form),
            **props,
        ),
        icon_button(
            rx.cond(shown, icon("eye-off"), icon("eye")),
            rx.cond(shown, t("auth.hidePassword"), t("auth.showPassword")),
            tip="end",
            on_click=js.call(_FORMS, "toggleShown", one),
        ),
        class_name="input-with-end",
    )
    return field(name, label, error=error, hint=hint, control=control, form=form)


def segments(
    name: str,
    choices: Mapping[str, Any],
    value: rx.Var[str],
    *,
    at_first: bool = False,
    radio: Radio = rx.el.input,
    **props: Any,
) -> rx.Component:
    """Return a row of choices (value → label), ``value`` being the selected one; ``props`` are passed to each
    ``radio``. With ``at_first`` it is only the initial choice: a click is shown before the server confirms it.
    """
    holds = "default_checked" if at_first else "checked"
    return rx.el.div(
        *(
            rx.el.label(
                radio(type="radio", name=name, value=choice, **{holds: value == choice}, **props),
                rx.el.span(words),
            )
            for choice, words in choices.items()
        ),
        class_name="segments",
        role="radiogroup",
        aria_labelledby=f"{name}-label",
    )


def swatches(
    name: str, choices: Mapping[str, rx.Var[str]], value: rx.Var[str], radio: Radio = rx.el.input, **props: Any
) -> rx.Component:
    """Return a row of avatar colours (name → label), ``value`` being the selected one; ``props`` are passed to each
    ``radio``.
    """
    return rx.el.div(
        *(
            rx.el.label(
                radio(type="radio", name=name, value=choice, checked=value == choice, aria_label=words, **props),
                icon("check", 16),
                class_name=f"tint-{choice}",
                title=words,
            )
            for choice, words in choices.items()
        ),
        class_name="swatches",
        role="radiogroup",
        aria_labelledby=f"{name}-label",
    )
