"""What a tab is told when it arrives somewhere: the same ops, sent to it alone."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.queries import get_user
from chat_app.core.ai.ports import LlmGateway
from chat_app.core.ai.queries import live_answers
from chat_app.core.direct.queries import direct_peers
from chat_app.core.groups.queries import my_groups
from chat_app.core.invitations.asking import AskedPerson
from chat_app.core.invitations.links import invite_links
from chat_app.core.invitations.queries import my_invitations, pending_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.live.ops import blocked_op, presence_op
from chat_app.core.live.ports import Op
from chat_app.core.messages.queries import (
    MessagePage,
    RoomNotes,
    changes_since,
    history,
    history_after,
    history_around,
    pinned_messages,
    room_notes,
    starred_messages,
)
from chat_app.core.messages.receipts import message_receipts, places_seen
from chat_app.core.people.blocks import blocked_among, blocked_ids
from chat_app.core.people.presence import presences
from chat_app.core.rooms.access import RoomAccess, access_room, member_ids
from chat_app.core.rooms.door import waiting
from chat_app.core.rooms.members import banned_people
from chat_app.core.rooms.queries import my_rooms, room_members

STARS_SHOWN: Final = 100


async def me_op(ctx: Context) -> Op:
    """``me``: who is signed in here, with their language and theme."""
    user = await get_user(ctx, ctx.me.user_id)
    return {"t": "me", "me": {**user.person().as_json(), "locale": user.locale, "theme": user.theme}}


async def rooms_ops(ctx: Context) -> list[Op]:
    """``rooms``: the person's rooms, whole: what is not in it is gone. Before it, ``blocked``: whom they want no word
    from; and ``presence``: whether those are here with whom they have direct chats.
    """
    mine = await my_rooms(ctx)
    peers = await direct_peers(ctx, (access.room for access in mine))
    talking = [room.id for room in (access.room for access in mine) if not (room.closed or room.unopened)]
    open_to = [peers[room_id].id for room_id in talking if room_id in peers]
    seen = await presences(ctx, open_to) if open_to else {}
    notes = await room_notes(ctx)
    rooms = [
        {**_my_room(access, peers.get(access.room.id)), "rev": access.room.rev, **_notes(access, notes)}
        for access in mine
    ]
    return [blocked_op(await blocked_ids(ctx)), presence_op(seen.values()), {"t": "rooms", "rooms": rooms}]


def _notes(access: RoomAccess, notes: Mapping[UUID, RoomNotes]) -> Op:
    note = notes.get(access.room.id)
    if note is None:  # one has come in just now
        return {}
    return {
        "mentions": note.mentions,
        "deleted": note.deleted,
        "small": note.small,
        "got": access.member.last_delivered_seq,
    }


async def models_op(gateway: LlmGateway, default: str | None, message_max: int) -> Op:
    """``models``: what this site offers, the default first; and how long a message may be."""
    offered = sorted(await gateway.models(), key=lambda model: model.id != default)
    models = [{"id": model.id, "label": model.label} for model in offered]
    return {"t": "models", "models": models, "message_max": message_max}


async def room_op(ctx: Context, room_id: object) -> Op:
    """``entered``: a room as it is now, its newest messages, and what the person may do there."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    parts = await _room_parts(ctx, access)
    return {**parts, "t": "entered", **_page(await history(ctx, access))}


async def sync_op(ctx: Context, room_id: object, rev: int) -> Op:
    """``sync``: what changed in a room after ``rev``, and its live answers."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    parts = await _room_parts(ctx, access)
    sync = {**parts, "t": "sync", **_page(await changes_since(ctx, access, rev))}
    known = {message["id"] for message in sync["messages"]}
    live = [view.as_json() for view in await live_answers(ctx, access.room.id)]
    sync["messages"] += [message for message in live if message["id"] not in known]
    return sync


async def older_op(ctx: Context, room_id: object, before: int) -> Op:
    """``older``: the page of messages before the place ``before``."""
    page = await history(ctx, room_id, before=before)
    return {"t": "older", "room": str(room_id), "before": before, **_page(page)}


async def newer_op(ctx: Context, room_id: object, after: int) -> Op:
    """``newer``: the page of messages after the place ``after``."""
    page = await history_after(ctx, room_id, after)
    return {"t": "newer", "room": str(room_id), "after": after, **_page(page)}


async def around_op(ctx: Context, room_id: object, message_id: str) -> Op:
    """``around``: a message, and what was said before and after it."""
    page = await history_around(ctx, room_id, message_id)
    return {"t": "around", "room": str(room_id), "message": message_id, **_page(page)}


async def presence_in_room_op(ctx: Context, room_id: object) -> Op:
    """``presence``: who of a room's people is here, of those who let it be seen; not where there is a block."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    members = {ctx.me.user_id} if access.room.unopened else set(await member_ids(ctx, access.room.id))
    return presence_op((await presences(ctx, members - await blocked_among(ctx, members))).values())


