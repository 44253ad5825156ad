"""A tab whose act fails to commit receives a refusal, and nothing else."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import reflex as rx

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.live.snapshots import inbox_op
from chat_app.core.rooms.tables import Room
from chat_app.ui.acts import Acts
from chat_app.ui.conversation import acts as conversation
from chat_app.ui.invitations import acts as invitations
from chat_app.ui.members import acts as members
from chat_app.ui.transport import writing
from chat_app.ui.transport.state import FeedState
from chat_app.web_session import SESSION_HEADER
from tests.support.factory import Factory
from tests.support.locks import end_connection
from tests.support.use_cases import Do
from tests.ui.conftest import Come, Ear

NONCE = "00000000-0000-7000-8000-000000000000"

ACTS: dict[str, tuple[Any, str, Callable[[Room, str], dict[str, Any]]]] = {
    "create": (conversation, "create_room", lambda room, asked: {"fields": {"name": "Tea"}}),
    "describe": (conversation, "update_room", lambda room, asked: {"fields": {"room": str(room.id), "name": "Tea"}}),
    "delete": (conversation, "delete_room", lambda room, asked: {"room": str(room.id)}),
    "leave": (conversation, "leave_room", lambda room, asked: {"room": asked}),
    "make_link": (
        conversation,
        "create_invite_link",
        lambda room, asked: {"fields": {"room": str(room.id), "role": "member"}},
    ),
    "accept": (invitations, "accept_invitation", lambda room, asked: {"invitation": asked}),
    "unban": (members, "unban_member", lambda room, asked: {"room": str(room.id), "user": asked}),
    "start": (writing, "start_chat", lambda room, asked: {"text": "Hello", "nonce": NONCE, "model": ""}),
}
"""By the event: where it is, the use case whose commit fails, and its arguments."""


async def call(module: Any, name: str, ear: Ear, actor: Actor, **payload: Any) -> tuple[Any, list[str]]:
    """Have an event handled, as Reflex does; returns what it returns, and the codes of what is wrong with its form."""
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    headers = {SESSION_HEADER: str(actor.session_id)}
    path = f"/r/{payload['room']}" if "room" in payload else "/"
    root._update_router_vars({"sid": ear.sid, "headers": headers, "asPath": path, "pathname": path}, {})
    if module is writing:
        return await FeedState.event_handlers[name].fn(await root.get_state(FeedState), **payload), []
    acts = await root.get_state(Acts)
    result = await getattr(module, name).fn(acts, **payload)
    return result, [problem.code for problem in acts.problems.values()]


async def prepare(name: str, parts: Runtime, make: Factory, aiko: Actor) -> tuple[Room, str]:
    """Create a room, and the other objects that the event needs."""
    do, ben = Do(parts.work), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    other = await make.room({Role.MASTER: ben})
    if name == "leave":
        await make.join(other, aiko)
        return room, str(other.id)
    if name == "unban":
        await make.join(room, ben)
        await do(aiko, members.ban_member, room.id, ben.user_id)
        return room, str(ben.user_id)
    if name == "accept":
        await do(ben, invite, other.id, aiko.person.username)
        async with parts.work.begin(aiko) as ctx:
            [asked] = (await inbox_op(ctx))["invitations"]
        return room, asked["id"]
    return room, ""


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "succeeds"])
@pytest.mark.parametrize("name", ACTS)
async def test_what_is_not_committed_is_not_told(
    parts: Runtime, make: Factory, come: Come, monkeypatch: pytest.MonkeyPatch, name: str, fails: bool
):
    module, use_case, arguments = ACTS[name]
    aiko = await make.actor()
    room, asked = await prepare(name, parts, make, aiko)
    ear = await come(aiko, room)
    original = getattr(module, use_case)

    async def lose(ctx: Context) -> None:
        await ctx.db.flush()
        await end_connection(ctx, parts.work)

    async def act(ctx: Context, *args: Any, **kw: Any) -> Any:
        result = await original(ctx, *args, **kw)
        # What reads after it must still be able to: the connection is lost at the commit alone.
        monkeypatch.setattr(ctx.db, "commit", partial(lose_and_commit, ctx, ctx.db.commit))
        return result

    async def lose_and_commit(ctx: Context, commit: Callable[[], Any]) -> None:
        await lose(ctx)
        await commit()

    if fails:
        monkeypatch.setattr(module, use_case, act)
    result, problems = await call(module, name, ear, aiko, **arguments(room, asked))
    told = [op["t"] for op in await ear.heard()]
    if fails:
        assert result is None
        assert (told[0] == "refused") if told else (problems == ["unavailable"])
        assert {"done", "started", "links", "bans", "joined", "room", "gone"}.isdisjoint(told)
    else:
        assert result or told
        assert not problems
        assert "refused" not in told
