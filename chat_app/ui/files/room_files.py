"""The dialog of a room's files, and the button in the drawer that opens it."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.files.download import download_link
from chat_app.ui.files.kinds import kind_icon
from chat_app.ui.files.state import FilesState, RoomFileVar
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOM
from chat_app.ui.times import day_of

_ID: Final = "room-files"
_KINDS: Final = ("", "image", "video", "audio", "pdf", "document", "text", "archive")


def files_button() -> rx.Component:
    """Return the button of the drawer that shows the room's files."""
    return button(
        icon("paperclip", 16),
        t("files.ofMessage"),
        kind="plain",
        on_click=FilesState.load(ROOM.id, ""),
        custom_attrs=opens(_ID),
    )


def files_dialog() -> rx.Component:
    """Return the closed dialog."""
    kinds = rx.el.select(
        *(rx.el.option(t(f"files.kinds.{kind or 'all'}"), value=kind) for kind in _KINDS),
        value=FilesState.kind,
        on_change=lambda kind: FilesState.load(ROOM.id, kind),
        class_name="input",
        aria_label=t("files.kind"),
    )
    return dialog(
        _ID,
        t("files.ofRoom"),
        kinds,
        rx.match(
            FilesState.status,
            ("loading", rx.el.div(*(skeleton("100%") for _ in range(4)), aria_busy=True)),
            ("ready", _list()),
            empty(
                t("errors.unavailable"), button(t("common.retry"), on_click=FilesState.load(ROOM.id, FilesState.kind))
            ),
        ),
        rx.cond(FilesState.status == "ready", _space()),
        class_name="dialog room-files",
    )


def _list() -> rx.Component:
    return rx.cond(
        FilesState.files.length() > 0,
        rx.fragment(
            rx.el.ul(rx.foreach(FilesState.files, _file), class_name="room-file-list"),
            rx.cond(FilesState.has_more, button(t("files.more"), on_click=FilesState.more, class_name="own-width")),
        ),
        empty(t("files.none"), symbol="paperclip"),
    )


def _file(file: rx.Var[RoomFileVar]) -> rx.Component:
    address = "/api/v1/attachments/" + file.id
    picture = rx.el.img(src=address + "/thumbnail", alt="", loading="lazy", class_name="chosen-preview")
    place = rx.Var.create(f"/r/{ROOM.id}?m={file.message}").to(str)
    return rx.el.li(
        rx.cond(file.thumbnail, picture, rx.el.span(kind_icon(file.kind), class_name="chosen-preview")),
        rx.el.div(
            link(file.name, href=place, class_name="truncate", custom_attrs={"data-closes": "", "dir": "auto"}),
            rx.el.span(_size(file.size), " · ", rx.el.time(day_of(file.at), date_time=file.at), class_name="meta"),
            class_name="file-about",
        ),
        rx.cond((file.own & ROOM.can_send) | ROOM.can_manage_ai, _hide(file)),
        download_link(file.name, address + "/file?download=true"),
        class_name="room-file",
        key=file.id,
    )


def _hide(file: rx.Var[RoomFileVar]) -> rx.Component:
    """Return the button that hides a file from models, or shows it to them again."""
    return icon_button(
        rx.cond(file.hidden, icon("eye-off"), icon("eye")),
        rx.cond(file.hidden, t("files.showToAi", name=file.name), t("files.hideFromAi", name=file.name)),
        tip="end",
        on_click=FilesState.hide(file.id, ~file.hidden),
        aria_pressed=file.hidden,
    )


def _space() -> rx.Component:
    """Return how much space files take, and may."""
    space = FilesState.space
    room, room_most, own, own_most = map(_size, (space.room, space.room_most, space.own, space.own_most))
    return rx.el.p(
        rx.cond(space.room_most > 0, t("files.usedRoomOf", used=room, quota=room_most), t("files.usedRoom", used=room)),
        " · ",
        rx.cond(space.own_most > 0, t("files.usedOwnOf", used=own, quota=own_most), t("files.usedOwn", used=own)),
        class_name="meta",
    )


def _size(size: rx.Var[int]) -> Any:
    return js.result("amounts.js", "sizeOf", str, size)
