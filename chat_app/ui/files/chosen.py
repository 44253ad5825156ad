"""The files of the message that is being written, above its text."""

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.files.rules import CAPTION_MAX
from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.files.kinds import kind_icon
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.features import is_on
from chat_app.ui.voice.player import voice_player

_MODULE: Final = "files/uploads.js"
_TAKING: Final = "files/taking.js"
_ARRANGING: Final = "files/arranging.js"
_CAPTIONS: Final = "files/captions.js"
_PICKER: Final = "file-picker"
_CAMERA: Final = "file-camera"


@dataclass
class ChosenFileVar:
    """A chosen file.

    ``sent`` of its ``size`` bytes are uploaded. A recording has ``peaks``. Its ``error`` may have a ``limit``. It may
    be tried ``again`` unless the file itself was refused.
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
    caption: str


_FILES = js.value(_MODULE, "useUploads", "list", list[ChosenFileVar])
_ANY: rx.Var[bool] = js.value(_MODULE, "useUploads", "any", bool)
_UNKEPT: rx.Var[bool] = js.value(_MODULE, "useUploads", "unkept", bool)
_MOVED: rx.Var[str] = js.value(_ARRANGING, "useMoved", "name", str)
_PLACE: rx.Var[int] = js.value(_ARRANGING, "useMoved", "place", int)
_TOTAL: rx.Var[int] = js.value(_ARRANGING, "useMoved", "total", int)
_DRAGGING: rx.Var[bool] = js.value(_TAKING, "useDragging", "over", bool)


def attach_button() -> rx.Component:
    """Return the button that opens the browser's file picker and, on touch screens, the camera's button beside it."""
    return rx.fragment(
        _field(_PICKER, multiple=True),
        _field(_CAMERA, accept="image/*", capture="environment"),
        rx.cond(
            is_on(Feature.UPLOADS),
            rx.fragment(
                icon_button("paperclip", t("files.attach"), on_click=js.call(_TAKING, "pick", _PICKER)),
                icon_button(
                    "camera", t("files.camera"), class_name="touch-only", on_click=js.call(_TAKING, "pick", _CAMERA)
                ),
            ),
        ),
    )


def _field(key: str, **props: Any) -> rx.Component:
    return rx.el.input(type="file", id=key, hidden=True, **props, **js.props(_TAKING, "pickProps"))


def chosen_files() -> rx.Component:
    """Return the files in the composer, in their order, with how far they are."""
    files = rx.el.ul(
        rx.foreach(_FILES, _chosen),
        class_name="chosen-files",
        aria_label=t("files.chosen"),
        **js.props(_ARRANGING, "listProps"),
    )
    return rx.fragment(
        rx.cond(_ANY, files),
        rx.el.p(rx.cond(_UNKEPT, t("files.notKept"), ""), class_name="composer-note", role="status"),
        rx.el.p(
            rx.cond(_PLACE > 0, t("files.moved", name=_MOVED, place=_PLACE, total=_TOTAL), ""),
            class_name="visually-hidden",
            role="status",
        ),
    )


def drop_note() -> rx.Component:
    """Return the hint of a room while files are dragged above it."""
    return rx.cond(_DRAGGING, rx.el.div(icon("upload", 24), t("files.drop"), class_name="drop-note", role="status"))


def _chosen(file: rx.Var[ChosenFileVar], place: rx.Var[int]) -> rx.Component:
    failed = file.status == "failed"
    recorded = file.peaks.length() > 0
    return rx.el.li(
        rx.cond(recorded, None, _picture(file)),
        rx.el.div(
            rx.cond(
                recorded,
                voice_player(file=file.key, src=file.preview, peaks=file.peaks, seconds=file.seconds, name=file.name),
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
        rx.cond(recorded | (failed & ~file.again), None, _caption(file)),  # what is refused for good is not described
        rx.cond(_FILES.length() > 1, _moves(file, place)),
        rx.cond(failed & file.again, _act("refresh-cw", t("files.retry", name=file.name), "retryFile", file.key)),
        _act("x", t("files.remove", name=file.name), "removeFile", file.key),
        class_name=rx.cond(failed, "chosen-file failed", "chosen-file"),
        custom_attrs={"data-file": file.key},
        key=file.key,
    )


def _picture(file: rx.Var[ChosenFileVar]) -> rx.Component:
    return rx.cond(
        file.preview != "",
        rx.el.img(src=file.preview, alt="", class_name="chosen-preview chosen-handle", draggable=False),
        rx.el.span(kind_icon(file.type.split("/")[0]), class_name="chosen-preview chosen-handle"),
    )


def _caption(file: rx.Var[ChosenFileVar]) -> rx.Component:
    """Return the field of a file's caption. It keeps the typed text when other properties of the file change."""
    return rx.el.input(
        default_value=file.caption,
        placeholder=t("files.captionHint"),
        max_length=CAPTION_MAX,
        auto_complete="off",
        dir="auto",
        class_name="input chosen-caption",
        aria_label=t("files.caption", name=file.name),
        **js.props(_CAPTIONS, "captionProps"),
    )


def _moves(file: rx.Var[ChosenFileVar], place: rx.Var[int]) -> rx.Component:
    """Return the buttons that move a file. At an end one of them does nothing, and keeps the focus."""
    return rx.el.span(
        _move("chevron-up", t("files.moveUp", name=file.name), file.key, -1, place == 0),
        _move("chevron-down", t("files.moveDown", name=file.name), file.key, 1, place == _FILES.length() - 1),
        class_name="chosen-moves",
    )


def _move(symbol: str, words: rx.Var[str], key: rx.Var[str], by: int, at_end: rx.Var[bool]) -> rx.Component:
    move = js.call(_ARRANGING, "moveFile", key, by)
    return icon_button(symbol, words, tip="end", size=16, on_click=move, aria_disabled=at_end)


def _act(symbol: str, words: rx.Var[str], function: str, key: rx.Var[str]) -> rx.Component:
    return icon_button(symbol, words, tip="end", size=16, on_click=js.call(_MODULE, function, key))


def _size(size: rx.Var[int]) -> Any:
    return js.result("amounts.js", "sizeOf", str, size)
