"""Read the ops that answer one tab: the same kinds of ops as are broadcast, sent to it alone."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.queries import live_answers
from chat_app.core.ai.runs.turns import waiting_turns
from chat_app.core.assistants.queries import offered_assistants
from chat_app.core.groups.queries import my_groups
from chat_app.core.invitations.inviting import InviteOutcome
from chat_app.core.invitations.links import invite_links
from chat_app.core.invitations.queries import my_invitations, pending_invitations
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.live.ops.outcomes import AssistantsOp, PromptOp, PromptsOp
from chat_app.core.live.ops.own import (
    BansOp,
    InboxOp,
    InvitationsOp,
    InviteOutcomesOp,
    LinksOp,
    PresenceOp,
    StarsOp,
)
from chat_app.core.live.ops.rooms import (
    AroundOp,
    EnteredOp,
    MembersOp,
    MessagesOp,
    NewerOp,
    OlderOp,
    PinsOp,
    ReceiptsOp,
    RoomStateOp,
    SyncOp,
)
from chat_app.core.live.ops.shared import presence_op
from chat_app.core.live.shapes import GroupSizeJson
from chat_app.core.messages.queries import (
    MessagePage,
    changes_since,
    history,
    history_after,
    history_around,
    marked_in,
    pinned_messages,
    starred_messages,
)
from chat_app.core.messages.reading.receipts import message_receipts, places_seen
from chat_app.core.messages.tables import Status
from chat_app.core.messages.wire.messages import MessageJson
from chat_app.core.people.blocks import blocked_among
from chat_app.core.people.presence import presences
from chat_app.core.prompts.queries import fill_prompt, offered_prompts, view_prompt
from chat_app.core.prompts.views import variables_json
from chat_app.core.rooms.access import RoomAccess, access_room, member_ids
from chat_app.core.rooms.members import banned_people
from chat_app.core.rooms.membership.joining import waiting
from chat_app.core.rooms.queries import first_members, room_members

STARS_SHOWN: Final = 100


async def room_op(ctx: Context, room_id: AnyId) -> EnteredOp:
    """``entered``: a room's present state, its newest messages, and the person's permissions."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    state = await _room_state(ctx, access, await history(ctx, access))
    await _add_turns(ctx, state["messages"])
    return {"t": "entered", **state}


async def sync_op(ctx: Context, room_id: AnyId | RoomAccess, rev: int) -> SyncOp:
    """``sync``: what changed in a room after ``rev``, and its live answers."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    state = await _room_state(ctx, access, await changes_since(ctx, access, rev))
    known = {message["id"] for message in state["messages"]}
    live = [view.as_json() for view in await live_answers(ctx, access)]
    state["messages"] += [message for message in live if message["id"] not in known]
    await _add_turns(ctx, state["messages"])
    return {"t": "sync", **state}


async def _add_turns(ctx: Context, messages: Sequence[MessageJson]) -> None:
    """Add to queued answers how many come before them."""
    answers = {UUID(each["id"]): each["ai"] for each in messages if "ai" in each}
    queued = {message_id: answer for message_id, answer in answers.items() if answer["status"] == Status.QUEUED}
    if queued:
        for message_id, before in (await waiting_turns(ctx, list(queued))).items():
            queued[message_id]["before"] = before


async def return_op(ctx: Context, room_id: AnyId, rev: int) -> SyncOp:
    """``sync`` for a returning tab: also with the person's own stars and ratings, which no ``rev`` counts."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    op = await sync_op(ctx, access, rev)
    stars, op["ratings"] = await marked_in(ctx, access)
    op["stars"] = [str(each) for each in stars]
    return op


async def older_op(ctx: Context, room_id: AnyId, before: int) -> OlderOp:
    """``older``: the page of messages before the place ``before``."""
    page = await history(ctx, room_id, before=before)
    return {"t": "older", "before": before, **_messages(room_id, page)}


async def newer_op(ctx: Context, room_id: AnyId, after: int) -> NewerOp:
    """``newer``: the page of messages after the place ``after``."""
    page = await history_after(ctx, room_id, after)
    return {"t": "newer", "after": after, **_messages(room_id, page)}


async def around_op(ctx: Context, room_id: AnyId, message_id: str) -> AroundOp:
    """``around``: a message, with the messages before and after it."""
    page = await history_around(ctx, room_id, message_id)
    return {"t": "around", "message": message_id, **_messages(room_id, page)}


async def presence_in_room_op(ctx: Context, room_id: AnyId) -> PresenceOp:
    """``presence``: the presence of a room's people who share it; without blocked pairs."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    members = {ctx.me.user_id} if access.room.unopened else set(await member_ids(ctx, access.room.id))
    return presence_op((await presences(ctx, members - await blocked_among(ctx, members))).values())


async def members_op(ctx: Context, room_id: AnyId) -> MembersOp:
    """``members``: all members of a room."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    members = [member.as_json() for member in await room_members(ctx, access)]
    return {"t": "members", "room": str(access.room.id), "rev": access.room.rev, "members": members}


