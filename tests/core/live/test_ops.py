"""The audience of each op."""

import json

import pytest
from pydantic import TypeAdapter

from chat_app.core.accounts.commands import update_profile
from chat_app.core.accounts.events import ProfileChanged
from chat_app.core.ai.events import AnswerGrew, RunEnded, RunQueued, RunStopRequested
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.commands import say_typing
from chat_app.core.live.events import PersonShown, ReceiptsHidden, Typing
from chat_app.core.live.feed import Feed
from chat_app.core.live.ops.shared import room_channel, session_channel, user_channel
from chat_app.core.live.people import People
from chat_app.core.live.ports import Op
from chat_app.core.live.wire import AnyOp
from chat_app.core.messages.events import AnswerRated, MessageStarred, Seen
from chat_app.core.pictures.avatars import remove_avatar
from chat_app.core.rooms.events import (
    JoinRequestDeclined,
    JoinRequestsChanged,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    RoomChanged,
    RoomDeleted,
    RoomRead,
    RoomView,
)
from tests.support.factory import Factory
from tests.support.use_cases import Do

ROOM, MESSAGE, RUN, SESSION, OTHER_SESSION = (new_id() for _ in range(5))
AIKO = Person(new_id(), "aiko", "Aiko", "teal")
ME = {"id": str(AIKO.id), "username": "aiko", "name": "Aiko", "color": "teal", "avatar": None}
HERE = {"room": str(ROOM)}
RIGHTS = {
    "ask_ai": "guest",
    "choose_model": "admin",
    "regenerate_any_answer": "admin",
    "manage_ai": "admin",
    "approve_tools": "admin",
}
TEA = RoomView(ROOM, 7, "Tea", "", None, "always", False, RIGHTS, 30, True)
TEA_JSON = {"id": str(ROOM), "name": "Tea", "description": "", "ai_model": None, "ai_rule": "always", "archived": False}
TEA_JSON |= {
    "ai_rights": RIGHTS,
    "ai_context_cutoff_at": None,
    "ai_summary_seq": None,
    "slow_seconds": 30,
    "join_approval": True,
    "newcomers_see": "everything",
}
TEA_JSON |= {"kind": "room", "closed": False, "parent": None, "ai_fallback_model": None, "ai_parameters": {}}
TEA_JSON |= {"ai_tools": []}
TEA_JSON |= {"ai_assistant": None}
TEA_JSON |= {"help": "none", "help_by": None, "assisted": False, "payer": "owner", "keeps_days": 0}

PIECE = {"id": str(MESSAGE), "seq": 9, "run": str(RUN)}

