"""The pictures of a message at full size, or its texts."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.components.floating import closes
from chat_app.ui.files.download import download_link
from chat_app.ui.files.text import whole_text
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import FileVar

_MODULE: Final = "files/viewer.js"
_ID: Final = "picture-viewer"

_LIST = js.value(_MODULE, "useViewer", "list", list[FileVar])
_FILE: FileVar = js.value(_MODULE, "useViewer", "file", FileVar)  # type: ignore[assignment]
_PLACE: rx.Var[int] = js.value(_MODULE, "useViewer", "place", int)
_COUNT: rx.Var[int] = _LIST.length()


def picture_viewer() -> rx.Component:
    """Return the closed viewer."""
    return rx.el.dialog(
        rx.el.header(
            rx.el.div(
                rx.el.h2(_FILE.name, id=f"{_ID}-title", class_name="truncate", dir="auto"),
                rx.el.span(_FILE.about, class_name="meta"),
                class_name="file-about",
            ),
            rx.cond(_COUNT > 1, rx.el.span(t("files.place", place=_PLACE, total=_COUNT), class_name="meta")),
            download_link(_FILE.name, _FILE.download),
            icon_button("x", t("common.close"), tip="end", custom_attrs={"data-below": "", **closes()}),
        ),
        rx.el.ul(
            rx.foreach(_LIST, _file),
            class_name="viewer-strip",
            tab_index=0,
            aria_label=t("files.ofMessage"),
            **js.props(_MODULE, "stripProps"),
        ),
        rx.cond(_COUNT > 1, rx.fragment(_step(-1), _step(1))),
        rx.cond(_FILE.caption, rx.el.p(_FILE.caption, class_name="viewer-caption", dir="auto")),
        id=_ID,
        class_name="viewer",
        tab_index=-1,
        aria_labelledby=f"{_ID}-title",
        **js.props(_MODULE, "viewerProps"),
    )


def _file(file: rx.Var[FileVar]) -> rx.Component:
    name = rx.cond(file.caption != "", file.caption, file.name)
    picture = rx.el.img(src=file.whole, alt=name, loading="lazy", draggable=False)
    return rx.el.li(rx.cond(file.kind == "text", whole_text(file), picture), class_name=file.kind, key=file.id)


def _step(by: int) -> rx.Component:
    forward = by > 0
    return rx.el.button(
        icon("chevron-right" if forward else "chevron-left", 24),
        type="button",
        class_name="viewer-step next" if forward else "viewer-step",
        aria_label=t("files.next") if forward else t("files.previous"),
        on_click=js.call(_MODULE, "step", by),
        disabled=(_PLACE == _COUNT) if forward else (_PLACE == 1),
    )
