"""The shapes of the page of support."""

from dataclasses import dataclass

from chat_app.core.kernel.wire import timestamp
from chat_app.core.support.views import RequestView, SessionView
from chat_app.ui.live.shapes import PersonVar, person_var


@dataclass
class RequestVar:
    """A request for help; times that have not come are empty."""

    id: str
    asked_by: PersonVar
    reason: str
    asked_at: str
    taken_by: PersonVar
    taken_at: str
    ended_at: str
    ended: str
    note: str


@dataclass
class SupportSessionVar:
    """A conversation with its figures as text; unknown figures are empty."""

    id: str
    kind: str
    name: str
    owner: PersonVar
    people: int
    help: str
    assisted: bool
    asked_at: str
    asked_by: str
    reason: str
    helper: str
    mine: bool
    started_at: str
    active_at: str
    messages: int
    answers: int
    tokens: str
    cost: str
    first: str
    answer: str
    longest: str


def session_var(session: SessionView, me: str) -> SupportSessionVar:
    """Return a conversation for the page of the supporter with the id ``me``."""
    figures, room = session.figures, session.room
    newest = session.requests[0] if session.requests else None
    is_open = newest is not None and newest.request.ended_at is None
    helper = newest.taken_by if newest and is_open else None
    return SupportSessionVar(
        id=str(room.id),
        kind=room.kind,
        name=room.name,
        owner=person_var(session.owner),
        people=figures.people,
        help=room.help_state,
        assisted=room.assisted,
        asked_at=timestamp(newest.request.asked_at) if newest else "",
        asked_by=newest.asked_by.name if newest and newest.asked_by else "",
        reason=newest.request.reason if newest else "",
        helper=helper.name if helper else "",
        mine=helper is not None and str(helper.id) == me,
        started_at=timestamp(room.created_at),
        active_at=timestamp(room.last_activity_at),
        messages=figures.messages,
        answers=figures.answers,
        tokens=f"{figures.tokens:,}",
        cost=f"${figures.cost / 1_000_000:,.4f}" if figures.cost is not None else "",
        first=_seconds(figures.first_ms),
        answer=_seconds(figures.answer_ms),
        longest=_seconds(figures.longest_ms),
    )


def request_var(view: RequestView) -> RequestVar:
    """Return a request for the page."""
    it = view.request
    return RequestVar(
        id=str(it.id),
        asked_by=person_var(view.asked_by),
        reason=it.reason,
        asked_at=timestamp(it.asked_at),
        taken_by=person_var(view.taken_by),
        taken_at=timestamp(it.taken_at) if it.taken_at else "",
        ended_at=timestamp(it.ended_at) if it.ended_at else "",
        ended=it.ended or "",
        note=it.note,
    )


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f}"