async def pins_op(ctx: Context, room_id: object) -> Op:
    """``pins``: the room's pinned messages, the newest pin first."""
    pins = [view.as_json() for view in await pinned_messages(ctx, room_id)]
    return {"t": "pins", "room": str(room_id), "pins": pins}


async def stars_op(ctx: Context) -> Op:
    """``stars``: what the person has marked, the newest mark first."""
    stars, _ = await starred_messages(ctx, limit=STARS_SHOWN)
    return {
        "t": "stars",
        "stars": [
            {"room": str(each.message.room_id), "name": each.room_name, "m": each.message.as_json()} for each in stars
        ],
    }


async def receipts_op(ctx: Context, message_id: object) -> Op:
    """``receipts``: how many have read a message."""
    message, found = await message_receipts(ctx, message_id)
    counts = {"read": found.read, "got": found.got, "of": found.of}
    return {"t": "receipts", "room": str(message.room_id), "message": str(message.id), **counts}


async def links_op(ctx: Context, room_id: object, made: str = "") -> Op:
    """``links``: the room's invite links, and which of them the person has just made."""
    links = [_link(link) for link in await invite_links(ctx, room_id)]
    return {"t": "links", "room": str(room_id), "links": links, "made": made}


async def bans_op(ctx: Context, room_id: object) -> Op:
    """``bans``: who is kept out of the room."""
    banned = await banned_people(ctx, room_id)
    return {"t": "bans", "room": str(room_id), "people": [person.as_json() for person in banned]}


async def inbox_op(ctx: Context) -> Op:
    """``inbox``: the rooms into which the person is asked."""
    return {"t": "inbox", "invitations": [each.as_json() for each in await my_invitations(ctx)]}


async def invitations_op(ctx: Context, room_id: object, asked: Sequence[AskedPerson] = ()) -> Op:
    """``invitations``: who is asked into a room, whom one could ask together, and what came of asking just now."""
    groups = [{"id": str(group.id), "name": group.name, "people": len(group.people)} for group in await my_groups(ctx)]
    return {
        "t": "invitations",
        "room": str(room_id),
        "pending": [each.as_json() for each in await pending_invitations(ctx, room_id)],
        "groups": groups,
        "asked": [each.as_json() for each in asked],
    }


async def _room_parts(ctx: Context, access: RoomAccess) -> Op:
    members = await room_members(ctx, access.room.id)
    others = [member.person for member in members if access.room.pair and member.person.id != ctx.me.user_id]
    requests = await waiting(ctx, access.room.id) if access.allows(Permission.MANAGE_MEMBERS) else []
    seen = places_seen(members)
    if seen:
        for apart in await blocked_among(ctx, [member.person.id for member in members]):
            seen.pop(str(apart), None)
    return {
        "room": str(access.room.id),
        "rev": access.room.rev,
        "my": _my_room(access, *others),
        "can": [permission.value for permission in access.permissions()],
        "members": [member.as_json() for member in members],
        "requests": [person.as_json() for person in requests],
        **({} if seen is None else {"seen": seen}),
    }


def _page(page: MessagePage) -> Op:
    starred = [str(each) for each in page.starred]
    return {"messages": [view.as_json() for view in page.messages], "starred": starred, "more": page.more}


def _link(link: InviteLink) -> dict[str, object]:
    """A link in the shape of ``LinkVar``, but for what the browser adds."""
    return {
        "id": str(link.id),
        "path": f"/join/{link.token}",
        "role": link.role,
        "sent_to": link.sent_to or "",
        "uses": link.uses,
        "max_uses": link.max_uses or 0,
        "expires": link.expires_at.isoformat() if link.expires_at else "",
    }


def _my_room(access: RoomAccess, peer: Person | None = None) -> dict[str, object]:
    return {
        **access.view().as_json(),
        **({"peer": peer.as_json()} if peer else {}),
        "role": access.role.value,
        "seq": access.room.last_seq,
        "read": access.member.last_read_seq,
        "at": access.room.last_activity_at.isoformat(timespec="milliseconds"),
    }
