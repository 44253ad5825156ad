"""Translate events to ops, each with the channel whose sockets receive it."""

from collections.abc import Iterator

from chat_app.core.accounts.events import ProfileChanged
from chat_app.core.ai.events import AnswerGrew, FavoriteModelsChanged, RunWaits
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.live.addressing import site as site  # their handlers register themselves
from chat_app.core.live.addressing import staff as staff
from chat_app.core.live.addressing.registry import Addressed
from chat_app.core.live.addressing.registry import ops_for as ops_for
from chat_app.core.live.events import PersonShown, PresencesShown, ReceiptsHidden, Typing
from chat_app.core.live.ops.answers import RatedOp, ReasoningOp, StreamOp, WaitsOp
from chat_app.core.live.ops.own import LeftOp, ReadOp, RoleOp
from chat_app.core.live.ops.rooms import SeenOp
from chat_app.core.live.ops.shared import (
    blocked_op,
    me_op,
    message_op,
    people_json,
    presence_op,
    requests_op,
    room_channel,
    room_op,
    session_channel,
    user_channel,
)
from chat_app.core.live.shapes import TyperJson
from chat_app.core.messages.events import AnswerRated, MessageChanged, MessageStarred, Seen
from chat_app.core.messages.views.messages import view_line
from chat_app.core.people.events import BlocksChanged, PeopleApart, PresenceView
from chat_app.core.rooms.events import (
    FavoriteMarked,
    InvitationEnded,
    JoinRequestDeclined,
    JoinRequestsChanged,
    LineWritten,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    RoomChanged,
    RoomDeleted,
    RoomRead,
)
from chat_app.core.rooms.wire import MemberJson


@ops_for.register
def _(event: MessageChanged) -> Iterator[Addressed]:
    yield room_channel(event.message.room_id), message_op(event.message)


@ops_for.register
def _(event: LineWritten) -> Iterator[Addressed]:
    yield room_channel(event.room_id), message_op(view_line(event))


@ops_for.register
def _(event: AnswerGrew) -> Iterator[Addressed]:
    room, message, run, where = str(event.room_id), str(event.message_id), str(event.run_id), event.offset
    op: StreamOp | ReasoningOp
    op = {"t": "stream", "room": room, "id": message, "seq": event.seq, "run": run, "at": where, "text": event.text}
    if event.seconds is not None:
        op = {**op, "t": "reasoning", "seconds": event.seconds}
    if event.anew:
        op["anew"] = True
    yield room_channel(event.room_id), op


@ops_for.register
def _(event: RunWaits) -> Iterator[Addressed]:
    room, message = str(event.room_id), str(event.message_id)
    op: WaitsOp = {"t": "waits", "room": room, "id": message, "seq": event.seq, "before": event.before}
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
    yield user_channel(event.person.id), {"t": "joined", "room": room, "sees_after": event.sees_after}


@ops_for.register
def _(event: RoleChanged) -> Iterator[Addressed]:
    room, rev = str(event.room_id), event.rev
    member: MemberJson = {**event.person.as_json(), "role": event.role}
    yield room_channel(event.room_id), {"t": "member", "room": room, "rev": rev, "m": member}
    can, requests = list(event.permissions), people_json(event.waiting)
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
def _(event: JoinRequestDeclined) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "join_declined", "room": str(event.room_id), "name": event.room_name}


@ops_for.register
def _(event: InvitationsSent) -> Iterator[Addressed]:
    for invitation in event.invitations:
        if invitation.person.id not in event.unnotified:
            yield user_channel(invitation.person.id), {"t": "invitation", "i": invitation.as_json()}
    yield room_channel(event.room_id), {"t": "invited", "room": str(event.room_id)}


@ops_for.register
def _(event: InvitationEnded) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "invitation_ended", "id": str(event.id)}
    yield room_channel(event.room_id), {"t": "invited", "room": str(event.room_id)}


@ops_for.register
def _(event: FavoriteModelsChanged) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "favorite_models", "models": list(event.models)}


@ops_for.register
def _(event: FavoriteMarked) -> Iterator[Addressed]:
    yield user_channel(event.user_id), {"t": "favorite", "room": str(event.room_id), "on": event.on}


@ops_for.register
def _(event: RoomRead) -> Iterator[Addressed]:
    op: ReadOp = {"t": "read", "room": str(event.room_id), "seq": event.seq}
    if event.unread:
        op["unread"] = True
    yield user_channel(event.user_id), op


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
def _(event: AnswerRated) -> Iterator[Addressed]:
    room, message = str(event.room_id), str(event.message_id)
    rated: RatedOp = {"t": "rated", "room": room, "message": message, "n": event.n, "value": event.value}
    yield user_channel(event.user_id), rated


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
    yield (user_channel if event.to_person else room_channel)(event.to), presence_op(event.people)


@ops_for.register
def _(event: SessionsRevoked) -> Iterator[Addressed]:
    for session_id in event.session_ids:
        yield session_channel(session_id), {"t": "signed_out"}
