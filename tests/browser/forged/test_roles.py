"""Who may do what, by forged events: every act in a room, by members of all five roles, whatever their page shows."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.assistants.tables import Assistant
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.tables import Message
from chat_app.core.prompts.commands import create_prompt
from chat_app.core.rooms.tables import RoomInvitation
from chat_app.ui.assistants.state import AssistantsState
from tests.browser.forged.test_events import HANDLERS
from tests.browser.forger import ACTS, FEED, ROOMS, Forger
from tests.support.calls import add_waiting_call
from tests.support.factory import Factory
from tests.support.links import invite_link
from tests.support.site import Site
from tests.support.waiting import until

MEMBERS = f"{ACTS}.chat_app_ui_members_acts"
INVITATIONS = f"{ACTS}.chat_app_ui_invitations_acts"
TOOLS = f"{ACTS}.chat_app_ui_tools_acts"
CONTEXT = f"{ACTS}.chat_app_ui_context_acts"
PROMPTS = f"{ACTS}.chat_app_ui_prompts_acts"
PEOPLE = f"{ACTS}.chat_app_ui_acts_people"
PALETTE = f"{ACTS}.chat_app_ui_palette_acts"
SITE = f"{ACTS}.chat_app_ui_acts_announcements"
SUPPORT = f"{ACTS}.chat_app_ui_support_acts"
REPORT = f"{ACTS}.chat_app_ui_safety_acts_report"
RATING = f"{ACTS}.chat_app_ui_conversation_rating_acts_explain"
EVERYBODY = set(Role)
SENDERS = EVERYBODY - {Role.READER}
ASKERS = SENDERS - {Role.GUEST}
KEEPERS = {Role.ADMIN, Role.MASTER}
MASTER = {Role.MASTER}
NOBODY: set[Role] = set()


@dataclass(frozen=True)
class Act:
    """An event, its arguments (names in braces are ids in the room), and the roles that may send it."""

    handler: str
    may: set[Role]
    payload: dict[str, Any]

    def __str__(self) -> str:
        return self.handler.rpartition(".")[2]


def act(handler: str, may: set[Role], **payload: Any) -> Act:
    return Act(handler, may, payload)


ROOM = {"room": "{room}"}
THEM = {**ROOM, "user": "{user}"}
FORM = {**ROOM, "name": "Forged", "role": "guest", "heir": "{user}"}
CASES = [
    act(f"{FEED}.sync", EVERYBODY, **ROOM, rev=0),
    act(f"{FEED}.older", EVERYBODY, **ROOM, before=9),
    act(f"{FEED}.newer", EVERYBODY, **ROOM, after=0),
    act(f"{FEED}.around", EVERYBODY, **ROOM, message="{message}"),
    act(f"{FEED}.look", EVERYBODY, **ROOM),
    act(f"{FEED}.load_pins", EVERYBODY, **ROOM),
    act(f"{FEED}.load_receipts", EVERYBODY, message="{message}"),
    act(f"{FEED}.star", EVERYBODY, message="{message}", on=True),
    act(f"{FEED}.react", SENDERS, message="{message}", emoji="👍", on=True),
    act(f"{FEED}.pin", KEEPERS, message="{message}", on=True),
    act(f"{FEED}.hide", KEEPERS, message="{message}", on=True),
    act(f"{FEED}.pin_for_ai", KEEPERS, message="{message}", on=True),
    act(f"{FEED}.read", EVERYBODY, **ROOM, seq=1),
    act(f"{FEED}.unread", EVERYBODY, message="{message}"),
    act(f"{FEED}.typing", SENDERS, **ROOM),
    act(f"{FEED}.send", SENDERS, **ROOM, text="Forged", nonce="{nonce}", reply_to=""),
    act(f"{FEED}.edit", NOBODY, message="{message}", text="Forged"),
    act(f"{FEED}.delete", MASTER, message="{message}"),
    act(f"{FEED}.stop", KEEPERS, message="{answer}", run=""),
    act(f"{FEED}.go_on", KEEPERS, message="{answer}", run=""),
    act(f"{FEED}.regenerate", KEEPERS, message="{answer}", run=""),
    act(f"{FEED}.open_aside", ASKERS, **ROOM, question="", nonce="{nonce}"),
    act(f"{FEED}.load_branch", EVERYBODY, message="{written}", n=2),
    act(f"{FEED}.choose_branch", KEEPERS, message="{written}", n=2),
    act(f"{FEED}.load_tool_call", EVERYBODY, call="{call}"),
    act(f"{FEED}.approve_tool_call", KEEPERS, call="{call}"),
    act(f"{FEED}.refuse_tool_call", KEEPERS, call="{call}"),
    act(f"{FEED}.rate", EVERYBODY, message="{written}", n=1, value="down"),
    act(RATING, EVERYBODY, fields={"about": "{written} 1 down", "reason": "Forged"}),
    act(f"{FEED}.load_links", KEEPERS, **ROOM),
    act(REPORT, EVERYBODY, fields={"about": "message {message}", "reason": "spam", "note": ""}),
    act(f"{SUPPORT}_get_help", SENDERS, fields={**ROOM, "reason": "Forged"}),
    act(f"{SUPPORT}_end_help", SENDERS, **ROOM),
    act(f"{SUPPORT}_hand_back", NOBODY, fields={**ROOM, "note": "Forged"}),
    act(f"{ROOMS}_describe", KEEPERS, fields=FORM),
    act(f"{ROOMS}_rename", KEEPERS, fields=FORM),
    act(f"{ROOMS}_favorite", EVERYBODY, **ROOM, on=True),
    act(f"{ROOMS}_set_rule", KEEPERS, **ROOM, rule="never"),
    act(f"{ROOMS}_translate", ASKERS, message="{message}", language="ja"),
    act(f"{ROOMS}_set_model", KEEPERS, **ROOM, model=""),
    act(f"{ROOMS}_set_fallback", KEEPERS, **ROOM, model=""),
    act(f"{TOOLS}_show_tools", KEEPERS, **ROOM),
    act(f"{TOOLS}_set_tool", KEEPERS, **ROOM, tool="builtin/web_fetch", on=True),
    act(f"{ROOMS}_set_assistant", KEEPERS, **ROOM, assistant=""),
    act(f"{ROOMS}_set_parameters", KEEPERS, fields={**ROOM, "temperature": "1"}),
    act(f"{ROOMS}_archive", MASTER, **ROOM, archived=True),
    act(f"{ROOMS}_delete", MASTER, **ROOM),
    act(f"{ROOMS}_leave", EVERYBODY - MASTER, **ROOM),
    act(f"{CONTEXT}_preview", EVERYBODY, **ROOM, draft={"text": "@ai?", "attachments": ["{message}"]}),
    act(f"{FEED}.foresee", EVERYBODY, **ROOM, draft={"text": "@ai?"}, of=1),
    act(f"{CONTEXT}_show_decisions", KEEPERS, **ROOM),
    act(f"{CONTEXT}_show_system", KEEPERS, **ROOM, instructions="Forged"),
    act(f"{CONTEXT}_start_here", KEEPERS, message="{message}"),
    act(f"{CONTEXT}_start_anywhere", KEEPERS, **ROOM),
    act(f"{CONTEXT}_instruct", KEEPERS, fields={**ROOM, "instructions": "Forged"}),
    act(f"{ROOMS}_make_link", KEEPERS, fields=FORM),
    act(f"{ROOMS}_revoke_link", KEEPERS, **ROOM, link="{link}"),
    act(f"{INVITATIONS}_invite_person", KEEPERS, fields={**FORM, "to": "{waiting}"}),
    act(f"{INVITATIONS}_invite_a_group", KEEPERS, fields={**FORM, "group": "{group}"}),
    act(f"{INVITATIONS}_choose_newcomers", KEEPERS, **ROOM, wanted="from_here"),
    act(f"{INVITATIONS}_cancel", KEEPERS, **ROOM, invitation="{invitation}"),
    act(f"{MEMBERS}_set_role", KEEPERS, **THEM, role="guest"),
    act(f"{MEMBERS}_remove", KEEPERS, **THEM),
    act(f"{MEMBERS}_ban", KEEPERS, **THEM),
    act(f"{MEMBERS}_unban", KEEPERS, **THEM),
    act(f"{MEMBERS}_load_bans", KEEPERS, **ROOM),
    act(f"{MEMBERS}_approve_request", KEEPERS, **ROOM, user="{waiting}"),
    act(f"{MEMBERS}_decline_request", KEEPERS, **ROOM, user="{waiting}"),
    act(f"{MEMBERS}_hand_over", MASTER, **THEM),
    act(f"{MEMBERS}_hand_over_and_leave", MASTER, fields=FORM),
    act(f"{MEMBERS}_set_slow", KEEPERS, **ROOM, seconds="30"),
    act(f"{MEMBERS}_choose_retention", MASTER, **ROOM, days="30"),
    act(f"{MEMBERS}_set_approval", KEEPERS, **ROOM, wanted=True),
    act(f"{MEMBERS}_set_right", KEEPERS, **ROOM, right="ask_ai", role="guest"),
]


APART = {
    f"{FEED}.arrive": "tells what is one's own; the room in the address is asked for as by `sync`",
    f"{FEED}.attend": "is about one's own tab",
    f"{FEED}.delivered": "passes over rooms that one is not in, in silence",
    f"{FEED}.load_stars": "tells what is one's own",
    f"{FEED}.load_prompts": "tells what is one's own, or shared with everybody",
    f"{FEED}.load_assistants": "tells what is one's own, or shared with everybody",
    f"{FEED}.take_prompt": "of one's own or shared prompts: see below",
    f"{PROMPTS}_fill": "of one's own or shared prompts: see below",
    f"{FEED}.load_rooms": "tells what is one's own",
    f"{FEED}.load_members": "asks for a room as `sync` does; its forged ids are in tests/ui/test_arrival_sizes.py",
    f"{FEED}.publish": "takes what is in one's own aside (tests/core/ai/test_asides.py)",
    f"{FEED}.start": "makes a room of one's own",
    f"{FEED}.open_chat": "makes a room of one's own",
    f"{CONTEXT}_show_given": "answers as `preview` does, once an answer has ended: tests/core/access has its rights",
    f"{ROOMS}_create": "makes a room of one's own",
    f"{INVITATIONS}_accept": "of one's own invitations: see below",
    f"{INVITATIONS}_decline": "of one's own invitations: see below",
    f"{PEOPLE}_offer": "tells what anybody finds by the people's page",
    f"{PEOPLE}_write_to": "of persons, to whom anybody may write",
    f"{PEOPLE}_block": "of persons, whom anybody may block",
    f"{PEOPLE}_unblock": "of persons, whom anybody may block",
    f"{PALETTE}_seek": "tells what anybody finds by the search's page",
    f"{ROOMS}_transcribe_again": "of files, by the use case that the matrix calls as every role",
    f"{ROOMS}_favorite_model": "of one's own favorites",
    f"{MEMBERS}_confirm_retention": "acts upon what was chosen before, which the case of choosing has checked",
    f"{MEMBERS}_forget_retention": "forgets what was chosen in one's own tab",
    f"{SITE}_dismiss_announcement": "hides the site's announcement from oneself",
    f"{PALETTE}_choose": "of one's own language and theme",
    f"{FEED}.setvar": "Reflex's own, which every state has",
    f"{ACTS}.setvar": "Reflex's own, which every state has",
}
"""Which handlers have no row, and why."""


def test_every_handler_has_a_row_or_a_reason() -> None:
    own = {name for name, _ in HANDLERS if name.startswith((FEED, ACTS))}
    assert own == {case.handler for case in CASES} | APART.keys()


async def test_the_invitations_of_others_are_answered_by_nobody_else(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    ids = await scene(make, Role.MASTER, await make.actor())
    async with Forger(site, token) as forger:
        for handler in ("accept", "decline"):
            await forger.call(f"{INVITATIONS}_{handler}", "/", invitation=ids["invitation"])
        await forger.quiet()
        codes = [op["code"] for op in forger.ops()[:-1] if op["t"] == "refused"]
        assert codes == ["invitation_not_found"] * 2
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(RoomInvitation, ids["invitation"])).status == "pending"


async def test_private_prompts_of_others_are_used_by_nobody_else(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    owner = await make.actor()
    async with make.work.begin(owner) as ctx:
        prompt = str((await create_prompt(ctx, "mine", "Private {{word}}")).id)
    async with Forger(site, token) as forger:
        await forger.call(f"{FEED}.take_prompt", "/", prompt=prompt)
        await forger.call(f"{PROMPTS}_fill", "/", fields={"prompt": prompt, "value:word": "x"})
        await forger.call(f"{FEED}.load_prompts", "/", typed="mine")
        await forger.quiet()
        codes = [op["code"] for op in forger.ops()[:-1] if op["t"] == "refused"] + forger.problems()
        assert codes == ["prompt_not_found"] * 2
        assert "Private" not in forger.heard()
        assert prompt not in str([op for op in forger.ops() if op["t"] == "prompts"])


async def test_private_assistants_of_others_are_asked_and_seen_by_nobody_else(site: Site, make: Factory) -> None:
    actor, token = await make.signed_in()
    owner = await make.actor()
    ids = await scene(make, Role.MASTER, actor)
    async with make.work.begin(owner) as ctx:
        private = str((await create_assistant(ctx, "mine", "Private", instructions="Private words")).id)
    page = f"/assistants?assistant={private}"
    async with Forger(site, token) as forger:
        sent = {"room": ids["room"], "text": "@mine hello", "reply_to": ""}
        await forger.call(f"{FEED}.send", "/", **sent, nonce=str(uuid4()), assistant=private)
        await forger.call(f"{ROOMS}_set_assistant", "/", room=ids["room"], assistant=private)
        await forger.call(f"{FEED}.load_assistants", "/")
        state = AssistantsState.get_full_name()
        await forger.call(f"{state}.load", page)
        for event in ("end", "try_it", "remove_picture", "show_picture"):
            await forger.call(f"{state}.{event}", page)
        await forger.call(f"{state}.save", page, fields={"name": "Mine now", "handle": "mine"})
        await forger.quiet()
        codes = [op["code"] for op in forger.ops()[:-1] if op["t"] == "refused"]
        assert codes == ["assistant_not_found"] * 6
        assert "Private" not in forger.heard()
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(Assistant, private)).name == "Private"


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_what_the_table_says(site: Site, make: Factory, role: Role) -> None:
    actor, token = await make.signed_in()
    ids: dict[str, str] = {}
    async with Forger(site, token) as forger:
        for case in CASES:
            ids = ids or await scene(make, role, actor)
            before = len(forger.received)
            await forger.call(case.handler, f"/r/{ids['room']}", **filled(case.payload, ids))
            await forger.quiet()

            def codes(before: int = before) -> list[str]:
                own = [op["code"] for op in forger.ops(before) if op["t"] == "refused" and op["about"] != forger.mark]
                return own + forger.problems(before)

            if role not in case.may:  # one that goes on in the background may be refused a moment later
                await until(lambda codes=codes: bool(codes()))
            # Of support's own acts, whoever is no supporter learns nothing.
            refusal = "session_not_found" if str(case).endswith("_hand_back") else "not_allowed"
            if str(case).endswith("_leave") and role is Role.MASTER:
                refusal = "master_must_transfer"
            assert codes() == ([] if role in case.may else [refusal]), case
            if role in case.may:  # what was refused has left the scene as it was
                ids = {}


async def scene(make: Factory, role: Role, actor: Actor) -> dict[str, str]:
    """A room with objects to act on, none of them the actor's."""
    async with make.together() as together:
        return await _made(together, role, actor)


