"""Events put into the words of the live feed: which op goes to which channel.

Channels are ``room:<id>`` (everyone who is in the room), ``user:<id>`` (one person's tabs) and ``session:<id>`` (the
tabs of one sign-in). An op in a room is the same for all of them. Ops with a ``rev`` are durable: a client that misses
one notices the gap and asks for what changed since.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import singledispatch
from typing import Final
from uuid import UUID

from chat_app.core.accounts.events import ProfileChanged
from chat_app.core.ai.events import AnswerGrew
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson
from chat_app.core.live.events import PersonShown, PresencesShown, ReceiptsHidden, Typing
from chat_app.core.live.own_ops import BlockedOp, LeftOp, MeOp, PresenceOp, RequestsOp, ResyncOp, RoleOp
from chat_app.core.live.room_ops import MessageOp, RevOp, RoomOp, SeenOp, StreamOp
from chat_app.core.live.shapes import TyperJson
from chat_app.core.live.wire import AnyOp
from chat_app.core.messages.events import MessageChanged, MessageStarred, Seen
from chat_app.core.messages.views import MessageView
from chat_app.core.people.events import BlocksChanged, PeopleApart, PresenceView
from chat_app.core.rooms.events import (
    InvitationEnded,
    JoinRequestsChanged,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    RoomChanged,
    RoomDeleted,
    RoomRead,
    RoomView,
    TurnedAway,
)
from chat_app.core.rooms.wire import MemberJson

Addressed = tuple[str, AnyOp]

RESYNC: Final[ResyncOp] = {"t": "resync"}
"""``resync``: the tab may have missed anything, and asks anew for all that it holds, within two seconds."""


def room_channel(room_id: UUID) -> str:
    """Return the channel of everyone who is in the room."""
    return f"room:{room_id}"


def user_channel(user_id: UUID) -> str:
    """Return the channel of one person's tabs."""
    return f"user:{user_id}"


def session_channel(session_id: UUID) -> str:
    """Return the channel of the tabs of one sign-in."""
    return f"session:{session_id}"


def message_op(message: MessageView) -> MessageOp:
    """``message``: put this message, in place of an older form of it."""
    return {"t": "message", "room": str(message.room_id), "m": message.as_json()}


def room_op(room: RoomView, can: Mapping[str, Iterable[str]]) -> RoomOp:
    """``room``: the room is now so, and each role may do this there."""
    may = {role: list(each) for role, each in can.items()}
    return {"t": "room", "room": str(room.id), "rev": room.rev, "r": room.as_json(), "can": may}


def rev_op(room_id: UUID, rev: int) -> RevOp:
    """``rev``: the room has come so far; who has heard of less has missed something."""
    return {"t": "rev", "room": str(room_id), "rev": rev}


def requests_op(room_id: UUID, waiting: Iterable[Person]) -> RequestsOp:
    """``requests``: these wait to be let into the room."""
    return {"t": "requests", "room": str(room_id), "people": _people(waiting)}


def _people(people: Iterable[Person]) -> list[PersonJson]:
    return [person.as_json() for person in people]


def me_op(person: Person, locale: str, theme: str) -> MeOp:
    """``me``: so the person appears to themselves, with their language and theme."""
    return {"t": "me", "me": {**person.as_json(), "locale": locale, "theme": theme}}


def blocked_op(blocked: Iterable[UUID]) -> BlockedOp:
    """``blocked``: the person blocks these, and nobody else."""
    return {"t": "blocked", "users": [str(user_id) for user_id in blocked]}


def presence_op(people: Iterable[PresenceView]) -> PresenceOp:
    """``presence``: these people are now so present."""
    return {"t": "presence", "people": [view.as_json() for view in people]}


@singledispatch
def ops_for(event: object) -> Iterator[Addressed]:
    """Return the ops that tell ``event``, with their channels; none for an event that is nobody's business."""
    return iter(())


@ops_for.register
def _(event: MessageChanged) -> Iterator[Addressed]:
    yield room_channel(event.message.room_id), message_op(event.message)


@ops_for.register
def _(event: AnswerGrew) -> Iterator[Addressed]:
    room, message, run = str(event.room_id), str(event.message_id), str(event.run_id)
    op: StreamOp = {"t": "stream", "room": room, "id": message, "run": run, "at": event.offset, "text": event.text}
    if event.anew:
        op["anew"] = True
    yield room_channel(event.room_id), op


@ops_for.register
def _(event: Typing) -> Iterator[Addressed]:
    who: TyperJson = {"id": str(event.person.id), "name": event.person.name}
    yield room_channel(event.room_id), {"t": "typing", "room": str(event.room_id), "who": who}


