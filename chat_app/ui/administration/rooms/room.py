"""One room on the page ``/admin/rooms``: its data, and the possible actions."""

from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.ui.administration.frame import may
from chat_app.ui.administration.rooms.shapes import ChosenRoom
from chat_app.ui.administration.rooms.state import SiteRoomsState
from chat_app.ui.administration.rooms.words import marks, name_of, number
from chat_app.ui.components.controls import button, icon, link
from chat_app.ui.components.display import notice
from chat_app.ui.components.floating import confirm, dialog, forgets, opens
from chat_app.ui.components.forms import FormVars, described, dialog_form, field
from chat_app.ui.components.sizes import size_of
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import full_time

_CHOSEN: ChosenRoom = SiteRoomsState.chosen  # type: ignore[assignment]
_ROOM = _CHOSEN.room
_GIVE = FormVars("giveRoom", state=SiteRoomsState, send=SiteRoomsState.give)
_DELETE = FormVars("deleteSiteRoom", state=SiteRoomsState, send=SiteRoomsState.delete)


def room() -> rx.Component:
    """Return the chosen room."""
    return rx.fragment(
        link(icon("arrow-left", 16), t("siteRooms.back"), href="/admin/rooms", class_name="link back"),
        rx.el.div(rx.el.h2(name_of(_ROOM)), marks(_ROOM), class_name="admin-title"),
        notice(t("siteRooms.noMessages")),
        _facts(),
        rx.cond(may(SitePermission.MANAGE_ROOMS), _acts()),
        confirm("archive-room", "siteRooms.archive", on_click=SiteRoomsState.archive),
        confirm("revoke-links", "siteRooms.revoke", on_click=SiteRoomsState.revoke_links),
        _give_dialog(),
        _delete_dialog(),
    )


def _facts() -> rx.Component:
    model = rx.cond(_CHOSEN.ai_model != "", " · " + _CHOSEN.ai_model, "")
    owner = link(
        _ROOM.owner.name, " @", _ROOM.owner.username, href="/admin/people?person=" + _ROOM.owner.id, class_name="link"
    )
    return rx.el.dl(
        *_fact(t("siteRooms.kind"), t_in("siteRooms.kinds", _ROOM.kind)),
        *_fact(t("siteRooms.owner"), rx.cond(_ROOM.owner.username != "", owner, t("siteRooms.nobody"))),
        *_fact(t("siteRooms.created"), full_time(_ROOM.created_at)),
        *_fact(t("siteRooms.active"), full_time(_ROOM.active_at)),
        *_fact(t("siteRooms.members"), number(_ROOM.members)),
        *_fact(t("siteRooms.messages"), number(_ROOM.messages)),
        *_fact(t("siteRooms.files"), rx.fragment(number(_CHOSEN.file_count), " · ", size_of(_ROOM.files))),
        *_fact(t("siteRooms.answers"), number(_CHOSEN.answers)),
        *_fact(t("siteRooms.tokens"), rx.fragment(number(_ROOM.tokens), " · ", t("usage.money", cost=_CHOSEN.cost))),
        *_fact(t("siteRooms.aiRule"), rx.fragment(t_in("siteRooms.rules", _CHOSEN.ai_rule), model)),
        *_fact(t("usage.whoPays"), t_in("usage.payers", _CHOSEN.payer)),
        *_fact(t("siteRooms.links"), number(_ROOM.links)),
        *_fact(t("siteRooms.reports"), number(_ROOM.reports)),
        class_name="admin-facts",
    )


def _fact(name: rx.Var[str], value: Any) -> tuple[rx.Component, rx.Component]:
    return rx.el.dt(name), rx.el.dd(value)


def _acts() -> rx.Component:
    archive = button(t("siteRooms.archive"), custom_attrs=opens("archive-room"))
    return rx.el.section(
        rx.el.h3(t("siteRooms.acts")),
        rx.el.div(
            rx.cond(
                _ROOM.archived_at != "",
                button(t("siteRooms.unarchive"), on_click=SiteRoomsState.unarchive),
                archive,
            ),
            rx.cond(_CHOSEN.heirs.length() > 0, button(t("siteRooms.give"), custom_attrs=opens("give-room"))),
            rx.cond(_ROOM.links > 0, button(t("siteRooms.revoke"), custom_attrs=opens("revoke-links"))),
            button(t("siteRooms.delete"), kind="danger", custom_attrs=opens("delete-site-room")),
            class_name="buttons",
        ),
    )


def _give_dialog() -> rx.Component:
    people = rx.el.select(
        rx.foreach(_CHOSEN.heirs, lambda each: rx.el.option(each.name + " @" + each.username, value=each.id)),
        class_name="input",
        **described("user", _GIVE.error("user"), "give-room"),
    )
    return dialog(
        "give-room",
        t("siteRooms.giveTitle"),
        rx.el.p(t("siteRooms.giveHint")),
        dialog_form(
            _GIVE,
            field("user", t("siteRooms.newOwner"), error=_GIVE.error("user"), control=people, form="give-room"),
            submit=t("siteRooms.give"),
        ),
    )


def _delete_dialog() -> rx.Component:
    name = field(
        "name",
        t("siteRooms.typeName", name=_CHOSEN.confirm),
        error=_DELETE.error("name"),
        form="delete-site-room",
        required=True,
        auto_complete="off",
        auto_capitalize="none",
    )
    return dialog(
        "delete-site-room",
        t("siteRooms.deleteTitle", name=name_of(_ROOM)),
        rx.el.p(t("siteRooms.deleteHint")),
        dialog_form(_DELETE, name, submit=t("siteRooms.delete"), kind="danger primary"),
        role="alertdialog",
        custom_attrs=forgets(),
    )
