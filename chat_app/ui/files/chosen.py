"""The files of the message that is being written, above its text."""

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.files.kinds import kind_icon
from chat_app.ui.i18n import t, t_in
from chat_app.ui.voice.player import voice_player

_MODULE: Final = "files/uploads.js"
_TAKING: Final = "files/taking.js"
_PICKER: Final = "file-picker"


@dataclass
class ChosenFileVar:
    """A file that was chosen. ``sent`` of its ``size`` bytes are there.

    One that was recorded has ``peaks``. Its ``error`` has a ``limit`` where there is one. It may be tried ``again``
    unless the file itself was refused.
    """

    key: str
    name: str
    type: str
    size: int
    sent: int
    preview: str
    seconds: float
    peaks: list[int]
    status: str
    error: str
    limit: int
    again: bool


_FILES = js.value(_MODULE, "useUploads", "list", list[ChosenFileVar])
_ANY: rx.Var[bool] = js.value(_MODULE, "useUploads", "any", bool)
_DRAGGING: rx.Var[bool] = js.value(_TAKING, "useDragging", "over", bool)


def attach_button() -> rx.Component:
    """Return the button that opens the browser's choice of files."""
    return rx.fragment(
        rx.el.input(
            type="file",
            multiple=True,
            id=_PICKER,
            hidden=True,
            **js.props(_TAKING, "pickProps"),
        ),
        icon_button("paperclip", t("files.attach"), on_click=js.call(_TAKING, "pick", _PICKER)),
    )


def chosen_files() -> rx.Component:
    """Return the files in the composer, with how far they are."""
    return rx.cond(_ANY, rx.el.ul(rx.foreach(_FILES, _chosen), class_name="chosen-files", aria_label=t("files.chosen")))


def drop_note() -> rx.Component:
    """Return what a room shows while files are held above it."""
    return rx.cond(_DRAGGING, rx.el.div(icon("upload", 24), t("files.drop"), class_name="drop-note", role="status"))


def _chosen(file: rx.Var[ChosenFileVar]) -> rx.Component:
    failed = file.status == "failed"
    return rx.el.li(
        rx.cond(file.peaks.length() > 0, None, _picture(file)),
        rx.el.div(
            rx.cond(
                file.peaks.length() > 0,
                voice_player(file.key, file.preview, file.peaks, file.seconds, file.name),
                rx.el.span(file.name, class_name="truncate", dir="auto", title=file.name),
            ),
            rx.el.span(
                rx.cond(
                    failed,
                    t_in("errors", file.error, maximum=_size(file.limit), retry_after=1),
                    t_in("files.states", file.status, size=_size(file.size)),
                ),
                class_name=rx.cond(failed, "error", "meta"),
                role=rx.cond(failed, "alert", "status"),
            ),
            rx.cond(
                (file.status == "uploading") | (file.status == "offline"),
                rx.el.progress(value=file.sent, max=file.size, aria_label=t("files.progress", name=file.name)),
            ),
            class_name="chosen-about",
        ),
        rx.cond(failed & file.again, _act("refresh-cw", t("files.retry", name=file.name), "retryFile", file.key)),
        _act("x", t("files.remove", name=file.name), "removeFile", file.key),
        class_name=rx.cond(failed, "chosen-file failed", "chosen-file"),
        key=file.key,
    )


def _picture(file: rx.Var[ChosenFileVar]) -> rx.Component:
    return rx.cond(
        file.preview != "",
        rx.el.img(src=file.preview, alt="", class_name="chosen-preview"),
        rx.el.span(kind_icon(file.type.split("/")[0]), class_name="chosen-preview"),
    )


def _act(symbol: str, words: rx.Var[str], function: str, key: rx.Var[str]) -> rx.Component:
    return icon_button(symbol, words, tip="end", size=16, on_click=js.call(_MODULE, function, key))


def _size(size: rx.Var[int]) -> Any:
    return js.result("live/files.js", "sizeOf", str, size)
