"""The files of a message: pictures in a grid, others as cards."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.files.download import download_link
from chat_app.ui.files.kinds import kind_icon
from chat_app.ui.files.text import text_preview
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import FileVar, RowVar
from chat_app.ui.voice.player import voice_player
from chat_app.ui.voice.transcript import transcript

_VIEWER: Final = "files/viewer.js"


def files(row: rx.Var[RowVar]) -> rx.Component:
    """Return the files of a message."""
    return rx.cond(
        row.files.length() > 0,
        rx.el.ul(
            rx.foreach(row.files, _file),
            class_name=rx.cond(row.files.length() == 1, "files one", "files"),
            aria_label=t("files.ofMessage"),
        ),
    )


def _file(file: rx.Var[FileVar]) -> rx.Component:
    return rx.el.li(
        rx.match(
            file.kind,
            ("image", _picture(file)),
            ("video", _video(file)),
            ("audio", _audio(file)),
            ("text", rx.fragment(text_preview(file, js.function(_VIEWER, "viewFile")), _line(file))),
            _card(file),
        ),
        rx.cond(file.hidden, rx.el.p(icon("eye-off", 14), t("context.hidden"), class_name="meta caption")),
        rx.cond(file.caption != "", rx.el.p(file.caption, class_name="meta caption", dir="auto")),
        class_name="file " + file.kind,
        key=file.id,
    )


def _picture(file: rx.Var[FileVar]) -> rx.Component:
    """Return a picture whose place has its proportions before it is there."""
    shape = {"--w": file.width.to(str), "--h": file.height.to(str)}
    image = rx.el.img(
        src=file.src,
        src_set=file.srcset,
        alt=file.alt,
        loading="lazy",
        decoding="async",
        draggable=False,
        custom_attrs=_size(file),
    )
    return rx.el.button(
        image,
        type="button",
        class_name="file-picture",
        style=shape,
        aria_label=t("files.view", name=file.alt),
        on_click=js.call(_VIEWER, "viewFile", file.id),
    )


def _video(file: rx.Var[FileVar]) -> rx.Component:
    return rx.fragment(
        rx.el.video(
            src=file.whole,
            poster=file.poster,
            controls=True,
            preload="metadata",
            plays_inline=True,
            custom_attrs=_size(file),  # its place has its proportions before it is there
        ),
        _line(file),
    )


def _size(file: rx.Var[FileVar]) -> dict[str, rx.Var[int]]:
    """Return the attributes of its size: Reflex makes a style of them elsewhere, which the sheets do not override."""
    return {"width": file.width, "height": file.height}


def _audio(file: rx.Var[FileVar]) -> rx.Component:
    recorded = rx.el.div(
        voice_player(file=file.id, src=file.src, peaks=file.peaks, seconds=file.seconds, name=file.name),
        download_link(file.name, file.download),
        class_name="voice-line",
    )
    controls = rx.el.audio(src=file.whole, controls=True, preload="metadata")
    player = rx.cond(file.peaks.length() > 0, recorded, rx.fragment(controls, _line(file)))
    return rx.fragment(player, transcript(file))


def _card(file: rx.Var[FileVar]) -> rx.Component:
    first = rx.el.img(src=file.poster, alt="", class_name="first-page", loading="lazy", draggable=False)
    return rx.fragment(rx.cond(file.poster != "", first), _line(file))


def _line(file: rx.Var[FileVar]) -> rx.Component:
    return rx.el.div(
        rx.el.span(kind_icon(file.kind), class_name="file-sign"),
        rx.el.div(
            rx.el.b(file.name, class_name="truncate", dir="auto", title=file.name),
            rx.el.span(file.about, class_name="meta truncate"),
            class_name="file-about",
        ),
        download_link(file.name, file.download),
        class_name="file-line",
    )
