"""The page ``/search``: rooms, people and messages."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts.hits import HitVar, PartVar
from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import avatar, empty, skeleton
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.room_shapes import SidebarVar
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.search.filters import filters
from chat_app.ui.search.state import SearchState
from chat_app.ui.times import day_of, time_of

_ROOMS: rx.Var[list[SidebarVar]] = js.value("search/rooms.js", "useRooms", "found", list[SidebarVar], SearchState.words)


class _RoomName(rx.Component):
    """A room's current name, ``name`` while the browser does not know it."""

    library = "$/public/search/rooms.js"
    tag = "RoomName"

    room: rx.Var[str]
    name: rx.Var[str]


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("search.title")), class_name="room-header"),
        rx.el.div(rx.el.div(filters(), _results(), class_name="search"), class_name="scrolls"),
    )


def _results() -> rx.Component:
    retry = button(t("common.retry"), on_click=SearchState.load)
    return rx.el.div(
        rx.match(
            SearchState.status,
            ("loading", _loading()),
            ("ready", _found("search.nothing")),
            ("unsearchable", _found("errors.search_unsearchable")),
            ("failed", empty(t_in("errors", SearchState.error), retry)),
            rx.el.p(t("search.hint"), class_name="meta search-hint"),
        ),
        aria_live="polite",
    )


def _found(nothing: str) -> rx.Component:
    """Return the results, or the reason why there is ``nothing``."""
    people, hits = SearchState.people, SearchState.hits
    anew = link_button(t("search.anew"), href="/search")
    return rx.fragment(
        rx.cond(_ROOMS.length() > 0, _section("search.rooms", rx.foreach(_ROOMS, _room))),
        rx.cond(people.length() > 0, _section("search.people", rx.foreach(people, _person))),
        rx.cond(
            hits.length() > 0,
            _section("search.messages", rx.foreach(hits, _hit)),
            rx.cond((_ROOMS.length() == 0) & (people.length() == 0), empty(t(nothing), anew, symbol="search-x")),
        ),
        rx.cond(SearchState.has_newer, _further("search.newest", SearchState.load)),
        rx.cond(SearchState.has_more, _further("search.more", SearchState.more.throttle(500))),
    )


def _further(words: str, event: rx.event.EventType[()]) -> rx.Component:
    return button(t(words), on_click=event, class_name="search-more")


def _section(title: str, results: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(t(title), class_name="meta"), rx.el.ul(results, class_name="result-list"))


def _room(room: rx.Var[SidebarVar]) -> rx.Component:
    return rx.el.li(
        link(
            icon("hash", 18), rx.el.span(room.name, class_name="truncate"), href=room.href, class_name="result one-line"
        ),
        key=room.id,
    )


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        link(
            avatar(person.id, person.name, person.color, person.avatar, "small"),
            rx.el.span(person.name, class_name="truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            href=rx.Var.create(f"/u/{person.username}").to(str),
            class_name="result one-line",
        ),
        key=person.id,
    )


def _hit(hit: rx.Var[HitVar]) -> rx.Component:
    author = hit.author
    picture = rx.cond(
        hit.ai,
        rx.el.span(icon("sparkles", 16), class_name="avatar ai", aria_hidden=True),
        avatar(author.id, author.name, author.color, author.avatar),
    )
    return rx.el.li(
        link(
            picture,
            rx.el.span(
                rx.el.span(
                    rx.el.b(rx.cond(author.name != "", author.name, t("people.gone")), class_name="truncate"),
                    rx.el.span(_RoomName.create(room=hit.room, name=hit.room_name), class_name="meta truncate"),
                    rx.el.time(day_of(hit.at), " ", time_of(hit.at), class_name="meta", date_time=hit.at),
                    class_name="result-head",
                ),
                rx.el.span(_file(hit), rx.foreach(hit.excerpt, _part), class_name="result-text"),
            ),
            href="/r/" + hit.room + "?m=" + hit.id,
            class_name="result",
        ),
        key=hit.id,
    )


def _file(hit: rx.Var[HitVar]) -> rx.Component:
    """Return the file whose text has the matching line."""
    where = rx.cond(hit.page > 0, t("search.inPage", name=hit.file, page=hit.page), t("search.inFile", name=hit.file))
    return rx.cond(hit.file != "", rx.el.span(where, " ", class_name="meta", dir="auto"))


def _part(part: rx.Var[PartVar]) -> rx.Component:
    return rx.cond(part.hit, rx.el.mark(part.text), rx.el.span(part.text))


def _loading() -> rx.Component:
    rows = [
        rx.el.div(
            skeleton("32px", "32px", round=True),
            rx.el.div(skeleton("160px"), skeleton(width)),
            class_name="message-loading",
        )
        for width in ("80%", "62%", "74%")
    ]
    return rx.el.div(*rows, aria_busy=True, aria_label=t("common.loading"), role="status")
