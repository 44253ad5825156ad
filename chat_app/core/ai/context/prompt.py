"""Build a model's prompt: a pure function of a room's messages, with a reason for each one that is left out."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chat_app.core.ai.context.choosing import ChosenPlaces, StandIn, choose_places
from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE, Lines, speaker_name, time_mark
from chat_app.core.ai.context.shapes.earlier import END, OWN, PINNED, EarlierSummaries, PromptSummary
from chat_app.core.ai.context.shapes.files import Contents
from chat_app.core.ai.context.shapes.messages import PromptMessage, Reason
from chat_app.core.ai.context.turns import Pictures, TurnPart, merge_turns
from chat_app.core.ai.ports.gateway import LlmError, LlmMessage

LEAST_ROOM = 16
NOTHING_EARLIER: Final = EarlierSummaries()
# Kana, Han, Hangul, full-width forms and emoji take about a token each; other letters beyond ASCII about half of one.
_WIDE = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00010000-\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages for the model. `kept` and `left_out` together are the whole history; `tokens` is an estimate.
    `summaries` replace messages that are left out. If some messages are left out without a summary, those until `until`
    should be summarised for the next prompt. The `pictures` are to be put into their turns by :func:`with_images`.
    """

    messages: tuple[LlmMessage, ...]
    kept: tuple[UUID, ...]
    left_out: tuple[tuple[UUID, Reason], ...]
    tokens: int
    truncated: bool = False
    summaries: tuple[PromptSummary, ...] = ()
    until: UUID | None = None
    pictures: Pictures = ()

    def left_out_json(self) -> list[dict[str, str]]:
        """Return the messages that were left out, with the reasons, as stored and sent."""
        return [{"id": str(message), "reason": reason} for message, reason in self.left_out]

    def summary_json(self) -> dict[str, Any] | None:
        """Return the last summary, which is the room's own, as it is stored: without its text."""
        return dict(self.summaries[-1].noted()) if self.summaries else None


def build_prompt(
    history: Sequence[PromptMessage],
    *,
    system: str,
    budget_tokens: int,
    count: Callable[[str], int],
    earlier: EarlierSummaries = NOTHING_EARLIER,
    contents: Contents | None = None,
) -> Prompt:
    """Choose from `history` (oldest first, the message being answered last) what fits into the budget. The newest
    messages are chosen without gaps. The message being answered is always included; if it alone is too long, its middle
    is cut. If not all messages fit, summaries replace the messages that they cover, and pinned messages take precedence
    over the newest. Roles alternate, user first and last, since some vendors require it. All files are named; the
    newest ones are included with their `contents`.

    Raises `LlmError("llm_context_too_long")` if the budget is too small for the system text, and
    `LlmError("llm_nothing_seen")` if no person's message is left.
    """
    left_out: dict[UUID, Reason] = {m.id: reason for m in history if (reason := why_unseen(m))}
    usable = _paired([m for m in history if m.id not in left_out], left_out)
    room = _room_for(usable, budget_tokens - count(system) - TOKENS_PER_MESSAGE, count)
    lines = Lines(usable, count, contents, room)
    places = _places(usable, room, lines, count, earlier)
    used = [earlier.summaries[each] for each in places.used]
    newest = _leave_out(usable, places, left_out)
    given = {*newest, *places.pinned}
    said = [*_above(usable, places, used, lines), *_said(usable, newest, lines, room)]
    messages, pictures = merge_turns(LlmMessage("system", system), said)
    taken = sum(count(m.content) + TOKENS_PER_MESSAGE for m in messages)
    return Prompt(
        messages=messages,
        kept=tuple(m.id for place, m in enumerate(usable) if place in given),
        left_out=tuple((m.id, left_out[m.id]) for m in history if m.id in left_out),
        tokens=taken + sum(file.tokens for _, file in pictures),
        truncated=lines.cost(newest[-1]) > room,
        summaries=tuple(used),
        until=_until(usable, places, earlier),
        pictures=pictures,
    )


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of `text` without a tokenizer: one per CJK character, else four characters to a token."""
    if text.isascii():
        return -(-len(text) // 4)
    ascii_ones, wide = len(text.encode("ascii", "ignore")), len(text) - len(_WIDE.sub("", text))
    return -(-(4 * wide + 2 * (len(text) - ascii_ones - wide) + ascii_ones) // 4)


def estimate_prompt(messages: Iterable[LlmMessage]) -> int:
    """Estimate the tokens that `messages` take in a model's window."""
    pictures = sum(image.tokens for m in messages for image in m.images)
    return pictures + sum(estimate_tokens(m.content) + TOKENS_PER_MESSAGE for m in messages)