WIRE = TypeAdapter(AnyOp)
EXPECTED = [
    (
        RoomChanged(TEA, {"reader": ("view",)}),
        {room_channel(ROOM): HERE | {"t": "room", "rev": 7, "r": TEA_JSON, "can": {"reader": ["view"]}}},
    ),
    (RoomDeleted(ROOM), {room_channel(ROOM): HERE | {"t": "gone"}}),
    (
        MemberJoined(ROOM, 8, AIKO, "guest"),
        {
            room_channel(ROOM): HERE | {"t": "member", "rev": 8, "m": ME | {"role": "guest"}, "joined": True},
            user_channel(AIKO.id): HERE | {"t": "joined", "sees_after": 0},
        },
    ),
    (
        MemberLeft(ROOM, 9, AIKO.id),
        {
            room_channel(ROOM): HERE | {"t": "member_left", "rev": 9, "user": str(AIKO.id)},
            user_channel(AIKO.id): HERE | {"t": "left"},
        },
    ),
    (
        MemberLeft(ROOM, 9, AIKO.id, removed=True),
        {
            room_channel(ROOM): HERE | {"t": "member_left", "rev": 9, "user": str(AIKO.id)},
            user_channel(AIKO.id): HERE | {"t": "left", "removed": True},
        },
    ),
    (
        RoleChanged(ROOM, 9, AIKO, "reader", ("view",), (AIKO,)),
        {
            room_channel(ROOM): HERE | {"t": "member", "rev": 9, "m": ME | {"role": "reader"}},
            user_channel(AIKO.id): HERE | {"t": "role", "rev": 9, "role": "reader", "can": ["view"], "requests": [ME]},
        },
    ),
    (
        JoinRequestsChanged(ROOM, (SESSION, AIKO.id), (AIKO,)),
        {user_channel(keeper): HERE | {"t": "requests", "people": [ME]} for keeper in (SESSION, AIKO.id)},
    ),
    (JoinRequestDeclined(ROOM, "Tea", AIKO.id), {user_channel(AIKO.id): HERE | {"t": "join_declined", "name": "Tea"}}),
    (RoomRead(ROOM, AIKO.id, 5), {user_channel(AIKO.id): HERE | {"t": "read", "seq": 5}}),
    (Typing(ROOM, AIKO), {room_channel(ROOM): HERE | {"t": "typing", "who": {"id": str(AIKO.id), "name": "Aiko"}}}),
    (
        AnswerGrew(ROOM, MESSAGE, 9, RUN, 12, "more"),
        {room_channel(ROOM): HERE | {"t": "stream", **PIECE, "at": 12, "text": "more"}},
    ),
    (
        PersonShown(AIKO, (ROOM, MESSAGE)),
        {channel: {"t": "person", "who": ME} for channel in (room_channel(ROOM), room_channel(MESSAGE))},
    ),
    (
        ProfileChanged(AIKO, "ja", "dark"),
        {user_channel(AIKO.id): {"t": "me", "me": ME | {"locale": "ja", "theme": "dark"}}},
    ),
    (
        SessionsRevoked((SESSION, OTHER_SESSION)),
        {session_channel(SESSION): {"t": "signed_out"}, session_channel(OTHER_SESSION): {"t": "signed_out"}},
    ),
    (
        Seen(ROOM, AIKO.id, 5, 6),
        {room_channel(ROOM): HERE | {"t": "seen", "user": str(AIKO.id), "read": 5, "got": 6}},
    ),
    (
        Seen(ROOM, AIKO.id, 5, 5, (MESSAGE,)),
        {user_channel(MESSAGE): HERE | {"t": "seen", "user": str(AIKO.id), "read": 5, "got": 5}},
    ),
    (
        ReceiptsHidden(AIKO.id, (ROOM,)),
        {room_channel(ROOM): HERE | {"t": "unseen", "user": str(AIKO.id)}},
    ),
    (
        MessageStarred(AIKO.id, ROOM, MESSAGE, True),
        {user_channel(AIKO.id): HERE | {"t": "star", "message": str(MESSAGE), "on": True}},
    ),
    (
        AnswerRated(AIKO.id, ROOM, MESSAGE, 2, "down"),
        {user_channel(AIKO.id): HERE | {"t": "rated", "message": str(MESSAGE), "n": 2, "value": "down"}},
    ),
    (RunQueued(RUN), {}),
    (RunEnded(RUN), {}),
    (RunStopRequested(RUN), {}),
    ("what nobody knows", {}),
]


@pytest.mark.parametrize(("event", "ops"), EXPECTED, ids=[type(event).__name__ for event, _ in EXPECTED])
def test_each_event_becomes_its_ops(event: object, ops: dict[str, Op]):
    assert dict(ops_for(event)) == ops
    assert all(WIRE.validate_python(op) == op for op in ops.values())  # no key that its shape lacks, and none missing
    json.dumps(ops)


class Noted:
    """A hub that records published ops, without delivery."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Op]] = []

    def publish(self, channel: str, op: Op) -> None:
        self.published.append((channel, op))


async def test_committed_changes_are_published(do: Do, make: Factory):
    aiko, hub = await make.actor(), Noted()
    room = await make.room({"member": aiko})
    do.work.listeners.append(Feed(hub))
    await do(aiko, say_typing, room.id)
    [(channel, op)] = hub.published
    assert (channel, op["t"], op["who"]["id"]) == (room_channel(room.id), "typing", str(aiko.user_id))


async def test_profile_change_is_published_to_shared_rooms(do: Do, make: Factory):
    aiko, hub = await make.actor(), Noted()
    rooms = [await make.room({"guest": aiko}) for _ in range(2)]
    await make.room()  # somebody else's
    do.work.listeners += [Feed(hub), People(do.work)]
    channels = {room_channel(room.id) for room in rooms}
    for change in ({"name": "Aiko T"}, {"color": "plum"}):
        hub.published.clear()
        await do(aiko, update_profile, **change)
        told = {channel: op["who"] for channel, op in hub.published if op["t"] == "person"}
        assert told.keys() == channels
        assert all(who["id"] == str(aiko.user_id) and change.items() <= who.items() for who in told.values())
    hub.published.clear()
    await do(aiko, remove_avatar)
    assert [op["t"] for _, op in hub.published].count("person") == 2
    hub.published.clear()
    await do(aiko, update_profile, theme="dark", locale="ja")
    assert [op["t"] for _, op in hub.published] == ["me"]
