"""The files of a room, a tab of its details."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.files.download import download_link
from chat_app.ui.files.kinds import kind_icon
from chat_app.ui.files.state import FilesState, RoomFileVar
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOM
from chat_app.ui.times import day_of

_PANEL: Final = "room-files"
_MODULE: Final = "files/room_files.js"
_KINDS: Final = ("", "image", "video", "audio", "pdf", "document", "text", "archive")
_SEEN = js.hooked("filesSeen", "useFilesSeen()", _MODULE)

ON_FILES: rx.Var[bool] = js.value(_MODULE, "useTab", "files", str) == ROOM.id
"""Whether the details show the room's files."""


def detail_tabs() -> rx.Component:
    """Return the tabs of a room's details."""
    return rx.el.div(
        _tab(t("drawer.details"), ~ON_FILES, ""),
        _tab(t("files.ofMessage"), ON_FILES, ROOM.id),
        role="tablist",
        class_name="drawer-tabs",
        **js.props(_MODULE, "tabsProps"),
    )


def _tab(words: rx.Var[str], is_on: rx.Var[bool], room: rx.Var[str] | str) -> rx.Component:
    turn = js.call(_MODULE, "turnTo", room)
    return rx.el.button(words, type="button", role="tab", aria_selected=is_on, on_click=turn)


def files_panel() -> rx.Component:
    """Return the files of the room, which follow later changes."""
    kinds = rx.el.select(
        *(rx.el.option(t(f"files.kinds.{kind or 'all'}"), value=kind) for kind in _KINDS),
        value=FilesState.kind,
        on_change=lambda kind: FilesState.load(ROOM.id, kind),
        class_name="input",
        aria_label=t("files.kind"),
    )
    is_here = FilesState.room == ROOM.id
    return rx.el.div(
        files_follow(room=ROOM.id),
        kinds,
        rx.match(
            rx.cond(is_here, FilesState.status, "loading"),
            ("loading", rx.el.div(*(skeleton("100%") for _ in range(4)), aria_busy=True)),
            ("ready", rx.fragment(_list(), _space())),
            empty(
                t("errors.unavailable"), button(t("common.retry"), on_click=FilesState.load(ROOM.id, FilesState.kind))
            ),
        ),
        id=_PANEL,
        role="tabpanel",
        aria_label=t("files.ofRoom"),
    )


@rx.memo
def files_follow(room: rx.Var[str]) -> rx.Component:
    """Return the element that requests the files of a room, and again whenever they change."""
    return files_asked(room=room, key=_SEEN)


@rx.memo
def files_asked(room: rx.Var[str]) -> rx.Component:
    """Return the element that requests the files of a room when it is rendered."""
    return rx.el.span(hidden=True, on_mount=FilesState.refresh(room))


def _list() -> rx.Component:
    return rx.cond(
        FilesState.files.length() > 0,
        rx.fragment(
            rx.el.ul(rx.foreach(FilesState.files, _file), class_name="room-file-list"),
            rx.cond(FilesState.has_more, button(t("files.more"), on_click=FilesState.more, class_name="own-width")),
        ),
        empty(rx.cond(FilesState.kind != "", t("search.nothing"), t("files.none")), symbol="paperclip"),
    )


def _file(file: rx.Var[RoomFileVar]) -> rx.Component:
    address = "/api/v1/attachments/" + file.id
    picture = rx.el.img(src=address + "/thumbnail", alt="", loading="lazy", class_name="chosen-preview")
    place = rx.Var.create(f"/r/{ROOM.id}?m={file.message}").to(str)
    about = link(
        rx.cond(file.thumbnail, picture, rx.el.span(kind_icon(file.kind), class_name="chosen-preview")),
        rx.el.span(
            rx.el.span(file.name, class_name="truncate", dir="auto", title=file.name),
            rx.el.span(_size(file.size), " · ", rx.el.time(day_of(file.at), date_time=file.at), class_name="meta"),
            class_name="file-about",
        ),
        href=place,
        class_name="room-file-link",
        custom_attrs={"data-closes": ""},
    )
    return rx.el.li(
        about,
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
