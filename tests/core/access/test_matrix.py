"""Every use case × every role, in a room and in an archived one: permission, and the error of the others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.branches import choose_branch, list_branches, view_branch
from chat_app.core.ai.asking.commands import ask_in_room, edit_question, post_message, regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.context.reading.given import context_messages, given_context
from chat_app.core.ai.decisions.queries import list_decisions
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context, preview_instructions, start_context_at
from chat_app.core.ai.preview.draft import Draft, foresee, may_order
from chat_app.core.ai.preview.means import room_means
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.speech.reading_aloud import read_answer
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.ai.tool_use.commands import approve_tool_call, refuse_tool_call
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.ai.transcription.dictating import allow_dictation
from chat_app.core.ai.transcription.transcribing import retry_transcript
from chat_app.core.ai.translating import read_translatable
from chat_app.core.billing.budgets.commands import BudgetWish, set_member_budget, set_room_budget
from chat_app.core.billing.budgets.queries import room_budgets
from chat_app.core.billing.payers import set_payer
from chat_app.core.billing.usage.queries import room_usage
from chat_app.core.direct.blocking import block_person
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.commands import announce_file, change_caption, delete_file
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.queries import find_file_url, find_thumbnail_url, list_files, read_text, view_file
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.files.usage import room_space
from chat_app.core.groups.tables import Group
from chat_app.core.invitations.answers import cancel_invitation
from chat_app.core.invitations.group import invite_group
from chat_app.core.invitations.links import create_invite_link, invite_links, revoke_invite_link, usable_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import pending_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.commands import say_typing
from chat_app.core.messages.answer_tables import MessageBranch, MessageCall
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.export.exporting import begin_room_export
from chat_app.core.messages.export.markdown import ReaderWords
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, pin_message, react, star_message
from chat_app.core.messages.marks.ratings import rate_answer, unrate_answer
from chat_app.core.messages.queries import (
    changes_since,
    history,
    history_after,
    history_around,
    marked_in,
    pinned_messages,
)
from chat_app.core.messages.reading.receipts import mark_read, mark_read_to, mark_unread, message_receipts
from chat_app.core.messages.retention.choosing import foresee_retention, set_retention
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import (
    archive_room,
    delete_room,
    leave_room,
    mark_favorite,
    set_ai_rights,
    update_room,
)
from chat_app.core.rooms.members import (
    ban_member,
    banned_people,
    change_role,
    remove_member,
    transfer_room,
    unban_member,
)
from chat_app.core.rooms.membership.joining import approve_join_request, decline_join_request, join_requests
from chat_app.core.rooms.membership.tables import JoinRequest
from chat_app.core.rooms.queries import room_members
from chat_app.core.rooms.tables import Member, Room, RoomInvitation
from chat_app.core.safety.commands import report_message
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from chat_app.core.support.commands import ask_for_help, withdraw_help
from chat_app.core.tools.rules import chosen
from tests.support.calls import add_waiting_call
from tests.support.factory import Factory
from tests.support.links import invite_link
from tests.support.refusal import code_of
from tests.support.use_cases import Do


@dataclass(frozen=True)
class Scene:
    """A room with one of everything that can be acted on."""

    do: Do
    actor: Actor | None
    room: Room
    own: Message
    others: Message
    own_answer: Message
    others_answer: Message
    call: MessageCall
    own_file: Attachment
    others_file: Attachment
    link: InviteLink
    invitation: RoomInvitation
    group: Group
    other: User
    """A member."""
    waiting: User
    """Somebody who has requested to join."""


USE_CASES: dict[str, Callable[[Scene], Awaitable[object]]] = {
    "read history": lambda s: s.do(s.actor, history, s.room.id),
    "read on": lambda s: s.do(s.actor, history_after, s.room.id, 0),
    "export": lambda s: s.do(s.actor, begin_room_export, s.room.id, ReaderWords({}, ZoneInfo("UTC"), {})),
    "look a message up": lambda s: s.do(s.actor, history_around, s.room.id, s.others.id),
    "search": lambda s: s.do(s.actor, search_messages, SearchFilter("hello", s.room.id)),
    "report another's": lambda s: s.do(s.actor, report_message, s.others.id, "spam"),
    "catch up": lambda s: s.do(s.actor, changes_since, s.room.id, 0),
    "see own marks": lambda s: s.do(s.actor, marked_in, s.room.id),
    "list members": lambda s: s.do(s.actor, room_members, s.room.id),
    "mark read": lambda s: s.do(s.actor, mark_read, s.room.id, 1),
    "mark unread": lambda s: s.do(s.actor, mark_unread, s.others.id),
    "mark read up to one": lambda s: s.do(s.actor, mark_read_to, s.others.id),
    "leave": lambda s: s.do(s.actor, leave_room, s.room.id),
    "announce a file": lambda s: s.do(s.actor, announce_file, s.room.id, name="a", mime_type="", size=1),
    "list files": lambda s: s.do(s.actor, list_files, s.room.id, ADDRESSES),
    "see a file": lambda s: s.do(s.actor, view_file, s.others_file.id, ADDRESSES),
    "open a file": lambda s: s.do(s.actor, find_file_url, s.others_file.id, ADDRESSES),
    "open a thumbnail": lambda s: s.do(s.actor, find_thumbnail_url, s.others_file.id, ADDRESSES, 1),
    "read a text file": lambda s: s.do(s.actor, read_text, s.own_file.id),
    "dictate": lambda s: s.do(s.actor, allow_dictation, s.room.id),
    "caption own file": lambda s: s.do(s.actor, change_caption, s.own_file.id, "A"),
    "write down own file": lambda s: s.do(s.actor, retry_transcript, s.own_file.id),
    "write down another's": lambda s: s.do(s.actor, retry_transcript, s.others_file.id),
    "caption another's file": lambda s: s.do(s.actor, change_caption, s.others_file.id, "A"),
    "hide own file from AI": lambda s: s.do(s.actor, exclude_file_from_ai, s.own_file.id),
    "hide another's file from AI": lambda s: s.do(s.actor, exclude_file_from_ai, s.others_file.id),
    "see space of files": lambda s: s.do(s.actor, room_space, s.room.id),
    "delete own file": lambda s: s.do(s.actor, delete_file, s.own_file.id),
    "delete another's file": lambda s: s.do(s.actor, delete_file, s.others_file.id),
    "say typing": lambda s: s.do(s.actor, say_typing, s.room.id),
    "post": lambda s: s.do(s.actor, post_message, s.room.id, "Hello"),
    "reply": lambda s: s.do(s.actor, post_message, s.room.id, "Hello", reply_to=s.others.id),
    "edit own": lambda s: s.do(s.actor, edit_question, s.own.id, "Changed"),
    "edit another's": lambda s: s.do(s.actor, edit_question, s.others.id, "Changed"),
    "edit an answer": lambda s: s.do(s.actor, edit_question, s.own_answer.id, "Changed"),
    "delete own": lambda s: s.do(s.actor, delete_message, s.own.id),
    "delete another's": lambda s: s.do(s.actor, delete_message, s.others.id),
    "react": lambda s: s.do(s.actor, react, s.others.id, "👍"),
    "take a reaction back": lambda s: s.do(s.actor, react, s.others.id, "👍", on=False),
    "pin": lambda s: s.do(s.actor, pin_message, s.others.id),
    "unpin": lambda s: s.do(s.actor, pin_message, s.others.id, on=False),
    "favorite": lambda s: s.do(s.actor, mark_favorite, s.room.id, on=True),
    "star": lambda s: s.do(s.actor, star_message, s.others.id),
    "list pins": lambda s: s.do(s.actor, pinned_messages, s.room.id),
    "who has read": lambda s: s.do(s.actor, message_receipts, s.others.id),
    "ask": lambda s: s.do(s.actor, ask_in_room, s.room.id),
    "name a model": lambda s: s.do(s.actor, post_message, s.room.id, "Hello", model=MODEL.id, offered=[MODEL]),
    "stop own answer": lambda s: s.do(s.actor, stop_answer, s.own_answer.id),
    "stop another's answer": lambda s: s.do(s.actor, stop_answer, s.others_answer.id),
    "regenerate own answer": lambda s: s.do(s.actor, regenerate_answer, s.own_answer.id),
    "regenerate another's": lambda s: s.do(s.actor, regenerate_answer, s.others_answer.id),
    "continue own answer": lambda s: s.do(s.actor, continue_answer, s.own_answer.id, offered=()),
    "continue another's": lambda s: s.do(s.actor, continue_answer, s.others_answer.id, offered=()),
    "regenerate by another": lambda s: s.do(s.actor, regenerate_answer, s.own_answer.id, model="demo"),
    "translate": lambda s: s.do(s.actor, read_translatable, s.others.id),
    "read an answer aloud": lambda s: s.do(s.actor, read_answer, s.others_answer.id),
    "list branches": lambda s: s.do(s.actor, list_branches, s.others_answer.id),
    "see a branch": lambda s: s.do(s.actor, view_branch, s.others_answer.id, 2),
    "choose a branch of own": lambda s: s.do(s.actor, choose_branch, s.own_answer.id, 2),
    "choose another's": lambda s: s.do(s.actor, choose_branch, s.others_answer.id, 2),
    "see a tool call": lambda s: s.do(s.actor, view_tool_call, s.call.id),
    "approve a tool call": lambda s: s.do(s.actor, approve_tool_call, s.call.id),
    "refuse a tool call": lambda s: s.do(s.actor, refuse_tool_call, s.call.id),
    "rate": lambda s: s.do(s.actor, rate_answer, s.others_answer.id, "down", "Too long"),
    "take a rating back": lambda s: s.do(s.actor, unrate_answer, s.others_answer.id),
    "hide own from AI": lambda s: s.do(s.actor, exclude_from_ai, s.own.id),
    "hide own answer": lambda s: s.do(s.actor, exclude_from_ai, s.own_answer.id),
    "hide another's": lambda s: s.do(s.actor, exclude_from_ai, s.others.id),
    "pin for AI": lambda s: s.do(s.actor, pin_for_ai, s.others.id),
    "unpin for AI": lambda s: s.do(s.actor, pin_for_ai, s.others.id, on=False),
    "open an aside": lambda s: s.do(s.actor, open_aside, s.room.id),
    "ask for help": lambda s: s.do(s.actor, ask_for_help, s.room.id),
    "withdraw help": lambda s: s.do(s.actor, withdraw_help, s.room.id),
    "list decisions": lambda s: s.do(s.actor, list_decisions, s.room.id),
    "preview context": lambda s: s.do(s.actor, preview_context, [MODEL], s.room.id),
    "foresee a draft": lambda s: s.do(s.actor, foresee, [MODEL], s.room.id, Draft("@ai?")),
    "foresee an order": lambda s: s.do(s.actor, may_order, s.room.id),
    "see what was given": lambda s: s.do(s.actor, given_context, s.own_answer.id),
    "read the context": lambda s: s.do(s.actor, context_messages, s.room.id, [s.others.id]),
    "set a cutoff": lambda s: s.do(s.actor, set_ai, [], s.room.id, cutoff=(None,)),
    "preview instructions": lambda s: s.do(s.actor, preview_instructions, s.room.id, "Rhyme."),
    "start the context": lambda s: s.do(s.actor, start_context_at, s.others.id),
    "instruct the AI": lambda s: s.do(s.actor, set_ai, [], s.room.id, instructions="Rhyme."),
    "choose the AI": lambda s: s.do(s.actor, set_ai, [], s.room.id, rule="always"),
    "set parameters": lambda s: s.do(s.actor, set_ai, [], s.room.id, parameters={"temperature": 1}),
    "choose tools": lambda s: s.do(s.actor, set_ai, [], s.room.id, tools=chosen([], [])),
    "choose a fall-back": lambda s: s.do(s.actor, set_ai, [], s.room.id, fallback_model=""),
    "rename": lambda s: s.do(s.actor, update_room, s.room.id, name="Other"),
    "slow down": lambda s: s.do(s.actor, update_room, s.room.id, slow_seconds=30),
    "foresee retention": lambda s: s.do(s.actor, foresee_retention, s.room.id, 7),
    "set retention": lambda s: s.do(s.actor, set_retention, s.room.id, 7),
    "set AI rights": lambda s: s.do(s.actor, set_ai_rights, s.room.id, {"ask_ai": "guest"}),
    "change a role": lambda s: s.do(s.actor, change_role, s.room.id, s.other.id, "guest"),
    "remove a member": lambda s: s.do(s.actor, remove_member, s.room.id, s.other.id),
    "ban a member": lambda s: s.do(s.actor, ban_member, s.room.id, s.other.id),
    "lift a ban": lambda s: s.do(s.actor, unban_member, s.room.id, s.other.id),
    "list bans": lambda s: s.do(s.actor, banned_people, s.room.id),
    "see who waits": lambda s: s.do(s.actor, join_requests, s.room.id),
    "let in": lambda s: s.do(s.actor, approve_join_request, s.room.id, s.waiting.id),
    "turn away": lambda s: s.do(s.actor, decline_join_request, s.room.id, s.waiting.id),
    "hand over": lambda s: s.do(s.actor, transfer_room, s.room.id, s.other.id),
    "choose who pays": lambda s: s.do(s.actor, set_payer, s.room.id, "asker"),
    "see who pays": lambda s: s.do(s.actor, room_means, [MODEL], s.room.id),
    "see what was used": lambda s: s.do(s.actor, room_usage, s.room.id),
    "see budgets": lambda s: s.do(s.actor, room_budgets, s.room.id),
    "set the budget": lambda s: s.do(s.actor, set_room_budget, s.room.id, BudgetWish(5)),
    "set a member's budget": lambda s: s.do(s.actor, set_member_budget, s.room.id, s.other.id, BudgetWish(5)),
    "make a link": lambda s: s.do(s.actor, create_invite_link, s.room.id),
    "list links": lambda s: s.do(s.actor, invite_links, s.room.id),
    "show a link": lambda s: s.do(s.actor, usable_link, s.room.id, s.link.id),
    "revoke a link": lambda s: s.do(s.actor, revoke_invite_link, s.room.id, s.link.id),
    "ask somebody": lambda s: s.do(s.actor, invite, s.room.id, str(s.others.author_id)),
    "ask a group": lambda s: s.do(s.actor, invite_group, s.room.id, s.group.id),
    "list the asked": lambda s: s.do(s.actor, pending_invitations, s.room.id),
    "cancel an invitation": lambda s: s.do(s.actor, cancel_invitation, s.room.id, s.invitation.id),
    "archive": lambda s: s.do(s.actor, archive_room, s.room.id),
    "open again": lambda s: s.do(s.actor, archive_room, s.room.id, archived=False),
    "delete the room": lambda s: s.do(s.actor, delete_room, s.room.id),
}

ADDRESSES = cast(Storage, SimpleNamespace(url=lambda *_: "/a"))
"""Of a storage, what the use cases call within a transaction."""

MODEL = ModelInfo("demo", "Demo", "Parley", context_window=8_000, max_output=1_000)

WORDS = {
    "yes": None,
    "gone": ("room_not_found", "message_not_found", "tool_call_not_found", "attachment_not_found"),
    "no": ("not_allowed",),
    "shut": ("room_archived",),
    "last": ("master_must_transfer",),
}

#                           outsider reader guest member admin master
OPEN = """
    read history            gone     yes    yes   yes    yes   yes
    read on                 gone     yes    yes   yes    yes   yes
    export                  gone     no     no    no     yes   yes
    look a message up       gone     yes    yes   yes    yes   yes
    search                  gone     yes    yes   yes    yes   yes
    report another's        gone     yes    yes   yes    yes   yes
    catch up                gone     yes    yes   yes    yes   yes
    see own marks           gone     yes    yes   yes    yes   yes
    list members            gone     yes    yes   yes    yes   yes
    mark read               gone     yes    yes   yes    yes   yes
    mark unread             gone     yes    yes   yes    yes   yes
    mark read up to one     gone     yes    yes   yes    yes   yes
    leave                   gone     yes    yes   yes    yes   last
    announce a file         gone     no     yes   yes    yes   yes
    list files              gone     yes    yes   yes    yes   yes
    see a file              gone     yes    yes   yes    yes   yes
    open a file             gone     yes    yes   yes    yes   yes
    open a thumbnail        gone     yes    yes   yes    yes   yes
    read a text file        gone     yes    yes   yes    yes   yes
    dictate                 gone     no     yes   yes    yes   yes
    caption own file        gone     no     yes   yes    yes   yes
    write down own file     gone     no     yes   yes    yes   yes
    write down another's    gone     no     yes   yes    yes   yes
    caption another's file  gone     no     no    no     no    no
    hide own file from AI   gone     no     yes   yes    yes   yes
    hide another's file from AI  gone  no     no    no     yes   yes
    see space of files      gone     yes    yes   yes    yes   yes
    delete own file         gone     no     yes   yes    yes   yes
    delete another's file   gone     no     no    no     no    yes
    say typing              gone     no     yes   yes    yes   yes
    post                    gone     no     yes   yes    yes   yes
    reply                   gone     no     yes   yes    yes   yes
    edit own                gone     no     yes   yes    yes   yes
    edit another's          gone     no     no    no     no    no
    edit an answer          gone     no     no    no     no    no
    delete own              gone     no     yes   yes    yes   yes
    delete another's        gone     no     no    no     no    yes
    react                   gone     no     yes   yes    yes   yes
    take a reaction back    gone     no     yes   yes    yes   yes
    pin                     gone     no     no    no     yes   yes
    unpin                   gone     no     no    no     yes   yes
    favorite                gone     yes    yes   yes    yes   yes
    star                    gone     yes    yes   yes    yes   yes
    list pins               gone     yes    yes   yes    yes   yes
    who has read            gone     yes    yes   yes    yes   yes
    ask                     gone     no     no    yes    yes   yes
    name a model            gone     no     no    yes    yes   yes
    stop own answer         gone     no     no    yes    yes   yes
    stop another's answer   gone     no     no    no     yes   yes
    regenerate own answer   gone     no     no    yes    yes   yes
    regenerate another's    gone     no     no    no     yes   yes
    continue own answer     gone     no     no    yes    yes   yes
    continue another's      gone     no     no    no     yes   yes
    regenerate by another   gone     no     no    no     yes   yes
    translate               gone     no     no    yes   yes   yes
    read an answer aloud    gone     no     no    yes   yes   yes
    list branches           gone     yes    yes   yes   yes   yes
    see a branch            gone     yes    yes   yes   yes   yes
    choose a branch of own  gone     no     no    yes   yes   yes
    choose another's        gone     no     no    no    yes   yes
    see a tool call         gone     yes    yes   yes   yes   yes
    approve a tool call     gone     no     no    no    yes   yes
    refuse a tool call      gone     no     no    no    yes   yes
    rate                    gone     yes    yes   yes   yes   yes
    take a rating back      gone     yes    yes   yes   yes   yes
    hide own from AI        gone     no     yes   yes    yes   yes
    hide own answer         gone     no     yes   yes    yes   yes
    hide another's          gone     no     no    no     yes   yes
    pin for AI              gone     no     no    no     yes   yes
    unpin for AI            gone     no     no    no     yes   yes
    open an aside           gone     no     no    yes    yes   yes
    ask for help            gone     no     yes   yes    yes   yes
    withdraw help           gone     no     yes   yes    yes   yes
    list decisions          gone     no     no    no     yes   yes
    preview context         gone     yes    yes   yes    yes   yes
    foresee a draft         gone     yes    yes   yes    yes   yes
    foresee an order        gone     yes    yes   yes    yes   yes
    see what was given      gone     yes    yes   yes    yes   yes
    read the context        gone     yes    yes   yes    yes   yes
    set a cutoff            gone     no     no    no     yes   yes
    preview instructions    gone     no     no    no     yes   yes
    start the context       gone     no     no    no     yes   yes
    instruct the AI         gone     no     no    no     yes   yes
    choose the AI           gone     no     no    no     yes   yes
    set parameters          gone     no     no    no     yes   yes
    choose tools            gone     no     no    no     yes   yes
    choose a fall-back      gone     no     no    no     yes   yes
    rename                  gone     no     no    no     yes   yes
    slow down               gone     no     no    no     yes   yes
    foresee retention       gone     no     no    no     no    yes
    set retention           gone     no     no    no     no    yes
    set AI rights           gone     no     no    no     yes   yes
    change a role           gone     no     no    no     yes   yes
    remove a member         gone     no     no    no     yes   yes
    ban a member            gone     no     no    no     yes   yes
    lift a ban              gone     no     no    no     yes   yes
    list bans               gone     no     no    no     yes   yes
    see who waits           gone     no     no    no     yes   yes
    let in                  gone     no     no    no     yes   yes
    turn away               gone     no     no    no     yes   yes
    hand over               gone     no     no    no     no    yes
    choose who pays         gone     no     no    no     no    yes
    see who pays            gone     yes    yes   yes    yes   yes
    see what was used       gone     yes    yes   yes    yes   yes
    see budgets             gone     yes    yes   yes    yes   yes
    set the budget          gone     no     no    no     no    yes
    set a member's budget   gone     no     no    no     no    yes
    make a link             gone     no     no    no     yes   yes
    list links              gone     no     no    no     yes   yes
    show a link             gone     no     no    no     yes   yes
    revoke a link           gone     no     no    no     yes   yes
    ask somebody            gone      no     no    no     yes    yes
    ask a group             gone      no     no    no     yes    yes
    list the asked          gone      no     no    no     yes    yes
    cancel an invitation    gone      no     no    no     yes    yes
    archive                 gone     no     no    no     no    yes
    open again              gone     no     no    no     no    yes
    delete the room         gone     no     no    no     no    yes