@ops_for.register
def _(event: RoomChanged) -> Iterator[Addressed]:
    yield room_channel(event.room.id), room_op(event.room, event.can)


@ops_for.register
def _(event: RoomDeleted) -> Iterator[Addressed]:
    yield room_channel(event.room_id), {"t": "gone", "room": str(event.room_id)}


@ops_for.register
def _(event: MemberJoined) -> Iterator[Addressed]:
    room = str(event.room_id)
    member: MemberJson = {**event.person.as_json(), "role": event.role}
    yield room_channel(event.room_id), {"t": "member", "room": room, "rev": event.rev, "m": member, "joined": True}
    yield user_channel(event.person.id), {"t": "joined", "room": room}


@ops_for.register
def _(event: RoleChanged) -> Iterator[Addressed]:
    room, rev = str(event.room_id), event.rev
    member: MemberJson = {**event.person.as_json(), "role": event.role}
    yield room_channel(event.room_id), {"t": "member", "room": room, "rev": rev, "m": member}
    can, requests = list(event.permissions), _people(event.waiting)
    role: RoleOp = {"t": "role", "room": room, "rev": rev, "role": event.role, "can": can, "requests": requests}
    yield user_channel(event.person.id), role


@ops_for.register
def _(event: MemberLeft) -> Iterator[Addressed]:
    room = str(event.room_id)
    yield room_channel(event.room_id), {"t": "member_left", "room": room, "rev": event.rev, "user": str(event.user_id)}
    left: LeftOp = {"t": "left", "room": room}
    if event.removed:
        left["removed"] = True
    yield user_channel(event.user_id), left


@ops_for.register
def _(event: JoinRequestsChanged) -> Iterator[Addressed]:
    for keeper in event.keepers:
        yield user_channel(keeper), requests_op(event.room_id, event.waiting)


@ops_for.register
def _(event: TurnedAway) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "turned_away", "room": str(event.room_id), "name": event.room_name}


@ops_for.register
def _(event: InvitationsSent) -> Iterator[Addressed]:
    for invitation in event.invitations:
        if invitation.person.id not in event.untold:
            yield user_channel(invitation.person.id), {"t": "invitation", "i": invitation.as_json()}
    yield room_channel(event.room_id), {"t": "invited", "room": str(event.room_id)}


@ops_for.register
def _(event: InvitationEnded) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "invitation_ended", "id": str(event.id)}
    yield room_channel(event.room_id), {"t": "invited", "room": str(event.room_id)}


@ops_for.register
def _(event: RoomRead) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "read", "room": str(event.room_id), "seq": event.seq}


@ops_for.register
def _(event: Seen) -> Iterator[Addressed]:
    room, user = str(event.room_id), str(event.user_id)
    op: SeenOp = {"t": "seen", "room": room, "user": user, "read": event.read, "got": event.got}
    if event.authors is None:
        yield room_channel(event.room_id), op
    for author in event.authors or ():
        yield user_channel(author), op


@ops_for.register
def _(event: ReceiptsHidden) -> Iterator[Addressed]:
    for room_id in event.room_ids:
        yield room_channel(room_id), {"t": "unseen", "room": str(room_id), "user": str(event.user_id)}


@ops_for.register
def _(event: MessageStarred) -> Iterator[Addressed]:
    room, message = str(event.room_id), str(event.message_id)
    yield user_channel(event.user_id), {"t": "star", "room": room, "message": message, "on": event.on}


@ops_for.register
def _(event: ProfileChanged) -> Iterator[Addressed]:
    yield user_channel(event.person.id), me_op(event.person, event.locale, event.theme)


@ops_for.register
def _(event: BlocksChanged) -> Iterator[Addressed]:
    yield user_channel(event.user_id), blocked_op(event.blocked)


@ops_for.register
def _(event: PeopleApart) -> Iterator[Addressed]:
    for one, other in ((event.one, event.other), (event.other, event.one)):
        yield user_channel(one), presence_op([PresenceView(other, "", None)])


@ops_for.register
def _(event: PersonShown) -> Iterator[Addressed]:
    for room_id in event.room_ids:
        yield room_channel(room_id), {"t": "person", "who": event.person.as_json()}


@ops_for.register
def _(event: PresencesShown) -> Iterator[Addressed]:
    channel = user_channel if event.to_person else room_channel
    yield channel(event.to), presence_op(event.people)


@ops_for.register
def _(event: SessionsRevoked) -> Iterator[Addressed]:
    for session_id in event.session_ids:
        yield session_channel(session_id), {"t": "signed_out"}
