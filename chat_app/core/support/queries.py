"""List the conversations that support sees, a page at a time, and read one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.queries import people
from chat_app.core.accounts.tables import User
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NumberPlace
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.tables import AiRule, Member, Room
from chat_app.core.support.errors import SupportSessionNotFound
from chat_app.core.support.figures import read_figures
from chat_app.core.support.rules import WITHOUT_HELP
from chat_app.core.support.views import RequestView, SessionView

Choice = TypeVar("Choice", bound=StrEnum)
Columns = TypeVarTuple("Columns")

PAGE_MAX: Final = 50
HISTORY_SHOWN: Final = 50


class SessionOrder(StrEnum):
    """The orders of the list: the greatest first."""

    WAITING = "waiting"
    """Waiting conversations first, the longest wait first; then those taken over; then the others, by last activity."""
    ACTIVE = "active"
    STARTED = "started"
    LENGTH = "length"
    RESPONSE = "response"
    LONGEST = "longest"
    TOKENS = "tokens"
    PERSON = "person"
    """By owner, in the order of the owners' ids: the newest accounts first."""


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """The filter of conversations: a person's username; active since and until; a state; assisted."""

    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    state: str = ""
    assisted: bool | None = None


def _micros(value: SQLCoreOperations[Any]) -> ColumnElement[int]:
    return cast(func.floor(func.extract("epoch", value) * 1_000_000), BigInteger)


def _of_runs(value: ColumnElement[Any]) -> ColumnElement[int]:
    found = select(func.coalesce(cast(value, BigInteger), 0)).where(col(AiRun.room_id) == col(Room.id))
    return found.correlate(Room).scalar_subquery()


_LASTED: Final = _micros(col(AiRun.finished_at) - col(AiRun.created_at))
_TOKENS: Final = func.coalesce(col(AiRun.prompt_tokens), 0) + func.coalesce(col(AiRun.completion_tokens), 0)
_ASKED_AT: Final = (
    select(_micros(col(HelpRequest.asked_at)))
    .where(col(HelpRequest.room_id) == col(Room.id), col(HelpRequest.ended_at).is_(None))
    .correlate(Room)
    .scalar_subquery()
)
_OWNER_SINCE: Final = (
    select(_micros(col(User.created_at))).where(col(User.id) == col(Room.created_by)).correlate(Room).scalar_subquery()
)
_LATEST: Final = 10**16
"""Microseconds that no time has reached."""
_ORDERS: Final[dict[SessionOrder, ColumnElement[int]]] = {
    SessionOrder.WAITING: case(
        (col(Room.help_state) == HelpState.REQUESTED, cast(_LATEST * 2, BigInteger) - func.coalesce(_ASKED_AT, 0)),
        (col(Room.help_state) == HelpState.TAKEN, cast(_LATEST, BigInteger)),
        else_=_micros(col(Room.last_activity_at)),
    ),
    SessionOrder.ACTIVE: _micros(col(Room.last_activity_at)),
    SessionOrder.STARTED: _micros(col(Room.created_at)),
    SessionOrder.LENGTH: _micros(col(Room.last_activity_at) - col(Room.created_at)),
    SessionOrder.RESPONSE: _of_runs(func.avg(_LASTED)),
    SessionOrder.LONGEST: _of_runs(func.max(_LASTED)),
    SessionOrder.TOKENS: _of_runs(func.sum(_TOKENS)),
    SessionOrder.PERSON: func.coalesce(_OWNER_SINCE, 0),
}
_ASKED: Final = exists().where(col(HelpRequest.room_id) == col(Room.id))


