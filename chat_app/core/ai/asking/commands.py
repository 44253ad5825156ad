"""Send messages that may ask the AI; stop and regenerate answers."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.features import Feature, is_off
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.anew import asked_anew, write_anew
from chat_app.core.ai.asking.asked import MODELS_MAX, AskedModel, asked_models
from chat_app.core.ai.asking.posts.counting import ASKS
from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.ai.asking.posts.writing import write_posts, write_question
from chat_app.core.ai.costs.charging import require_funds
from chat_app.core.ai.drawing.orders import order_in, prompt_in
from chat_app.core.ai.errors import ModelNotOffered, NotAnAnswer, StillAnswering
from chat_app.core.ai.events import RunEnded, RunStopRequested
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.files.rules import check_file_name
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.access import MessageAccess, access_message
from chat_app.core.messages.commands import SENDS, announce, check_message, edit_message
from chat_app.core.messages.errors import MessageDeleted, MessageNotFound
from chat_app.core.messages.tables import LIVE, Message, Status
from chat_app.core.messages.views.messages import MessageView, view_messages_now
from chat_app.core.rooms.access import RoomAccess, advance
from chat_app.core.rooms.commands import count_room, create_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.rights.permitting import refusal
from chat_app.core.rooms.rules import name_from_message
from chat_app.core.rooms.tables import AiRule, Room, RoomKind


async def post_message(
    ctx: Context,
    room_id: AnyId,
    text: str,
    *,
    nonce: UUID | None = None,
    reply_to: AnyId | None = None,
    model: str | None = None,
    offered: Sequence[ModelInfo] = (),
    assistant: UUID | None = None,
) -> MessageView:
    """Send a message, and queue the answers to it for which it, the room's rule and the actor's role call."""
    said = await check_message(ctx, text)
    replied = parse_id(reply_to, MessageNotFound) if reply_to else None
    post = Post(ctx.me, said, nonce, replied, model, offered, assistant)
    await write_posts(ctx, parse_id(room_id, RoomNotFound), [post])
    return post.view()


async def start_chat(
    ctx: Context,
    text: str,
    *,
    nonce: UUID,
    model: str | None = None,
    offered: Sequence[ModelInfo] = (),
    drawers: Sequence[ModelInfo] = (),
) -> Room:
    """Create a new private room in which the AI answers every message, beginning with ``text``, which names the room
    and may name some of the models that are ``offered``, or ask one of the ``drawers`` for a picture.

    The room's id follows from the ``nonce``, so that a resend leads to the same room. The caller has checked ``model``.
    """
    said = await check_message(ctx, text)
    if known := await ctx.db.get(Room, _chat_id(ctx, nonce)):
        return known
    post = Post(ctx.me, said, nonce, offered=offered, order=order_in(said.text, drawers, ctx.me))
    asked = asked_models(post.naming, AiRule.ALWAYS, model, replies_to_ai=False)
    answers = 1 if post.order else len(asked)
    post.asks = await ctx.admits(ASKS, str(ctx.me.user_id), count=answers)  # before anything is locked
    access = await _new_chat(ctx, nonce, said.text, model)
    if access is None:
        return await ctx.db.get_one(Room, _chat_id(ctx, nonce))
    await write_posts(ctx, access.room.id, [post])
    post.view()
    for written in (access.room, access.member):
        await ctx.db.refresh(written)
    return access.room


async def open_chat(ctx: Context, name: str, *, nonce: UUID, model: str | None = None) -> Room:
    """Create a new private room as :func:`start_chat` does, without a message, named after a file for a while."""
    await ctx.limit(SENDS, str(ctx.me.user_id))
    access = await _new_chat(ctx, nonce, check_file_name(name), model)
    return access.room if access else await ctx.db.get_one(Room, _chat_id(ctx, nonce))


def _chat_id(ctx: Context, nonce: UUID) -> UUID:
    return uuid5(ctx.me.user_id, str(nonce))


async def _new_chat(ctx: Context, nonce: UUID, about: str, model: str | None) -> RoomAccess | None:
    """Create the private room of a nonce, named after its subject; return ``None`` if it exists."""
    room_id = _chat_id(ctx, nonce)
    if await ctx.db.get(Room, room_id):
        return None
    await count_room(ctx)
    # Of two resends at once, the second waits for the first's room.
    await ctx.lock_key(str(room_id))
    if await ctx.db.get(Room, room_id):
        return None
    rules: dict[str, Any] = {"kind": RoomKind.CHAT, "ai_rule": AiRule.ALWAYS, "ai_model": model, "auto_named": True}
    return await create_room(ctx, name=name_from_message(about), room_id=room_id, counted=True, **rules)


async def ask_in_room(ctx: Context, room_id: AnyId) -> MessageView:
    """Ask the AI about the messages so far, for any rule of the room."""
    await ctx.limit(ASKS, str(ctx.me.user_id))
    return await write_question(ctx, parse_id(room_id, RoomNotFound))


async def stop_answer(ctx: Context, message_id: AnyId, *, run: str | None = None) -> MessageView:
    """Stop an answer that is being written: the actor's own, any with ``Permission.REGENERATE_ANY_ANSWER``, or any as
    the supporter who has taken the room over. The text so far remains. Stopping works even if AI is switched off: the
    switch only prevents questions. Does nothing if the answer has ended, or if ``run`` is given and is not its run.
    """
    access = await _access_running(ctx, message_id)
    message = access.message
    if message.status in LIVE and message.run_id and not superseded(message, run):
        held = await ctx.db.get(AiRun, message.run_id, with_for_update=True)
        if held and held.status == RunStatus.QUEUED:
            held.status, held.finished_at = RunStatus.STOPPED, ctx.now
            message.status, message.rev = Status.STOPPED, advance(access.room.room)
            ctx.emit(RunEnded(held.id))
            return await announce(ctx, message)
        if held:
            held.stop_requested = True
            ctx.emit(RunStopRequested(held.id))
    [view] = await view_messages_now(ctx, [message])
    return view


async def regenerate_answer(
    ctx: Context,
    message_id: AnyId,
    *,
    run: str | None = None,
    model: str | None = None,
    offered: Sequence[ModelInfo] = (),
) -> MessageView:
    """Regenerate an answer in the same place: the actor's own, or any with ``Permission.REGENERATE_ANY_ANSWER``.

    The previous text becomes a branch. The same model or assistant writes the new text (:func:`asked_again`). Choosing
    a ``model`` requires ``Permission.CHOOSE_MODEL``; the caller has checked that the model is offered. With ``run``,
    the id of the run to replace, a repeated request has no effect. Raises :class:`StillAnswering` while the present
    text is being written.
    """
    await ctx.limit(ASKS, str(ctx.me.user_id))
    access = await access_answer(ctx, message_id)
    if model:
        access.room.require(Permission.CHOOSE_MODEL)
    message, room = access.message, access.room.room
    if superseded(message, run):
        return await announce(ctx, message)
    if message.deleted_at is not None:
        raise MessageDeleted()
    if message.status in LIVE:
        raise StillAnswering()
    if model and message.drawing is not None:
        raise ModelNotOffered(field="model")
    asked = AskedModel(model) if model else await asked_anew(ctx, message, room, offered)
    if message.drawing is None:
        await require_funds(ctx, room.id, ctx.me.user_id, "", [asked.model or room.ai_model], offered)
    return await write_anew(ctx, room, message, asked)


async def edit_question(
    ctx: Context, message_id: AnyId, text: str, *, offered: Sequence[ModelInfo] = ()
) -> MessageView:
    """Change the text of the actor's own message, as :func:`edit_message` does. Its answer no longer fits: in a private
    chat it is written again (by :func:`asked_again`), elsewhere it is marked as outdated.
    """
    access = (await access_message(ctx, message_id, Permission.SEND, lock=False)).room
    place, may_ask = access.room, access.allows(Permission.ASK_AI) and not is_off(ctx.policy, Feature.AI)
    answers = may_ask and place.kind == RoomKind.CHAT and place.ai_rule == AiRule.ALWAYS
    asks = answers and await ctx.admits(ASKS, str(ctx.me.user_id))  # counted before the room is locked
    view = await edit_message(ctx, message_id, text)
    question = await ctx.db.get_one(Message, view.id)
    for answer in await _answers_to(ctx, question) if question.edited_at == ctx.now else ():
        room = await ctx.db.get_one(Room, view.room_id)
        prompt = prompt_in(view.text)
        if asks and answer.status not in LIVE and (answer.drawing is None) == (not prompt):
            await write_anew(ctx, room, answer, await asked_anew(ctx, answer, room, offered), prompt)
        else:
            answer.outdated, answer.rev = True, advance(room)
            await announce(ctx, answer)
    return view


async def _answers_to(ctx: Context, question: Message) -> list[Message]:
    """Return the answers to ``question`` that its author got: they have the next places in the room."""
    places = col(Message.seq).between(question.seq + 1, question.seq + MODELS_MAX)
    following = select(Message).where(col(Message.room_id) == question.room_id, places).order_by(col(Message.seq))
    answers = takewhile(lambda each: each.asked_by_id == question.author_id, await ctx.db.scalars(following))
    # A run that has not begun will read the edited question.
    return [each for each in answers if each.deleted_at is None and each.status != Status.QUEUED]


def superseded(answer: Message, run: str | None) -> bool:
    """Return whether the answer's run is another one than the actor knows."""
    return run is not None and run != str(answer.run_id or "")


