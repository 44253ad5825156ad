"""People's actions in a room, and one person's private actions meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from chat_app.core.ai.asking.branches import choose_branch
from chat_app.core.ai.asking.commands import ask_in_room, edit_question, regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.asking.publishing import publish_message
from chat_app.core.ai.decisions.queue import QUIET, TYPING
from chat_app.core.ai.preview.context import preview_context, start_context_at
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.files.commands import delete_file
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.commands import say_typing
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, pin_message, react, star_message
from chat_app.core.messages.marks.ratings import rate_answer, unrate_answer
from chat_app.core.messages.queries import history
from chat_app.core.messages.reading.receipts import mark_delivered, mark_read
from chat_app.core.rooms.commands import delete_room, update_room
from chat_app.core.rooms.members import change_role
from tests.ui.whispers.echo import ECHO, HOLD
from tests.ui.whispers.stage import Stage

SECRET = "pineapple"
"""A word that is said in private alone."""

Act = Callable[[Stage, Actor, int, str], Awaitable[Any]]


def pick(ids: list[Any], what: int) -> Any:
    """Return one of the ids; those of late more often than others."""
    return ids[-1 - what % min(len(ids), 6)] if ids else None


async def say(stage: Stage, who: Actor, what: int, word: str) -> None:
    await stage.say(who, f"I say {word}", reply_to=pick(stage.messages, what) if what % 3 == 0 else None)


async def ask(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Ask the AI, by its name or for what was said; note the answer too."""
    if what % 3:
        await stage.say(who, f"What of {word}, @echo?")
    else:
        await stage.do(who, ask_in_room, stage.room.id)
    stage.messages.append((await stage.do(who, history, stage.room.id)).messages[-1].id)


async def send_file(stage: Stage, who: Actor, what: int, word: str) -> None:
    stage.files.append(await stage.file(stage.room, who, word))
    await stage.say(who, f"See {word}", stage.files[-1:])