async def list_sessions(
    ctx: Context,
    wanted: SessionFilter = SessionFilter(),
    order: str = SessionOrder.ACTIVE,
    *,
    after: NumberPlace | None = None,
    limit: int = PAGE_MAX,
) -> tuple[list[SessionView], NumberPlace | None]:
    """Return the conversations in which help was requested, or, by the site's policy, all with an AI.

    Raises :class:`SupportSessionNotFound` for people who are not support, and ``Invalid`` for another order or state.
    """
    access_site(ctx, SitePermission.VIEW_SUPPORT, SupportSessionNotFound)
    limit = max(1, min(limit, PAGE_MAX))
    value = _ORDERS[_choice(SessionOrder, order, "order")]
    found = _visible(ctx, select(Room, value.label("value"))).where(*_conditions(wanted))
    if after:
        found = found.where(tuple_(value, col(Room.id)) < tuple_(*after))
    rows = (await ctx.db.execute(found.order_by(value.desc(), col(Room.id).desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    place = NumberPlace(shown[-1].value, shown[-1][0].id) if len(rows) > limit else None
    return await _views(ctx, [row[0] for row in shown]), place


async def view_session(ctx: Context, session_id: AnyId) -> SessionView:
    """Return a conversation with its figures and requests. Raises :class:`SupportSessionNotFound`."""
    access_site(ctx, SitePermission.VIEW_SUPPORT, SupportSessionNotFound)
    wanted = parse_id(session_id, SupportSessionNotFound)
    room = (await ctx.db.scalars(_visible(ctx, select(Room)).where(col(Room.id) == wanted))).first()
    if room is None:
        raise SupportSessionNotFound()
    return (await _views(ctx, [room], latest=False))[0]


def _visible(ctx: Context, found: Select[*Columns]) -> Select[*Columns]:
    """Return the statement for rooms that support may know of."""
    by_policy = _ASKED | (col(Room.ai_rule) != AiRule.NEVER) if ctx.policy.support_joins else _ASKED
    return found.where(col(Room.deleted_at).is_(None), col(Room.kind).not_in(WITHOUT_HELP), by_policy)


def _conditions(wanted: SessionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if name := wanted.person.strip().removeprefix("@").lower():
        person = select(col(User.id)).where(col(User.username) == name).scalar_subquery()
        here = exists().where(col(Member.room_id) == col(Room.id), col(Member.user_id) == person)
        asked = exists().where(col(HelpRequest.room_id) == col(Room.id), col(HelpRequest.asked_by_id) == person)
        conditions.append(or_(here, asked))
    if wanted.since:
        conditions.append(col(Room.last_activity_at) >= wanted.since)
    if wanted.until:
        conditions.append(col(Room.last_activity_at) < wanted.until)
    if wanted.state:
        conditions.append(col(Room.help_state) == _choice(HelpState, wanted.state, "state"))
    if wanted.assisted is not None:
        conditions.append(col(Room.assisted).is_(wanted.assisted))
    return conditions


def _choice(kind: type[Choice], value: str, field: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise Invalid("choice_invalid", field=field) from None


async def _views(ctx: Context, rooms: Sequence[Room], *, latest: bool = True) -> list[SessionView]:
    ids = [room.id for room in rooms]
    requests = await _requests(ctx, ids, latest=latest)
    figures = await read_figures(ctx, ids)
    who = {each for of in requests.values() for request in of for each in (request.asked_by_id, request.taken_by_id)}
    known = await people(ctx, [each for each in who | {room.created_by for room in rooms} if each])
    return [
        SessionView(
            room,
            known.get(room.created_by) if room.created_by else None,
            figures[room.id],
            tuple(
                RequestView(
                    each,
                    known.get(each.asked_by_id) if each.asked_by_id else None,
                    known.get(each.taken_by_id) if each.taken_by_id else None,
                )
                for each in requests.get(room.id, ())
            ),
        )
        for room in rooms
    ]


async def _requests(ctx: Context, ids: Sequence[UUID], *, latest: bool) -> dict[UUID, list[HelpRequest]]:
    room_id, order = col(HelpRequest.room_id), (col(HelpRequest.asked_at).desc(), col(HelpRequest.id).desc())
    found = select(HelpRequest).where(room_id.in_(ids)).order_by(room_id, *order)
    found = found.ext(distinct_on(room_id)) if latest else found.limit(HISTORY_SHOWN)
    requests: dict[UUID, list[HelpRequest]] = {}
    for request in await ctx.db.scalars(found):
        requests.setdefault(request.room_id, []).append(request)
    return requests