async def _made(make: Factory, role: Role, actor: Actor) -> dict[str, str]:
    room = await make.room({role: actor})
    user, waiting = await make.actor(), await make.actor()
    await make.join(room, user, Role.READER)
    await make.waiting(room, waiting)
    message: Message = await make.message(room, user)
    answer: Message = await make.message(room, None, asked_by_id=user.user_id, error="llm_length")
    written: Message = await make.message(room, None, "Yes", asked_by_id=user.user_id)
    calling: Message = await make.message(room, None, asked_by_id=user.user_id)
    async with make.work.begin() as ctx:
        ctx.db.add(link := invite_link(ctx, room.id))
        ctx.db.add(invitation := RoomInvitation(room_id=room.id, user_id=user.user_id, created_at=ctx.now))
        (await ctx.db.get_one(Message, written.id)).branches = [1, 2]
        ctx.db.add(MessageBranch(message_id=written.id, n=2, text="No", status="complete", created_at=ctx.now))
        ctx.db.add(group := Group(owner_id=actor.user_id, name="Friends", created_at=ctx.now))
        call = await add_waiting_call(ctx, await ctx.db.get_one(Message, calling.id))
    ids = {"room": room.id, "message": message.id, "answer": answer.id, "written": written.id, "link": link.id}
    ids |= {"invitation": invitation.id, "group": group.id, "call": call.id}
    people = {"user": user.user_id, "waiting": waiting.user_id, "nonce": uuid4()}
    return {name: str(value) for name, value in (ids | people).items()}


def filled(payload: Any, ids: dict[str, str]) -> Any:
    """The arguments, with the room's objects in place of their names."""
    if isinstance(payload, dict):
        return {name: filled(value, ids) for name, value in payload.items()}
    return payload.format_map(ids) if isinstance(payload, str) else payload
