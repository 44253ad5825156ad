"""A tab whose act fails to commit receives a refusal, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
import reflex as rx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.assistants import make_assistant
from chat_app.core.direct.blocking import block_person
from chat_app.core.groups.commands import create_group
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.live.snapshots import inbox_op
from chat_app.core.prompts.commands import create_prompt
from chat_app.core.rooms.tables import Room
from chat_app.ui.acts import rooms as conversation
from chat_app.ui.acts.state import Acts
from chat_app.ui.assistants.state import AssistantsState
from chat_app.ui.groups.state import GroupsState
from chat_app.ui.home.state import HomeState
from chat_app.ui.invitations import acts as invitations
from chat_app.ui.members import acts as members
from chat_app.ui.prompts.state import PromptsState
from chat_app.ui.settings.state import SettingsState
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
    """Handle an event as Reflex does; return its result, and the error codes of its form."""
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
async def test_uncommitted_change_is_not_published(
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


async def prepare_page(name: str, parts: Runtime, make: Factory, aiko: Actor) -> tuple[dict[str, str], str]:
    """Create what a page's event needs. Returns the page's query, and the id or name that the event is about."""
    do, ben = Do(parts.work), await make.actor(username="ben")
    if name == "unblock":
        await do(aiko, block_person, "ben")
    if name in ("rename group", "add to group"):
        return {}, str((await do(aiko, create_group, "Friends")).id)
    if name == "write prompt":
        return {"prompt": "new"}, ""
    if name == "delete prompt":
        made = await do(aiko, create_prompt, name="tea", description="", text="Tea", shared=False)
        return {"prompt": str(made.id)}, ""
    if name in ("make assistant", "delete assistant"):
        if name == "make assistant":
            return {"assistant": "new"}, ""
        made = await do(aiko, make_assistant, [], **ASSISTANT)
        return {"assistant": str(made.id)}, ""
    return {}, str(ben.user_id)


ASSISTANT: dict[str, Any] = {"name": "Tea", "handle": "tea", "description": "", "model": "", "instructions": "Be kind."}
PAGES: dict[str, tuple[type[Any], str, dict[str, Any]]] = {
    "rename": (SettingsState, "rename", {"fields": {"name": "Somebody else"}}),
    "choose": (SettingsState, "choose", {"what": "theme", "value": "dark"}),
    "hide presence": (SettingsState, "show_presence", {"on": False}),
    "unblock": (SettingsState, "unblock", {"username": "ben"}),
    "write prompt": (PromptsState, "save", {"fields": {"name": "tea", "description": "", "text": "Tea {{kind}}"}}),
    "delete prompt": (PromptsState, "end", {}),
    "make assistant": (AssistantsState, "save", {"fields": ASSISTANT}),
    "delete assistant": (AssistantsState, "end", {}),
    "make group": (GroupsState, "create", {"fields": {"name": "Friends"}}),
    "rename group": (GroupsState, "rename", {"fields": {"name": "Colleagues"}}),
    "add to group": (GroupsState, "add", {"fields": {"who": "ben"}}),
    "connect later": (HomeState, "connect_later", {}),
}
"""By the event of a page: its state, and its arguments."""

FORM = ("problems", "answered", "status")


def shown(state: Any) -> dict[str, Any]:
    """What the page shows, apart from the outcome of its forms."""
    return {name: state.get_value(name) for name in state.base_vars if name not in FORM}


def lose_next(monkeypatch: pytest.MonkeyPatch, work: UnitOfWork) -> list[int]:
    """Have the connection of the next transaction that has written end at its commit. Returns whose that were."""
    original, lost = AsyncSession.commit, list[int]()

    async def commit(session: AsyncSession) -> None:
        await session.flush()
        if not lost and not await session.scalar(text("SELECT pg_current_xact_id_if_assigned() IS NULL")):
            lost.append(await session.scalar(text("SELECT pg_backend_pid()")) or 0)
            async with work.sessions() as other:
                await other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": lost[0]})
        await original(session)

    monkeypatch.setattr(AsyncSession, "commit", commit)
    return lost


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "succeeds"])
@pytest.mark.parametrize("name", PAGES)
async def test_uncommitted_result_is_not_shown(
    parts: Runtime, make: Factory, come: Come, monkeypatch: pytest.MonkeyPatch, name: str, fails: bool
):
    kind, event, arguments = PAGES[name]
    aiko = await make.actor(is_admin=name == "connect later")
    query, _ = await prepare_page(name, parts, make, aiko)
    ear = await come(aiko, await make.room({Role.MASTER: aiko}))
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    path = "/page?" + "&".join(f"{key}={value}" for key, value in query.items())
    router = {"sid": ear.sid, "headers": {SESSION_HEADER: str(aiko.session_id)}, "asPath": path, "pathname": "/page"}
    root._update_router_vars(router, query)
    state = await root.get_state(kind)
    await kind.event_handlers["load"].fn(state)
    if name == "connect later":
        state.asks_to_connect = True
    assert state.status == "ready"
    before = deepcopy(shown(state))
    lost = lose_next(monkeypatch, parts.work) if fails else []
    result = await kind.event_handlers[event].fn(state, **arguments)
    told = [op["t"] for op in await ear.heard()]
    assert (shown(state) == before) is fails
    if fails:
        assert lost
        assert result is None
        problems = [problem.code for problem in state.problems.values()]
        assert problems == ["unavailable"] or "refused" in told
        assert "toast" not in told
    else:
        assert not state.problems
        assert "refused" not in told


async def test_an_aside_is_shown_though_its_question_is_refused(parts: Runtime, make: Factory, come: Come):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: await make.actor()})
    ear = await come(aiko, room)
    too_long = "x" * (parts.work.policy.message_max_chars + 1)
    await call(writing, "open_aside", ear, aiko, room=str(room.id), question=too_long, nonce=NONCE)
    heard = [op for op in await ear.heard() if op["t"] in ("aside", "refused")]
    assert [op["t"] for op in heard] == ["aside", "refused"]
    assert heard[1]["code"] == "message_too_long"