async def pins_op(ctx: Context, room_id: AnyId) -> PinsOp:
    """``pins``: the room's pinned messages, the newest pin first."""
    pins = [view.as_json() for view in await pinned_messages(ctx, room_id)]
    return {"t": "pins", "room": str(room_id), "pins": pins}


async def stars_op(ctx: Context) -> StarsOp:
    """``stars``: the person's starred messages, the newest star first."""
    stars, _ = await starred_messages(ctx, limit=STARS_SHOWN)
    return {"t": "stars", "stars": [each.as_json() for each in stars]}


async def assistants_op(ctx: Context) -> AssistantsOp:
    """``assistants``: those that the person may ask."""
    return {"t": "assistants", "assistants": await offered_assistants(ctx)}


async def receipts_op(ctx: Context, message_id: AnyId) -> ReceiptsOp:
    """``receipts``: how many have read a message."""
    message, found = await message_receipts(ctx, message_id)
    return {"t": "receipts", "room": str(message.room_id), "message": str(message.id), **found.counts()}


async def links_op(ctx: Context, room_id: AnyId, made: str = "") -> LinksOp:
    """``links``: the room's invite links, and which one the person has just created."""
    links = [link.as_json() for link in await invite_links(ctx, room_id)]
    return {"t": "links", "room": str(room_id), "links": links, "made": made}


async def bans_op(ctx: Context, room_id: AnyId) -> BansOp:
    """``bans``: the people who are banned from the room."""
    banned = await banned_people(ctx, room_id)
    return {"t": "bans", "room": str(room_id), "people": [person.as_json() for person in banned]}


async def inbox_op(ctx: Context) -> InboxOp:
    """``inbox``: the person's pending invitations."""
    return {"t": "inbox", "invitations": [each.as_json() for each in await my_invitations(ctx)]}


async def invitations_op(ctx: Context, room_id: AnyId) -> InvitationsOp:
    """``invitations``: the room's pending invitations, and the groups that could be invited."""
    groups: list[GroupSizeJson] = [
        {"id": str(group.id), "name": group.name, "people": len(group.people)} for group in await my_groups(ctx)
    ]
    return {
        "t": "invitations",
        "room": str(room_id),
        "pending": [each.as_json() for each in await pending_invitations(ctx, room_id)],
        "groups": groups,
    }


async def prompts_op(ctx: Context, typed: str) -> PromptsOp:
    """``prompts``: the prompts that the composer offers for the text after the ``/``."""
    prompts, more = await offered_prompts(ctx, typed)
    return {"t": "prompts", "prompts": prompts, "more": more}


async def prompt_op(ctx: Context, prompt_id: AnyId) -> PromptOp:
    """``prompt``: a prompt that the person has taken, with its text if that has no variables."""
    prompt = await view_prompt(ctx, prompt_id)
    text = None if prompt.variables else prompt.text
    variables = variables_json(prompt.variables)
    return {"t": "prompt", "id": str(prompt.id), "name": prompt.name, "variables": variables, "text": text}


async def filled_op(ctx: Context, prompt_id: AnyId, values: Mapping[str, str]) -> PromptOp:
    """``prompt``: a prompt's text with the person's values for its variables."""
    prompt, text = await fill_prompt(ctx, prompt_id, values)
    return {"t": "prompt", "id": str(prompt.id), "name": prompt.name, "variables": [], "text": text}


def asked_op(room_id: str, asked: Sequence[InviteOutcome]) -> InviteOutcomesOp:
    """``asked``: the outcome of inviting people to a room."""
    return {"t": "invite_outcomes", "room": room_id, "asked": [each.as_json() for each in asked]}


async def _room_state(ctx: Context, access: RoomAccess, page: MessagePage) -> RoomStateOp:
    members, people = await first_members(ctx, access)
    others = [member.person for member in members if access.room.pair and member.person.id != ctx.me.user_id]
    requests = await waiting(ctx, access.room.id) if access.allows(Permission.MANAGE_MEMBERS) else []
    return {
        **_messages(access.room.id, page),
        "rev": access.room.rev,
        "my": access.as_json(*others),
        "can": [permission.value for permission in access.permissions()],
        "members": [member.as_json() for member in members],
        "people": people,
        "requests": [person.as_json() for person in requests],
        "seen": places_seen(members),
        "stars": None,
        "ratings": None,
    }


def _messages(room_id: AnyId, page: MessagePage) -> MessagesOp:
    op: MessagesOp = {
        "room": str(room_id),
        "messages": [view.as_json() for view in page.messages],
        "starred": [str(each) for each in page.starred],
        "more": page.more,
    }
    if page.rated:
        op["rated"] = page.rated
    return op
