"""The choice of the messages that new members of a room see."""

import reflex as rx

from chat_app.core.rooms.tables import NewcomersSee
from chat_app.ui.i18n import t
from chat_app.ui.invitations import acts
from chat_app.ui.live.vars import ROOM


def newcomers() -> rx.Component:
    """Return the choice, if the person may make it and the room has messages."""
    return rx.cond(
        ROOM.begun & ROOM.can_edit_room,
        rx.el.fieldset(
            rx.el.legend(t("invite.sees")),
            _choice(NewcomersSee.FROM_HERE, t("invite.fromHere"), t("invite.fromHereHint")),
            _everything(),
            class_name="options",
        ),
    )


def _everything() -> rx.Component:
    """Return the choice to show everything, which requires that the person sees everything."""
    everything = NewcomersSee.EVERYTHING
    barred = (ROOM.sees_after > 0) & (ROOM.newcomers_see != everything.value)
    hint = rx.cond(barred, t("invite.everythingBarred"), t("invite.everythingHint"))
    return _choice(everything, t("invite.everything"), hint, disabled=barred)


def _choice(
    value: NewcomersSee, words: rx.Var[str], hint: rx.Var[str], disabled: rx.Var[bool] | bool = False
) -> rx.Component:
    hint_id = f"newcomers-{value.value}"
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="newcomers_see",
            value=value.value,
            checked=ROOM.newcomers_see == value.value,
            disabled=disabled,
            aria_describedby=hint_id,
            on_change=acts.choose_newcomers(ROOM.id, value.value),
        ),
        rx.el.span(rx.el.span(words), rx.el.span(hint, id=hint_id, class_name="meta")),
    )