"""
ARCHIVED = """
    read history            gone     yes    yes   yes    yes   yes
    read on                 gone     yes    yes   yes    yes   yes
    export                  gone     no     no    no     yes   yes
    look a message up       gone     yes    yes   yes    yes   yes
    search                  gone     yes    yes   yes    yes   yes
    report another's        gone     yes    yes   yes    yes   yes
    catch up                gone     yes    yes   yes    yes   yes
    see own marks           gone     yes    yes   yes    yes   yes
    list members            gone     yes    yes   yes    yes   yes
    mark read               gone     yes    yes   yes    yes   yes
    mark unread             gone     yes    yes   yes    yes   yes
    mark read up to one     gone     yes    yes   yes    yes   yes
    leave                   gone     yes    yes   yes    yes   last
    announce a file         gone     no     shut  shut   shut  shut
    list files              gone     yes    yes   yes    yes   yes
    see a file              gone     yes    yes   yes    yes   yes
    open a file             gone     yes    yes   yes    yes   yes
    open a thumbnail        gone     yes    yes   yes    yes   yes
    read a text file        gone     yes    yes   yes    yes   yes
    dictate                 gone     no     shut  shut   shut  shut
    caption own file        gone     no     shut  shut   shut  shut
    write down own file     gone     no     shut  shut   shut  shut
    write down another's    gone     no     shut  shut   shut  shut
    caption another's file  gone     no     shut  shut   shut  shut
    hide own file from AI   gone     no     shut  shut   shut  shut
    hide another's file from AI  gone  no     no    no     shut  shut
    see space of files      gone     yes    yes   yes    yes   yes
    delete own file         gone     no     shut  shut   shut  shut
    delete another's file   gone     no     no    no     no    shut
    say typing              gone     no     shut  shut   shut  shut
    post                    gone     no     shut  shut   shut  shut
    reply                   gone     no     shut  shut   shut  shut
    edit own                gone     no     shut  shut   shut  shut
    edit another's          gone     no     shut  shut   shut  shut
    edit an answer          gone     no     shut  shut   shut  shut
    delete own              gone     no     shut  shut   shut  shut
    delete another's        gone     no     no    no     no    shut
    react                   gone     no     shut  shut   shut  shut
    take a reaction back    gone     no     shut  shut   shut  shut
    pin                     gone     no     no    no     shut  shut
    unpin                   gone     no     no    no     shut  shut
    favorite                gone     yes    yes   yes    yes   yes
    star                    gone     yes    yes   yes    yes   yes
    list pins               gone     yes    yes   yes    yes   yes
    who has read            gone     yes    yes   yes    yes   yes
    ask                     gone     no     no    shut   shut  shut
    name a model            gone     no     shut  shut   shut  shut
    stop own answer         gone     no     no    shut   shut  shut
    stop another's answer   gone     no     no    shut   shut  shut
    regenerate own answer   gone     no     no    shut   shut  shut
    regenerate another's    gone     no     no    shut   shut  shut
    continue own answer     gone     no     no    shut   shut  shut
    continue another's      gone     no     no    shut   shut  shut
    regenerate by another   gone     no     no    shut   shut  shut
    translate               gone     no     no    shut  shut  shut
    read an answer aloud    gone     no     no    shut  shut  shut
    list branches           gone     yes    yes   yes   yes   yes
    see a branch            gone     yes    yes   yes   yes   yes
    choose a branch of own  gone     no     no    shut  shut  shut
    choose another's        gone     no     no    shut  shut  shut
    see a tool call         gone     yes    yes   yes   yes   yes
    approve a tool call     gone     no     no    no    shut  shut
    refuse a tool call      gone     no     no    no    shut  shut
    rate                    gone     yes    yes   yes   yes   yes
    take a rating back      gone     yes    yes   yes   yes   yes
    hide own from AI        gone     no     shut  shut   shut  shut
    hide own answer         gone     no     shut  shut   shut  shut
    hide another's          gone     no     no    no     shut  shut
    pin for AI              gone     no     no    no     shut  shut
    unpin for AI            gone     no     no    no     shut  shut
    open an aside           gone     no     no    shut   shut  shut
    ask for help            gone     no     shut  shut   shut  shut
    withdraw help           gone     no     shut  shut   shut  shut
    list decisions          gone     no     no    no     shut  shut
    preview context         gone     yes    yes   yes    yes   yes
    foresee a draft         gone     yes    yes   yes    yes   yes
    foresee an order        gone     yes    yes   yes    yes   yes
    see what was given      gone     yes    yes   yes    yes   yes
    read the context        gone     yes    yes   yes    yes   yes
    set a cutoff            gone     no     no    no     shut  shut
    preview instructions    gone     no     no    no     shut  shut
    start the context       gone     no     no    no     shut  shut
    instruct the AI         gone     no     no    no     shut  shut
    choose the AI           gone     no     no    no     shut  shut
    set parameters          gone     no     no    no     shut  shut
    choose tools            gone     no     no    no     shut  shut
    choose a fall-back      gone     no     no    no     shut  shut
    rename                  gone     no     no    no     shut  shut
    slow down               gone     no     no    no     shut  shut
    foresee retention       gone     no     no    no     no    shut
    set retention           gone     no     no    no     no    shut
    set AI rights           gone     no     no    no     shut  shut
    change a role           gone     no     no    no     shut  shut
    remove a member         gone     no     no    no     shut  shut
    ban a member            gone     no     no    no     shut  shut
    lift a ban              gone     no     no    no     shut  shut
    list bans               gone     no     no    no     shut  shut
    see who waits           gone     no     no    no     shut  shut
    let in                  gone     no     no    no     shut  shut
    turn away               gone     no     no    no     shut  shut
    hand over               gone     no     no    no     no    yes
    choose who pays         gone     no     no    no     no    shut
    see who pays            gone     yes    yes   yes    yes   yes
    see what was used       gone     yes    yes   yes    yes   yes
    see budgets             gone     yes    yes   yes    yes   yes
    set the budget          gone     no     no    no     no    shut
    set a member's budget   gone     no     no    no     no    shut
    make a link             gone     no     no    no     shut  shut
    list links              gone     no     no    no     shut  shut
    show a link             gone     no     no    no     shut  shut
    revoke a link           gone     no     no    no     shut  shut
    ask somebody            gone      no     no    no     shut   shut
    ask a group             gone      no     no    no     shut   shut
    list the asked          gone      no     no    no     shut   shut
    cancel an invitation    gone      no     no    no     shut   shut
    archive                 gone     no     no    no     no    yes
    open again              gone     no     no    no     no    yes
    delete the room         gone     no     no    no     no    yes
