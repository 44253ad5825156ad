"""Take steps as people of the stage, and compare each result with the rules."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError, Invalid
from chat_app.core.rooms import queries
from chat_app.core.rooms.errors import RoomNotFound
from tests.core.rooms.pictures import Ears, Picture
from tests.core.rooms.stage import (
    OUT,
    Stage,
    UseCase,
    together,
)


class RoomSteps(RuleBasedStateMachine):
    """The present rooms, links and invitations, and the steps on them."""

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
