"""The state of the page ``/admin/audit``. Every argument is hostile until a use case has checked it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from chat_app.core.administration.log.queries import AuditFilter, list_audit
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.ui.administration.audit.entries import EntryVar, entry_var
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering

FIELDS: Final = ("actor", "person", "action", "since", "until")
VALUE_MAX: Final = 100


class AuditState(PageState, FormState, rx.State):
    """The entries that the filter admits, with the pages that were loaded."""

    entries: list[EntryVar] = []
    more: bool = False
    export_href: str = ""
    """The address of the export with the same filter."""
    wanted: dict[str, str] = {}
    """The filter in use, as the form has it."""
    active: int = 0
    """The number of filter fields in use."""
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Show the log from its latest entry, with the filter."""
        async with loading(self) as ctx:
            await _begin(self, ctx)

    @rx.event
    async def narrow(self, fields: dict[str, Any]) -> None:
        """Show the entries that the form asks for."""
        async with submitting(self) as ctx:
            self.wanted = {name: text_of(fields, name).strip()[:VALUE_MAX] for name in FIELDS}
            await _begin(self, ctx)

    @rx.event
    async def show_more(self) -> None:
        """Show the next page."""
        async with answering(self, "more") as ctx:
            if self.more:
                await _add_page(self, ctx)


async def _begin(state: AuditState, ctx: Context) -> None:
    state.entries, state._next = [], None
    wanted = {name: value for name, value in state.wanted.items() if value}
    state.active = len(wanted)
    state.export_href = "/api/v1/admin/audit/export" + ("?" + urlencode(wanted) if wanted else "")
    await _add_page(state, ctx)


async def _add_page(state: AuditState, ctx: Context) -> None:
    page = await list_audit(ctx, _filter(state.wanted), after=state._next)
    state.entries = [*state.entries, *map(entry_var, page.items)]
    state._next, state.more = page.next, page.next is not None


def _filter(wanted: dict[str, str]) -> AuditFilter:
    """Return the filter of a form. Its last day is meant as a whole."""
    since, until = _day(wanted.get("since", "")), _day(wanted.get("until", ""))
    names = {name: wanted.get(name, "") for name in ("actor", "person", "action")}
    return AuditFilter(**names, since=since, until=until + timedelta(days=1) if until else None)


def _day(text: str) -> datetime | None:
    with suppress(ValueError):
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        return day if 1970 <= day.year < 9999 else None
    return None
