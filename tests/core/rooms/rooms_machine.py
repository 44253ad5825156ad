"""The state machine of rooms: its steps, and the invariants after each of them."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.invitations import links
from chat_app.core.invitations.answers import accept_invitation
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms import commands, members
from chat_app.core.rooms.membership import joining
from tests.core.rooms.stage import (
    ANSWERS,
    CROWD,
    LOOKS,
    ON_SOMEBODY,
    ON_THE_ROOM,
    OUT,
    ROOMS,
    UseCase,
    any_room,
    anybody,
    boss,
    inside,
    mostly_inside,
    onoff,
    roles,
)
from tests.core.rooms.steps import RoomSteps
from tests.support.factory import PASSWORD


class Rooms(RoomSteps):
    """Five people, their rooms and their messages; one use case a step.

    Two at once may end in either way, so no rule has a precondition: what is drawn must not depend on what has been.
    """

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