def why_unseen(message: PromptMessage) -> Reason | None:
    """Return the reason for which no model sees a message, or nothing."""
    if message.deleted:
        return "deleted"
    if message.hidden:
        return "hidden"
    if message.before_cutoff:
        return "before_cutoff"
    if message.before_start:
        return "before_start"
    if message.failed:
        return "failed"
    return None if message.files or message.text.strip() else "empty"


def _paired(usable: list[PromptMessage], left_out: dict[UUID, Reason]) -> list[PromptMessage]:
    """Return `usable` without answers after the last question, which need no answer."""
    while usable and usable[-1].is_ai:
        left_out[usable.pop().id] = "unpaired_answer"
    return usable


def _room_for(usable: Sequence[PromptMessage], rest: int, count: Callable[[str], int]) -> int:
    """Return the part of the remaining budget that messages may use. Raises :class:`LlmError` as the builder does."""
    # The first included message has its time, whatever came before it.
    room = rest - (count(time_mark(usable[0].at)) if usable else 0)
    if room < LEAST_ROOM:
        raise LlmError("llm_context_too_long")
    if not usable:
        raise LlmError("llm_nothing_seen")
    return room


def _places(
    usable: Sequence[PromptMessage], room: int, lines: Lines, count: Callable[[str], int], earlier: EarlierSummaries
) -> ChosenPlaces:
    """Choose the messages of the prompt, and the summaries that replace others."""

    def cost(text: str) -> int:
        return count(text) + TOKENS_PER_MESSAGE

    stand_ins = []
    for summary in earlier.summaries:
        covered = frozenset(place for place, message in enumerate(usable) if summary.covers(message))
        stand_ins.append(StandIn(covered, cost(summary.as_quotation()), beyond=len(covered) < summary.messages))
    pinned = [place for place, message in enumerate(usable) if message.pinned]
    marks = cost(PINNED) + cost(END) + len(pinned) * cost(OWN)
    return choose_places(len(usable), room, lines.cost, pinned=pinned, stand_ins=stand_ins, marks=marks)


def _leave_out(usable: Sequence[PromptMessage], places: ChosenPlaces, left_out: dict[UUID, Reason]) -> list[int]:
    """Note why messages are left out; return the newest that fit, without an answer that precedes all questions."""
    newest = list(places.newest)
    while not (places.used or places.pinned) and usable[newest[0]].is_ai:
        left_out[usable[newest.pop(0)].id] = "unpaired_answer"
    given = {*newest, *places.pinned}
    for place, message in enumerate(usable):
        if place not in given and message.id not in left_out:
            left_out[message.id] = "summarised" if place in places.covered else "too_old_for_window"
    return newest


def _above(
    usable: Sequence[PromptMessage], places: ChosenPlaces, used: Sequence[PromptSummary], lines: Lines
) -> list[TurnPart]:
    """Return the part before the newest messages, in the role *user*, because people wrote its words."""
    blocks = [TurnPart(LlmMessage("user", summary.as_quotation())) for summary in used]
    if places.pinned:
        blocks.append(TurnPart(LlmMessage("user", PINNED)))
    for place in places.pinned:
        own = usable[place].is_ai and not usable[place].other
        line = f"{OWN}\n{lines.quoted(place)}" if own else lines.line(place)
        blocks.append(TurnPart(LlmMessage("user", line), lines.pictures(place)))
    return [*blocks, TurnPart(LlmMessage("user", END))] if blocks else []


def _until(usable: Sequence[PromptMessage], places: ChosenPlaces, earlier: EarlierSummaries) -> UUID | None:
    """Return the message of the room up to which a summary should reach, unless the present one is enough."""
    own, place = usable[-1].room_id, places.until
    summary = earlier.of(own)
    if earlier.read_from is not None and (summary is None or summary.until_seq < earlier.read_from - 1):
        place = max(place or 0, len(usable) // 2 - 1)
    if place is None or place < 0:
        return None
    newest = next((message for message in reversed(usable[: place + 1]) if message.room_id == own), None)
    return None if newest is None or (summary and newest.seq <= summary.until_seq) else newest.id


def _said(usable: Sequence[PromptMessage], newest: Sequence[int], lines: Lines, room: int) -> list[TurnPart]:
    """Return the newest messages as turns; people's messages have the role *user*."""
    said: list[TurnPart] = []
    for place in newest:
        own = usable[place].is_ai and not usable[place].other
        name = None if own else speaker_name(usable[place].author_name)
        line = lines.within(place, room)
        if not own and not any(each.message.role == "user" for each in said):
            line = lines.dated(place, line)
        said.append(TurnPart(LlmMessage("assistant" if own else "user", line, name), lines.pictures(place)))
    return said