"""


def cells(table: str) -> dict[str, list[str]]:
    rows = (line.rsplit(maxsplit=6) for line in table.strip().splitlines())
    return {name.strip(): words for name, *words in rows}


async def scene(do: Do, role: Role | None, archived: bool) -> Scene:
    """Create a room with messages and questions of the actor and another. Without a role the actor is not in it."""
    async with do.work.begin() as ctx:
        users = [
            User(username=(name := new_id().hex), email=name, name="A", color="teal", created_at=ctx.now) for _ in "123"
        ]
        room = Room(
            name="Room", created_at=ctx.now, last_activity_at=ctx.now, archived_at=ctx.now if archived else None
        )
        ctx.db.add_all([*users, room])
        await ctx.db.flush()
        actor, other, waiting = users
        roles = {other.id: Role.MEMBER} | ({actor.id: role} if role else {})
        ctx.db.add_all(
            Member(room_id=room.id, user_id=id_, role=role, joined_at=ctx.now) for id_, role in roles.items()
        )
        authors = [{"author_id": actor.id}, {"author_id": other.id}]
        authors += [{"is_ai": True, "error": "llm_length", "asked_by_id": each.id} for each in (actor, other)]
        messages = [
            Message(room_id=room.id, seq=seq, rev=seq, text="Hello", created_at=ctx.now, **author)
            for seq, author in enumerate(authors, 1)
        ]
        room.rev = room.last_seq = len(messages)
        run = AiRun(room_id=room.id, message_id=messages[2].id, asked_by_id=actor.id, created_at=ctx.now, kept=[])
        run.status, messages[2].run_id = RunStatus.COMPLETED, run.id
        for answer in messages[2:]:
            answer.branches = [1, 2]
        branches = [
            MessageBranch(message_id=each.id, n=2, text="Hi", status=Status.COMPLETE, created_at=ctx.now)
            for each in messages[2:]
        ]
        link = invite_link(ctx, room.id)
        request = JoinRequest(room_id=room.id, user_id=waiting.id, asked_at=ctx.now)
        invitation = RoomInvitation(room_id=room.id, user_id=waiting.id, created_at=ctx.now)
        group = Group(owner_id=actor.id, name="Friends", created_at=ctx.now)
        ctx.db.add_all(messages)
        await ctx.db.flush()
        ctx.db.add_all([*branches, run, link, request, invitation, group])
        call = await add_waiting_call(ctx, messages[3])
        files = [
            Attachment(
                room_id=room.id,
                uploader_id=message.author_id,
                message_id=message.id,
                name="a.png",
                declared_type="image/png",
                mime_type="image/png",
                kind="image",
                size=1,
                thumbnails=1,
                status="ready",
                created_at=ctx.now,
                sent_at=ctx.now,
            )
            for message in messages[:2]
        ]
        files[0].kind = FileKind.TEXT
        ctx.db.add_all(files)
        await ctx.db.flush()
        ctx.db.add(AttachmentPage(attachment_id=files[0].id, n=1, text="Hello"))
    return Scene(
        do, Actor(actor.person(), new_id()), room, *messages, call, *files, link, invitation, group, other, waiting
    )


async def codes_in(a_scene: Scene) -> dict[str, str | None]:
    """Return the error code of every use case, each in the same scene: what one has changed is undone for the next."""
    codes = {}
    for name, use_case in USE_CASES.items():
        async with a_scene.do.undone() as do:
            codes[name] = await code_of(use_case(replace(a_scene, do=do)))
    return codes


@pytest.mark.parametrize("archived", [False, True], ids=["open", "archived"])
@pytest.mark.parametrize(("column", "role"), list(enumerate([None, *Role])), ids=["outsider", *Role])
@pytest.mark.slow
async def test_each_role_may_do_what_the_table_says(do: Do, column: int, role: Role | None, archived: bool):
    codes = await codes_in(await scene(do, role, archived))
    found = {
        name: next((word for word in WORDS if code in (WORDS[word] or (None,))), code) for name, code in codes.items()
    }
    assert found == {name: words[column] for name, words in cells(ARCHIVED if archived else OPEN).items()}


async def test_no_session_permits_nothing_in_a_room(do: Do):
    codes = await codes_in(replace(await scene(do, Role.MASTER, archived=False), actor=None))
    assert codes == dict.fromkeys(USE_CASES, "not_signed_in")


OUTSIDERS: dict[str, Callable[[Do, Scene, Actor, Actor], Awaitable[object]]] = {
    "a stranger": lambda do, s, master, who: do(None, nothing),
    "an admin of the site": lambda do, s, master, who: do(None, make_admin, who),
    "who has left": lambda do, s, master, who: do(who, leave_room, s.room.id),
    "who was removed": lambda do, s, master, who: do(master, remove_member, s.room.id, who.user_id),
    "who was banned": lambda do, s, master, who: do(master, ban_member, s.room.id, who.user_id),
    "who is asked in": lambda do, s, master, who: do(master, invite, s.room.id, str(who.user_id)),
    "who waits at the door": lambda do, s, master, who: do(None, ask, s.room.id, who),
    "whom the master blocked": lambda do, s, master, who: do(master, block_person, who.person.username),
}


async def nothing(ctx: Context) -> None:
    """Yield nothing."""


async def make_admin(ctx: Context, who: Actor) -> None:
    (await ctx.db.get_one(User, who.user_id)).site_roles = ["admin"]


async def ask(ctx: Context, room_id: UUID, who: Actor) -> None:
    ctx.db.add(JoinRequest(room_id=room_id, user_id=who.user_id, asked_at=ctx.now))


@pytest.mark.parametrize("relation", OUTSIDERS)
@pytest.mark.slow
async def test_stranger_does_not_find_room(do: Do, make: Factory, relation: str):
    a_scene, who = await scene(do, Role.MASTER, archived=False), await make.actor()
    assert a_scene.actor
    if relation in {"who has left", "who was removed", "who was banned"}:
        await make.join(a_scene.room, who, Role.ADMIN)
    await OUTSIDERS[relation](do, a_scene, a_scene.actor, who)
    roles = frozenset({"admin"}) if relation == "an admin of the site" else frozenset[str]()
    outsider = replace(a_scene, actor=replace(who, site_roles=roles))
    for name, use_case in USE_CASES.items():
        assert await code_of(use_case(outsider)) in WORDS["gone"], name


DIRECT = {
    "yes": """read history, read on, export, look a message up, search, report another's, catch up, list members,
        see who pays, see what was used, see budgets,
        see own marks, mark read, mark unread, mark read up to one, favorite, star, list pins, who has read,
        preview context, foresee a draft, foresee an order, see what was given, read the context, list branches,
        see a branch, rate, take a rating back, see a tool call, list files, see a file, open a file,
        open a thumbnail, read a text file, see space of files""",
    "shut": """announce a file, ask for help, withdraw help, dictate, caption own file, write down own file,
        write down another's,
        caption another's file, delete own file, translate,
        read an answer aloud,
        hide own file from AI, hide another's file from AI,
        say typing, approve a tool call, refuse a tool call, post, reply, edit own,
        edit another's,
        edit an answer, delete own, react,
        take a reaction back, pin, unpin, ask, stop own answer, stop another's answer, regenerate own answer,
        regenerate another's, continue own answer, continue another's, choose the AI, set AI rights, hide own from AI,
        choose a fall-back, set parameters, choose tools, name a model,
        regenerate by another, open an aside, hide own answer, hide another's, pin for AI, unpin for AI,
        set a cutoff, start the context, preview instructions,
        instruct the AI, choose a branch of own, choose another's, list decisions""",
    "no": """leave, delete another's, delete another's file, rename,
        slow down, foresee retention, set retention, change a role, remove a member, ban a member,
        lift a ban, list bans, see who waits, let in, turn away, hand over, make a link, list links, show a link,
        revoke a link, ask somebody, ask a group, list the asked, cancel an invitation,
        choose who pays, set the budget, set a member's budget, archive, open again, delete the room""",
}
"""The permissions in a direct chat: always, until one of the two blocks the other, and never."""
NOT_EVEN_OPEN = {"ask for help", "edit another's", "edit an answer", "caption another's file", "set AI rights"}


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.slow
async def test_permissions_in_direct_chat(do: Do, closed: bool):
    a_scene = await scene(do, Role.MEMBER, archived=False)
    async with do.work.begin() as ctx:
        room = await ctx.db.get_one(Room, a_scene.room.id)
        ids = sorted((str(a_scene.actor.user_id), str(a_scene.other.id)))
        room.pair, room.name, room.closed = ":".join(ids), "", closed
    assert await codes_in(a_scene) == {name: code_in_direct_chat(name, closed=closed) for name in USE_CASES}


def code_in_direct_chat(name: str, *, closed: bool) -> str | None:
    [word] = [word for word, rows in DIRECT.items() if name in {row.strip() for row in rows.split(",")}]
    if word == "shut" and closed:
        return "chat_closed"
    return "not_allowed" if word == "no" or name in NOT_EVEN_OPEN else None


def test_the_tables_name_every_use_case():
    assert list(cells(OPEN)) == list(cells(ARCHIVED)) == list(USE_CASES)
