"""The field of a picture, of the person or of an assistant."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import initials
from chat_app.ui.i18n import t, t_in

PICTURE: Final = "settings/picture.js"


class PictureInput(rx.el.Input):
    """The file input that uploads a picture to the ``path`` of the API."""

    library = f"$/public/{PICTURE}"
    tag = "PictureInput"

    path: rx.Var[str]
    version: rx.Var[int]
    on_saved: rx.EventHandler[rx.event.no_args_event_spec]


def picture_field(
    *, name: Any, version: Any, saved: Any, path: Any, circle: Any, on_saved: Any, on_remove: Any
) -> rx.Component:
    """Return the picture at the address ``saved``, with controls to change it; its ``version`` is 0 without a picture.

    ``circle`` is the class of its circle, which otherwise shows the initials of ``name``.
    """
    is_here = _uploaded("path", str) == path
    preview, error = (rx.cond(is_here, _uploaded(name, str), "") for name in ("preview", "error"))
    has_picture = version > 0
    return rx.el.div(
        rx.el.span(
            initials(name),
            rx.cond((preview != "") | has_picture, rx.el.img(src=rx.cond(preview != "", preview, saved), alt="")),
            class_name=circle,
            aria_hidden=True,
        ),
        rx.el.div(
            rx.el.div(
                rx.el.label(
                    icon("image"), t("settings.choosePicture"), _input(path, version, on_saved), class_name="button"
                ),
                rx.cond(has_picture, button(t("settings.removePicture"), kind="plain", on_click=on_remove)),
                class_name="buttons",
            ),
            rx.el.p(t("settings.pictureHint"), class_name="hint", id="picture-hint"),
            rx.el.p(
                rx.cond(error != "", t_in("errors", error), ""), class_name="error", id="picture-error", role="alert"
            ),
            class_name="field",
        ),
        class_name="picture",
        aria_busy=is_here & _uploaded("uploading", bool),
    )


def _input(path: Any, version: Any, on_saved: Any) -> rx.Component:
    return PictureInput.create(
        accept="image/png,image/jpeg,image/webp,image/gif",
        class_name="visually-hidden",
        aria_describedby="picture-hint picture-error",
        path=path,
        version=version,
        on_saved=on_saved,
    )


def _uploaded(name: str, kind: type) -> rx.Var[Any]:
    return js.value(PICTURE, "usePicture", name, kind)