async def access_answer(ctx: Context, message_id: AnyId) -> MessageAccess:
    """Return an answer, with its room locked, if the actor may request a new text: their own answer, or any with
    ``Permission.REGENERATE_ANY_ANSWER``. An unasked answer that is being written may be stopped by everybody.

    Raises :class:`NotAnAnswer` if the message has no run.
    """
    access = await access_message(ctx, message_id, Permission.ASK_AI)
    _check_own(ctx, access)
    return access


async def _access_running(ctx: Context, message_id: AnyId) -> MessageAccess:
    """Return an answer as :func:`access_answer` does, even if the AI is switched off or support helps.

    The supporter who helps gets any answer.
    """
    access = await access_message(ctx, message_id, Permission.VIEW)
    room = access.room.room
    if room.help_state == HelpState.TAKEN and room.help_by_id == ctx.me.user_id:
        return access
    if error := refusal(room, access.room.role, Permission.ASK_AI, beside=True):
        raise error
    _check_own(ctx, access)
    return access


def _check_own(ctx: Context, access: MessageAccess) -> None:
    if not access.message.is_ai or not (access.message.run_id or access.message.asked_by_id):  # an unasked answer
        raise NotAnAnswer()
    everybodys = access.message.asked_by_id is None and access.message.status in LIVE
    own = everybodys or access.message.asked_by_id == ctx.me.user_id
    if not own and not access.room.allows(Permission.REGENERATE_ANY_ANSWER):
        raise NotAllowed()
