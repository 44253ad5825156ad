"""The data sent to newcomers' tabs: nothing of messages from before their start, whatever is done to these."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.events import AnswerGrew
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.snapshots import older_op, pins_op, return_op, room_op, stars_op, sync_op
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_message, react, star_message
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.commands import leave_room, update_room
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.conftest import Come, Ear

MODEL = ModelInfo("demo", "Demo", "Parley", 8000, 1000)
SECRET, OPEN = "juniper", "clover"

acts = st.lists(
    st.tuples(
        st.sampled_from(["say", "reply", "edit", "delete", "react", "pin", "hide", "star"]),
        st.integers(0, 11),
        st.booleans(),
    ),
    max_size=10,
)


async def share(do: Do, host: Actor, guest: Actor, room: Room) -> None:
    """Let somebody join who sees what follows alone."""
    await do(host, update_room, room.id, newcomers_see="from_here")
    link = await do(host, create_invite_link, room.id)
    await do(guest, join_by_link, link.token)


class Talk:
    """What is said in a room, with the messages so far."""

    def __init__(self, do: Do, aiko: Actor, room: Room) -> None:
        self._do, self._aiko, self._room = do, aiko, room
        self.said: list[MessageView] = []
        self.word = SECRET

    async def act(self, what: str, which: int, on: bool, who: Actor) -> None:
        """Do one thing, by Aiko or a newcomer; what the newcomer may not do is refused."""
        text = f"{self.word} {len(self.said)}"
        if what == "say" or not self.said:
            self.said.append(await self._do(self._aiko, post_message, self._room.id, text))
            return
        it = self.said[which % len(self.said)].id
        if what == "reply":
            self.said.append(await self._do(self._aiko, post_message, self._room.id, text, reply_to=it))
            return
        does: dict[str, Any] = {
            "edit": lambda ctx: edit_message(ctx, it, f"{SECRET if on else self.word} edited"),
            "delete": lambda ctx: delete_message(ctx, it),
            "react": lambda ctx: react(ctx, it, "👍", on=on),
            "pin": lambda ctx: pin_message(ctx, it, on=on),
            "hide": lambda ctx: exclude_from_ai(ctx, it, on=on),
            "star": lambda ctx: star_message(ctx, it, on=on),
        }
        try:
            await self._do(self._aiko if what in ("edit", "hide") else who, does[what])
        except DomainError:
            return


def secret_in(found: object, secrets: set[str]) -> bool:
    """Return whether what was told has a text or the id of a message from before."""
    return any(secret in str(found) for secret in secrets)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=acts, after=acts)
@pytest.mark.slow
async def test_newcomer_gets_nothing_about_earlier_messages(
    parts: Runtime, make: Factory, do: Do, come: Come, before: list[Any], after: list[Any]
) -> None:
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    talk = Talk(do, aiko, room)
    for what, which, on in [("say", 0, True), *before]:
        await talk.act(what, which, on, aiko)
    await share(do, aiko, ben, room)
    hidden = {str(each.id) for each in talk.said}
    tab, home = await come(ben, room), await come(ben)
    owner = await come(aiko, room)
    talk.word = OPEN
    for what, which, on in after:
        # Of newer messages Aiko may write anything: only what is from before has the secret.
        in_past = what in ("edit",) and str(talk.said[which % len(talk.said)].id) in hidden
        await talk.act(what, which, in_past, ben if on and what in ("react", "pin", "star", "delete") else aiko)
    await delivered(do, room)
    told = [*await tab.heard(), *await home.heard()]
    ids = hidden_ids(told)
    assert not secret_in(told, {SECRET})
    assert not ids & hidden
    mine = await pages_of(do, ben, room)
    assert not secret_in(mine, {SECRET})
    assert revs(await owner.heard()) == revs(told)
    wanted = [each.id for each in (await do(aiko, history, room.id, limit=100)).messages if str(each.id) not in hidden]
    seen = (await do(ben, history, room.id, limit=100)).messages
    assert [each.id for each in seen] == [each for each in wanted if each not in lines_before(wanted, seen)]


def lines_before(wanted: list[Any], seen: list[MessageView]) -> set[Any]:
    """Return what is in the way of a comparison: lines about the room from before."""
    return set(wanted[: len(wanted) - len(seen)])


def hidden_ids(told: list[Any]) -> set[str]:
    """Return the ids of the messages that ops are about."""
    return {op["m"]["id"] for op in told if isinstance(op, dict) and op["t"] == "message"}


def revs(ops: list[Any]) -> list[int]:
    """Return the revisions of a room that ops bring, in order."""
    found = [op["m"]["rev"] if op["t"] == "message" else op.get("rev", 0) for op in ops if isinstance(op, dict)]
    return sorted({rev for rev in found if rev})


async def pages_of(do: Do, who: Actor, room: Room) -> list[Any]:
    """Return all that a person can read of a room."""
    hits = [await do(who, search_messages, SearchFilter(word)) for word in (SECRET, OPEN)]
    return [
        await do(who, room_op, room.id),
        await do(who, sync_op, room.id, 0),
        await do(who, return_op, room.id, 0),
        await do(who, older_op, room.id, 50),
        await do(who, pins_op, room.id),
        await do(who, stars_op),
        await do(who, preview_context, [MODEL], room.id),
        [hit.as_json() for found in hits for hit in found.hits],
    ]


async def test_pieces_of_an_older_answer_go_to_those_who_see_it(
    parts: Runtime, make: Factory, do: Do, come: Come
) -> None:
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    old = await make.message(room, None, "")
    await share(do, aiko, ben, room)
    tabs = [await come(each, room) for each in (aiko, ben)]
    newer = await make.message(room, None, "")
    for answer, text in ((old, SECRET), (newer, OPEN)):
        await parts.work.publish(AnswerGrew(room.id, answer.id, answer.seq, new_id(), 0, text))
    await until(lambda: OPEN in str(sockets._shortener._answers))
    assert [OPEN in str(each) for each in await heard_by(tabs)] == [True, True]


async def delivered(do: Do, room: Room) -> None:
    """Wait until this process has delivered all changes of a room."""
    async with do.work.begin() as ctx:
        rev = (await ctx.db.get_one(Room, room.id)).rev
    await until(lambda: sockets.delivered_revs.get(str(room.id), 0) >= rev)


async def heard_by(tabs: list[Ear]) -> list[Any]:
    """Return what each tab heard, in which only the first has the secret."""
    heard = [await tab.heard() for tab in tabs]
    assert [SECRET in str(each) for each in heard] == [True, False]
    return heard


async def test_returning_member_gets_only_later_messages(parts: Runtime, make: Factory, do: Do, come: Come) -> None:
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    old = await do(aiko, post_message, room.id, "Tea?")
    tabs = [await come(each, room) for each in (aiko, ben)]
    await do(ben, leave_room, room.id)
    await share(do, aiko, ben, room)
    await until(lambda: sockets._starts.get(room.id) and tabs[1].rooms() == {room.id})
    await delivered(do, room)
    for tab in tabs:
        await tab.heard()
    await do(aiko, edit_message, old.id, SECRET)
    await delivered(do, room)
    await heard_by(tabs)


async def test_a_room_of_which_all_see_everything_has_no_further_channel(
    parts: Runtime, make: Factory, do: Do, come: Come
) -> None:
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    await come(ben, room)
    assert room.id not in sockets._starts