async def decide(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Let the silence pass after which the AI decides whether it joins in."""
    stage.clock.now += max(QUIET, TYPING)
    for decision in (await stage.decider.claim(10))[0]:
        await stage.decider.decide(decision)


async def publish(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Ask in private what is answered so whatever was asked before, and publish both."""
    stage.gateway.release()  # an answer that is held there would have this one wait
    await stage.settle()
    question = await stage.whisper(f"Tell all of {word} [[say It is {word}.]]")
    await stage.settle()
    said = (await stage.do(stage.secretive, history, question.room_id)).messages
    for each in [question.id, *(each.id for each in said if each.seq == question.seq + 1)]:
        stage.messages.append((await stage.do(stage.secretive, publish_message, each)).id)


PUBLIC: dict[str, Act] = {
    "say": say,
    "ask": ask,
    "send file": send_file,
    "decide": decide,
    "edit": lambda s, a, n, w: s.do(a, edit_question, pick(s.messages, n), f"Rather {w}"),
    "delete": lambda s, a, n, w: s.do(a, delete_message, pick(s.messages, n)),
    "delete file": lambda s, a, n, w: s.do(a, delete_file, pick(s.files, n)),
    "react": lambda s, a, n, w: s.do(a, react, pick(s.messages, n), "👍🎉"[n % 2], on=n % 5 > 0),
    "pin": lambda s, a, n, w: s.do(a, pin_message, pick(s.messages, n), on=n % 4 > 0),
    "pin for AI": lambda s, a, n, w: s.do(a, pin_for_ai, pick(s.messages, n), on=n % 4 > 0),
    "hide": lambda s, a, n, w: s.do(a, exclude_from_ai, pick(s.messages, n), on=n % 3 > 0),
    "star": lambda s, a, n, w: s.do(a, star_message, pick(s.messages, n), on=n % 4 > 0),
    "regenerate": lambda s, a, n, w: s.do(a, regenerate_answer, pick(s.messages, n)),
    "choose": lambda s, a, n, w: s.do(a, choose_branch, pick(s.messages, n), n % 2 + 1),
    "rate": lambda s, a, n, w: s.do(a, rate_answer, pick(s.messages, n), ["up", "down"][n % 2], w),
    "read": lambda s, a, n, w: s.do(a, mark_read, s.room.id, n),
    "get": lambda s, a, n, w: s.do(a, mark_delivered, {str(s.room.id): n}),
    "type": lambda s, a, n, w: s.do(a, say_typing, s.room.id),
    "rename": lambda s, a, n, w: s.do(a, update_room, s.room.id, name=f"The {w}"),
    "slow down": lambda s, a, n, w: s.do(a, update_room, s.room.id, slow_seconds=[0, 5][n % 2]),
    "instruct": lambda s, a, n, w: s.do(a, set_ai, [], s.room.id, instructions=f"Think of {w}"),
    "set rule": lambda s, a, n, w: s.do(a, set_ai, [], s.room.id, rule=["always", "helpful", "mentioned"][n % 3]),
    "cut off": lambda s, a, n, w: s.do(a, start_context_at, pick(s.messages, n)),
    "change role": lambda s, a, n, w: s.do(
        s.people[0], change_role, s.room.id, s.people[1 + n % 2].user_id, ["member", "admin", "guest"][n % 3]
    ),
}


async def whisper(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Ask in private, and note the answer too."""
    text = f"{SECRET} {word}? @Ben {HOLD if what % 7 == 0 else ''}"
    said = await stage.whisper(text, reply_to=pick(stage.private, what) if what % 3 == 0 else None)
    found = (await stage.do(who, history, said.room_id)).messages
    stage.private.append(found[-1].id)


async def attach(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Send a file in private that was uploaded for the aside, or for the room."""
    room = await stage.aside() if what % 2 else stage.room
    stage.private_files.append(await stage.file(room, who, f"{SECRET}-{word}", SECRET))
    await stage.whisper(f"See this {SECRET}", stage.private_files[-1:])


async def look_around(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Go to the aside, and back to the room."""
    aside = await stage.aside()
    for handler, payload in (
        ("arrive", {}),
        ("typing", {"room": str(aside.id)}),
        ("look", {"room": str(aside.id)}),
        ("sync", {"room": str(aside.id), "rev": 1}),
        ("load_members", {"room": str(aside.id)}),
        ("attend", {"away": False}),
        ("read", {"room": str(aside.id), "seq": aside.last_seq}),
        ("delivered", {"places": {str(aside.id): aside.last_seq}}),
    ):
        await stage.tell(stage.tab, who, aside.id, handler, **payload)
    await stage.tell(stage.tab, who, stage.room.id, "arrive")


async def translate(stage: Stage, who: Actor, what: int, word: str) -> None:
    await stage.parts.translator.translate(who, pick(stage.private, what), ["en", "ja"][what % 2])


async def pass_by(stage: Stage, who: Actor, what: int, word: str) -> None:
    """Let time pass for the aside alone: what is said there later has another time."""
    before = stage.clock.now
    stage.clock.now += timedelta(milliseconds=what)
    await whisper(stage, who, what, word)
    stage.clock.now = before


PRIVATE: dict[str, Act] = {
    "whisper": whisper,
    "whisper later": pass_by,
    "attach": attach,
    "look around": look_around,
    "translate": translate,
    "edit": lambda s, a, n, w: s.do(a, edit_question, pick(s.private, n), f"{SECRET} rather {w}"),
    "delete": lambda s, a, n, w: s.do(a, delete_message, pick(s.private, n)),
    "delete file": lambda s, a, n, w: s.do(a, delete_file, pick(s.private_files, n)),
    "react": lambda s, a, n, w: s.do(a, react, pick(s.private, n), "👍🎉"[n % 2], on=n % 5 > 0),
    "pin": lambda s, a, n, w: s.do(a, pin_message, pick(s.private, n), on=n % 4 > 0),
    "pin for AI": lambda s, a, n, w: s.do(a, pin_for_ai, pick(s.private, n), on=n % 4 > 0),
    "hide": lambda s, a, n, w: s.do(a, exclude_from_ai, pick(s.private, n), on=n % 3 > 0),
    "star": lambda s, a, n, w: s.do(a, star_message, pick(s.private, n), on=n % 4 > 0),
    "stop": lambda s, a, n, w: s.do(a, stop_answer, pick(s.private, n)),
    "continue": lambda s, a, n, w: s.do(a, continue_answer, pick(s.private, n), offered=[ECHO]),
    "regenerate": lambda s, a, n, w: s.do(a, regenerate_answer, pick(s.private, n)),
    "choose": lambda s, a, n, w: s.do(a, choose_branch, pick(s.private, n), n % 2 + 1),
    "rate": lambda s, a, n, w: s.do(a, rate_answer, pick(s.private, n), ["up", "down"][n % 2], SECRET),
    "unrate": lambda s, a, n, w: s.do(a, unrate_answer, pick(s.private, n)),
    "preview": lambda s, a, n, w: s.do(a, preview_context, [ECHO], s.aside_id, text=SECRET),
    "cut off": lambda s, a, n, w: s.do(a, start_context_at, pick(s.private, n)),
    "delete aside": lambda s, a, n, w: s.do(a, delete_room, s.aside_id),
}
