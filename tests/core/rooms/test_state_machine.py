"""The invariants of rooms hold after any sequence of actions."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct import blocking
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.invitations import links
from chat_app.core.invitations.answers import accept_invitation, decline_invitation
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import DomainError, Invalid
from chat_app.core.kernel.policy import Policy
from chat_app.core.messages.queries import history
from chat_app.core.personal import commands as personal
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms import commands, members, queries
from chat_app.core.rooms.access import RoomAccess, access_room, advance
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.events import MemberLeft
from chat_app.core.rooms.membership import joining
from chat_app.core.rooms.tables import Member, Room
from tests.core.rooms.pictures import Ears, Picture, take_picture
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

R = TypeVar("R")
UseCase = Callable[..., Awaitable[Any]]

CROWD: Final = 5
ROOMS: Final = 2
OUT: Final = 60
"""Numbers below it mean a member of a room, whether there are two or five; others mean anybody."""
anybody = st.sampled_from(range(CROWD))  # integers() would rather be small ones
any_room = st.sampled_from(range(9))
inside = st.sampled_from(range(OUT))
boss = st.sampled_from((0, 0, 1, 2))  # of the members, the highest
mostly_inside = st.sampled_from(range(OUT + 2 * CROWD))
roles = st.sampled_from(Role)
onoff = st.booleans()

ON_THE_ROOM: Final[list[UseCase]] = [
    commands.delete_room,
    *(partial(commands.archive_room, archived=archived) for archived in (True, False, False)),
    *(partial(commands.update_room, join_approval=approval) for approval in (True, True, False)),
    *(partial(post_message, text=text) for text in ("Hello", "Bye")),
]
ON_SOMEBODY: Final[list[UseCase]] = [
    members.transfer_room,
    members.remove_member,
    members.ban_member,
    members.unban_member,
    joining.approve_join_request,
    joining.decline_join_request,
    partial(members.change_role, role=Role.READER),
]
ANSWERS: Final[list[UseCase]] = [
    accept_invitation,
    accept_invitation,
    decline_invitation,
]
LOOKS: Final[list[UseCase]] = [history, queries.room_members, joining.join_requests, links.invite_links]


class Stage:
    """A database and its people, for state machines without an event loop."""

    def __init__(self, database: str) -> None:
        self._loop = asyncio.Runner()
        self._engine = create_async_engine(database, pool_size=2)
        sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self.events: list[object] = []
        limiter = MovingWindowRateLimiter(MemoryStorage())
        self.work = UnitOfWork(
            sessions, Policy(limited=False), limiter, [self._keep], Clock(), jobs=ProcrastinateQueue()
        )
        self.make = Factory(self.work)
        self.crowd: list[Actor] = [self.newcomer(n) for n in range(CROWD)]

    def newcomer(self, number: int) -> Actor:
        """Create a person with this number's name."""
        return self.run(self.make.actor(username=f"p{number}"))

    async def _keep(self, event: object) -> None:
        self.events.append(event)

    def run(self, todo: Coroutine[Any, Any, R]) -> R:
        return self._loop.run(todo)

    def renew(self) -> None:
        """Create everybody again where the last machine has deleted them."""
        gone = self.look().deleted
        self.crowd[:] = [self.newcomer(n) if one.user_id in gone else one for n, one in enumerate(self.crowd)]

    def to_do(self, *call: Any, **kw: Any) -> Coroutine[Any, Any, Any]:
        return Do(self.work)(*call, **kw)

    def do(self, *call: Any, **kw: Any) -> Any:
        return self.run(self.to_do(*call, **kw))

    def look(self) -> Picture:
        return self.run(take_picture(self.work))

    def reset(self) -> None:
        """Delete all rooms; the people stay."""
        self.run(self._execute("DELETE FROM rooms"))
        self.run(self._execute("DELETE FROM blocks"))

    def close(self) -> None:
        self.reset()
        self.run(self._execute("DELETE FROM users"))
        self.run(self._engine.dispose())
        self._loop.close()

    async def _execute(self, statement: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(text(statement))


@pytest.fixture
def stage(worker_database: str) -> Iterator[Stage]:
    stage = Stage(worker_database)
    yield stage
    stage.close()


async def together(*steps: Coroutine[Any, Any, Any]) -> list[Any]:
    """Return the outcomes of steps that run at once."""
    return list(await asyncio.gather(*steps, return_exceptions=True))


class Rooms(RuleBasedStateMachine):
    """Five people, their rooms and their messages; one use case a step.

    Two at once may end in either way, so no rule has a precondition: what is drawn must not depend on what has been.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        stage.renew()
        self.stage, self.crowd = stage, stage.crowd
        self.refusal: DomainError | None = None
        self.picture = Picture()
        self.ears = Ears({actor.user_id: set() for actor in stage.crowd})
        self.rooms: list[UUID] = []
        self.links: list[tuple[UUID, str]] = []
        self.invitations: list[tuple[int, UUID]] = []

    @initialize(approval=onoff)
    def begin(self, approval: bool) -> None:
        """Create a room with a master, an admin and a member."""
        self.create(0)
        for n, role in enumerate((Role.ADMIN, Role.MEMBER)):
            self.make_link(0, 0, role)
            self.join(n, 0)
        self.step_in(self.rooms[0], 0, commands.update_room, join_approval=approval)

    @rule(who=anybody)
    def create(self, who: int) -> None:
        if len(self.picture.rooms) < ROOMS:
            self.rooms.append(self.step(self.crowd[who], commands.create_room, name="Tea").room.id)

    @rule(who=anybody, whom=anybody)
    def write_to(self, who: int, whom: int) -> None:
        """Start a direct chat, or find it."""
        if found := self.step(self.crowd[who], start_direct_chat, self.name(whom)):
            self.keep(found.room.id)
            self.step(self.crowd[who], post_message, found.room.id, text="Hello")

    @rule(who=anybody, whom=anybody, act=st.sampled_from(("start", "start", "block", "delete")))
    def both_at_once(self, who: int, whom: int, act: str) -> None:
        """Both write to each other at once; or one does while the other blocks, or deletes the account."""
        if who == whom:
            return
        one, other = self.crowd[who], self.crowd[whom]
        answers: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "start": lambda: self.stage.to_do(other, start_direct_chat, self.name(who)),
            "block": lambda: self.stage.to_do(other, block_person, self.name(who)),
            "delete": lambda: self.stage.to_do(other, delete_account, PASSWORD),
        }
        started = self.stage.to_do(one, start_direct_chat, self.name(whom))
        done = self.at_once(other, started, answers[act]())
        if act == "start" and not any(isinstance(each, DomainError) for each in done):
            assert done[0].room.id == done[1].room.id, "two direct chats of the same two"
        if act == "delete" and done[1] is None:
            self.replace(whom)
        for each in done:
            if hasattr(each, "room"):
                self.keep(each.room.id)

    @rule(who=anybody, whom=anybody)
    def begin_group_chat(self, who: int, whom: int) -> None:
        if len(self.picture.rooms) >= 2 * ROOMS:
            return
        if made := self.step(self.crowd[who], start_group_chat, [self.name(whom)]):
            self.keep(made.room.id)

    @rule(who=anybody, whom=anybody)
    def block(self, who: int, whom: int) -> None:
        self.step(self.crowd[who], block_person, self.name(whom))

    @rule(number=anybody)
    def unblock(self, number: int) -> None:
        if not self.picture.blocks:
            return
        people = [actor.user_id for actor in self.crowd]
        blocks = sorted((people.index(one), people.index(other)) for one, other in self.picture.blocks)
        who, whom = blocks[number % len(blocks)]
        self.step(self.crowd[who], unblock_person, self.name(whom))

    @rule(who=anybody)
    def delete_account(self, who: int) -> None:
        self.step(self.crowd[who], delete_account, PASSWORD)
        if self.refusal is None:
            self.replace(who)

    @rule(room=any_room, who=boss, role=roles)
    def make_link(self, room: int, who: int, role: Role) -> None:
        if made := self.step_in(there := self.room(room), who, links.create_invite_link, role=role):
            self.links.append((there, made.token))

    @rule(link=st.sampled_from(range(20)), who=boss)
    def join(self, link: int, who: int) -> None:
        useful = [each for each in self.links if self.outside(each)]
        if not useful:
            return
        room, token = useful[link % len(useful)]
        outside = self.outside((room, token))
        self.step(outside[who % len(outside)], links.join_by_link, token)

    @rule(room=any_room, who=boss, whom=mostly_inside, role=roles)
    def invite(self, room: int, who: int, whom: int, role: Role) -> None:
        username = self.crowd[whom % CROWD].person.username
        self.step_in(self.room(room), who, invite, username, role=role)
        sent = [event for event in self.stage.events if isinstance(event, InvitationsSent)]
        self.invitations += [(whom % CROWD, each.id) for event in sent for each in event.invitations]

    @rule(number=st.sampled_from(range(20)), who=st.sampled_from((0, 0, 0, 1)), act=st.sampled_from(ANSWERS))
    def answer_invitation(self, number: int, who: int, act: UseCase) -> None:
        if not self.invitations:
            return
        invited, invitation = self.invitations[number % len(self.invitations)]
        self.step(self.crowd[who or invited], act, invitation)

    @rule(room=any_room, who=inside)
    def leave(self, room: int, who: int) -> None:
        self.step_in(self.room(room), who, commands.leave_room)

    @rule(room=any_room, who=boss, whom=mostly_inside, role=roles)
    def change_role(self, room: int, who: int, whom: int, role: Role) -> None:
        self.upon(members.change_role, room, who, whom, role)

    @rule(room=any_room, who=boss, whom=mostly_inside, act=st.sampled_from(("transfer_room", "remove_member")))
    def transfer_or_remove(self, room: int, who: int, whom: int, act: str) -> None:
        self.upon(getattr(members, act), room, who, whom)

    @rule(room=any_room, who=boss, whom=mostly_inside)
    def ban(self, room: int, who: int, whom: int) -> None:
        self.upon(members.ban_member, room, who, whom)

    @rule(who=boss, whom=anybody)
    def unban(self, who: int, whom: int) -> None:
        if not self.picture.bans:
            return
        room, user = self.placed(self.picture.bans)[whom % len(self.picture.bans)]
        self.step_in(room, who, members.unban_member, user)

    @rule(whom=anybody)
    def try_to_come_back(self, whom: int) -> None:
        if not self.picture.bans:
            return
        room, user = self.placed(self.picture.bans)[whom % len(self.picture.bans)]
        [(number, actor)] = [(number, actor) for number, actor in enumerate(self.crowd) if actor.user_id == user]
        for token in [token for leads_to, token in self.links if leads_to == room][-2:]:
            self.step(actor, links.join_by_link, token)
        for invitation in [invitation for invited, invitation in self.invitations if invited == number][-2:]:
            self.step(actor, accept_invitation, invitation)

    @rule(who=boss, whom=anybody, act=st.sampled_from(("approve_join_request", "decline_join_request")))
    def answer_request(self, who: int, whom: int, act: str) -> None:
        if not self.picture.waiting:
            return
        room, user = self.placed(self.picture.waiting)[whom % len(self.picture.waiting)]
        self.step_in(room, who, getattr(joining, act), user)

    @rule(room=any_room, who=boss, act=st.sampled_from(ON_THE_ROOM))
    def act_on_the_room(self, room: int, who: int, act: Callable[[Context, UUID], Awaitable[Any]]) -> None:
        self.step_in(self.room(room), who, act)

    @rule(room=any_room, who=anybody, act=st.sampled_from(ON_THE_ROOM + LOOKS))
    def anybody_acts(self, room: int, who: int, act: UseCase) -> None:
        self.step_in(self.room(room), OUT + who, act)

    @rule(room=any_room, who=anybody, whom=inside, act=st.sampled_from(ON_SOMEBODY))
    def anybody_acts_upon(self, room: int, who: int, whom: int, act: UseCase) -> None:
        self.upon(act, room, OUT + who, whom)

    def teardown(self) -> None:
        for actor in self.crowd:
            shown = {access.room.id for access in self.stage.do(actor, queries.my_rooms)}
            heard = set(self.stage.do(actor, queries.room_ids_of, actor.user_id))
            assert heard == self.picture.rooms_of(actor.user_id)
            assert shown == heard - {room for room in heard - shown if room in self.picture.pairs}
        self.stage.reset()

    def name(self, number: int) -> str:
        return self.crowd[number].person.username

    def keep(self, room: UUID) -> None:
        if room not in self.rooms:
            self.rooms.append(room)

    def replace(self, number: int) -> None:
        """Create a person with the name of a deleted one."""
        self.crowd[number] = actor = self.stage.newcomer(number)
        self.ears.heard[actor.user_id] = set()

    def at_once(self, actor: Actor, *steps: Coroutine[Any, Any, Any]) -> list[Any]:
        """Take two steps at once, then check all invariants."""
        before = self.picture
        self.stage.events.clear()
        done = self.stage.run(together(*steps))
        faults = [each for each in done if isinstance(each, Exception) and not isinstance(each, DomainError)]
        assert faults == [], "what two do at once is done or refused"
        self.picture = self.stage.look()
        self.picture.check()
        self.picture.check_since(before, actor.user_id)
        self.ears.tell(self.stage.events, self.picture)
        self.ears.check(self.picture)
        return done

    def room(self, number: int) -> UUID:
        """Return a present room; with 0, or where there is none, any that ever existed."""
        choice = [room for room in self.rooms if room in self.picture.rooms] if number else []
        return (choice or self.rooms)[number % len(choice or self.rooms)]

    def outside(self, link: tuple[UUID, str]) -> list[Actor]:
        """Return the people outside a link's room, banned ones first."""
        room = link[0]
        outside = [actor for actor in self.crowd if actor.user_id not in self.picture.rooms.get(room, ())]
        return sorted(outside, key=lambda actor: (room, actor.user_id) not in self.picture.bans)

    def placed(self, places: set[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
        """Return rooms and people in the same order in every run."""
        return [(room, actor.user_id) for room in self.rooms for actor in self.crowd if (room, actor.user_id) in places]

    def someone(self, room: UUID, number: int) -> Actor:
        """Return a member of the room; from `OUT` on, or where there is none, anybody."""
        roles = self.picture.rooms.get(room, {})
        inside = [actor for actor in self.crowd if actor.user_id in roles]
        inside.sort(key=lambda actor: -roles[actor.user_id].rank)
        choice = inside if inside and number < OUT else self.crowd
        return choice[number % len(choice)]

    def upon(self, use_case: UseCase, room: int, who: int, whom: int, *args: Any) -> None:
        """Act on another person in a room."""
        place = self.room(room)
        actor = self.someone(place, who)
        other = self.someone(place, whom)
        if other == actor:
            other = self.someone(place, whom + 1)
        self.step_in(place, who, use_case, other.user_id, *args)

    def step_in(self, room: UUID, who: int, use_case: UseCase, *args: Any, **kw: Any) -> Any:
        """Take a step in a room: for people outside, a valid request must not find the room."""
        actor = self.someone(room, who)
        is_in = actor.user_id in self.picture.rooms.get(room, ())
        done = self.step(actor, use_case, room, *args, **kw)
        assert is_in or isinstance(self.refusal, RoomNotFound | Invalid), "somebody who is not in the room acted in it"
        return done

    def step(self, actor: Actor, use_case: UseCase, *args: Any, **kw: Any) -> Any:
        """Take a step or be refused, then check all invariants. Returns `None` after a refusal."""
        before, done, self.refusal = self.picture, None, None
        self.stage.events.clear()
        try:
            done = self.stage.do(actor, use_case, *args, **kw)
        except DomainError as error:
            self.refusal = error
        self.picture = self.stage.look()
        self.picture.check()
        self.picture.check_since(before, actor.user_id)
        self.ears.tell(self.stage.events, self.picture)
        self.ears.check(self.picture)
        if self.refusal:
            assert (self.picture, self.stage.events) == (before, []), "a refused step changed something"
        return done


FEW: Final = settings(
    max_examples=18,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # with Phase.shrink too, it takes minutes to find the shortest way to a fault
)


@pytest.mark.slow
def test_whatever_people_do_rooms_stay_sound(stage: Stage):
    run_state_machine_as_test(lambda: Rooms(stage), settings=FEW)


async def leave_at_once(ctx: Context, room_id: object) -> None:
    """Leave as a master could not."""
    access = await access_room(ctx, room_id, Permission.VIEW, lock=True)
    await ctx.db.delete(access.member)
    ctx.emit(MemberLeft(access.room.id, advance(access.room), ctx.me.user_id))


async def let_in(*_: object) -> None:
    """Ignore bans."""


async def remove_in_silence(ctx: Context, access: RoomAccess, member: Member) -> None:
    """Remove a member without an event."""
    await ctx.db.delete(member)


async def leave_it_open(*_: object) -> None:
    """Block without closing the direct chat."""


async def leave_them_all(ctx: Context, _: UUID, rows: Sequence[tuple[Room, Member]]) -> list[UUID]:
    """Delete an account in spite of its rooms."""
    for room, member in rows:
        await ctx.db.delete(member)
        ctx.emit(MemberLeft(room.id, advance(room), member.user_id))
    return []


class Alone(Rooms):
    """Without two who act at once, so that a seed leads to the same steps and outcomes on every machine."""

    both_at_once = None


@pytest.mark.parametrize(
    ("module", "rule_", "broken", "found", "soon"),
    [
        (commands, "leave_room", leave_at_once, "the masters of", 12),
        (members, "_below", members._member, "the masters of|changed", 6),
        (members, "_remove", remove_in_silence, "who hears a room and who is in it differ", 2),
        (personal, "_leave_all", leave_them_all, "the masters of", 12),
    ],
)
@pytest.mark.slow
def test_a_broken_rule_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, module: object, rule_: str, broken: object, found: str, soon: int
):
    """`soon` is a seed by which the fault is found after few steps; by another it takes up to 100 times as many."""
    monkeypatch.setattr(module, rule_, broken)
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(seed(soon)(lambda: Alone(stage)), settings=settings(FEW, max_examples=100))


def test_a_banned_person_who_comes_back_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Takes three steps that the machine may take by chance."""
    monkeypatch.setattr(joining, "check_not_banned", let_in)
    machine = Rooms(stage)
    machine.begin(approval=False)
    machine.ban(room=1, who=0, whom=2)
    assert machine.picture.bans
    with pytest.raises(AssertionError, match="a banned person is in the room"):
        machine.try_to_come_back(whom=0)


def test_a_direct_chat_that_a_block_leaves_open_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Takes two steps that the machine seldom takes with the same two."""
    monkeypatch.setattr(blocking, "_update_chat", leave_it_open)
    machine = Rooms(stage)
    machine.begin(approval=False)
    machine.write_to(who=0, whom=1)
    assert machine.picture.pairs
    with pytest.raises(AssertionError, match="a direct chat is closed by a block alone"):
        machine.block(who=0, whom=1)
