"""The state of the page ``/support``. Every argument is hostile until a use case has checked it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.pages import NumberPlace
from chat_app.core.support.queries import SessionFilter, SessionOrder, list_sessions, view_session
from chat_app.core.support.takeover import take_over
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.support.shapes import RequestVar, SupportSessionVar, request_var, session_var
from chat_app.ui.transport.answering import answering

PAGE = 20
SHOWN_MAX = 200
FIELDS = ("order", "state", "assisted", "person", "since", "until")


class SupportState(PageState, FormState, rx.State):
    """The conversations that support sees, with the loaded pages."""

    sessions: list[SupportSessionVar] = []
    history: list[RequestVar] = []
    supports: bool = False
    """Whether the person may take conversations over, besides seeing them."""
    joins: bool = False
    """Whether the site's policy lets support join unasked."""
    more: bool = False
    active: int = 0
    """The number of filters in use."""
    chosen: dict[str, str] = {}
    """The filters and the order in use, as the form has them."""
    narrowed: int = 0
    """The number of times that the list was narrowed past the form, which shows that."""
    _wanted: SessionFilter = SessionFilter()
    _order: str = SessionOrder.WAITING
    _next: NumberPlace | None = None

    @rx.event
    async def load(self) -> None:
        """Reload the loaded pages of the list."""
        count = max(PAGE, len(self.sessions))
        async with loading(self) as ctx:
            await _read(self, ctx, count)

    @rx.event
    async def filter(self, fields: dict[str, Any]) -> None:
        """Show the conversations that a form describes, in its order."""
        async with submitting(self, "person", "since", "until") as ctx:
            self._wanted, self._order = filter_of(fields), text_of(fields, "order") or SessionOrder.WAITING
            self.chosen = {name: text_of(fields, name) for name in FIELDS}
            self.active = _count(self._wanted)
            await _read(self, ctx, PAGE)

    @rx.event
    async def show_person(self, username: str) -> None:
        """Show all conversations of one person, in the order that is chosen."""
        async with answering(self, "person") as ctx:
            self._wanted, self.active = SessionFilter(person=username), 1
            self.chosen, self.narrowed = {"person": username, "order": self._order}, self.narrowed + 1
            await _read(self, ctx, PAGE)

    @rx.event
    async def show_more(self) -> None:
        """Show the next page."""
        async with answering(self, "more") as ctx:
            if self._next and len(self.sessions) < SHOWN_MAX:
                await _add(self, ctx, PAGE)

    @rx.event
    async def show_history(self, room: str) -> None:
        """Show all requests for help in a conversation."""
        async with answering(self, room) as ctx:
            self.history = [request_var(each) for each in (await view_session(ctx, room)).requests]

    @rx.event
    async def take(self, room: str) -> Any:
        """Take a conversation over, and go there."""
        async with answering(self, room) as ctx:
            room_id = await take_over(ctx, room)
        if ctx.committed:
            return rx.redirect(f"/r/{room_id}")
        return SupportState.load


async def _read(state: SupportState, ctx: Context, count: int) -> None:
    state.supports = site_can(ctx.me.site_roles, SitePermission.SUPPORT)
    state.joins = ctx.policy.support_joins
    state.sessions, state._next = [], None
    await _add(state, ctx, min(count, SHOWN_MAX))


async def _add(state: SupportState, ctx: Context, count: int) -> None:
    while count > 0:
        page = min(count, PAGE)
        found, place = await list_sessions(ctx, state._wanted, state._order, after=state._next, limit=page)
        state.sessions = [*state.sessions, *(session_var(each, str(ctx.me.user_id)) for each in found)]
        state._next, state.more, count = place, place is not None, count - page
        if place is None:
            return


def _count(wanted: SessionFilter) -> int:
    values = (wanted.person.strip(), wanted.since, wanted.until, wanted.state)
    return sum(bool(each) for each in values) + (wanted.assisted is not None)


def filter_of(fields: dict[str, Any]) -> SessionFilter:
    """Return the filter of a form. Raises ``Invalid`` if a day is none. Pure."""
    assisted = {"yes": True, "no": False}.get(text_of(fields, "assisted"))
    return SessionFilter(
        text_of(fields, "person"),
        _day(fields, "since"),
        _day(fields, "until", timedelta(days=1)),
        text_of(fields, "state"),
        assisted,
    )


def _day(fields: dict[str, Any], name: str, later: timedelta = timedelta()) -> datetime | None:
    """Return the beginning of a day, in UTC, or a time so much ``later``."""
    if not (value := text_of(fields, name)):
        return None
    try:
        return datetime.combine(date.fromisoformat(value), time(), UTC) + later
    except (ValueError, OverflowError):
        raise Invalid("invalid_request", field=name) from None
