"""Build a model's prompt: a pure function of a room's messages, with a reason for each one that is left out."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from chat_app.core.ai.ports import LlmError, LlmMessage
from chat_app.core.kernel.text import cut, cut_start

Reason = Literal["hidden", "before_cutoff", "deleted", "failed", "empty", "unpaired_answer", "too_old_for_window"]

# Vendors wrap every message in a few tokens of their own; the blank line between merged messages is in here too.
TOKENS_PER_MESSAGE = 4
LEAST_ROOM = 16
_GAP = "\n[…]\n"
_NAME_LENGTH = 40
# Kana, Han, Hangul, full-width forms and emoji take about a token each; other letters beyond ASCII about half of one.
_WIDE = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00010000-\U0010ffff]+")
_NARROW = re.compile(r"[\u0080-\u2e7f\ud800-\uf8ff\ufb00-\ufeff\ufff0-\uffff]+")


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """A message of the room, as the builder needs it. `failed` is an AI answer that broke off with an error.

    `hidden` is one that people have hidden from models, and `before_cutoff` one from before the room's cutoff. `other`
    is an answer that another `model`, or another `assistant`, gave: see :func:`with_others`.
    """

    id: UUID
    author_name: str
    is_ai: bool
    text: str
    deleted: bool = False
    failed: bool = False
    hidden: bool = False
    before_cutoff: bool = False
    model: str | None = None
    assistant: str | None = None
    assistant_id: UUID | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages for the model. `kept` and `left_out` together are the whole history; `tokens` is an estimate."""

    messages: tuple[LlmMessage, ...]
    kept: tuple[UUID, ...]
    left_out: tuple[tuple[UUID, Reason], ...]
    tokens: int
    truncated: bool = False

    def left_out_json(self) -> list[dict[str, str]]:
        """Return the messages that were left out, and the reasons, as they are stored and sent."""
        return [{"id": str(message), "reason": reason} for message, reason in self.left_out]


def build_prompt(
    history: Sequence[PromptMessage], *, system: str, budget_tokens: int, count: Callable[[str], int]
) -> Prompt:
    """Choose from `history` (oldest first, the message being answered last) what fits into the budget.

    The newest messages win and are never interleaved with gaps; the message being answered is always there, cut in the
    middle if it alone is too long. Roles alternate, user first and last, as some vendors insist.
    Raises `LlmError("llm_context_too_long")` if the budget does not even hold the system text, and
    `LlmError("llm_nothing_seen")` if no person's message is left.
    """
    left_out: dict[UUID, Reason] = {m.id: reason for m in history if (reason := _unusable(m))}
    usable = _paired([m for m in history if m.id not in left_out], left_out)
    room = budget_tokens - count(system) - TOKENS_PER_MESSAGE
    if room < LEAST_ROOM:
        raise LlmError("llm_context_too_long")
    lines, truncated = _newest_lines(usable, room, count)
    kept = usable[len(usable) - len(lines) :]
    left_out |= {m.id: "too_old_for_window" for m in usable[: len(usable) - len(lines)]}
    while kept and kept[0].is_ai:
        left_out[kept.pop(0).id] = "unpaired_answer"
        lines.pop(0)
    if not kept:
        raise LlmError("llm_nothing_seen")
    messages = (LlmMessage("system", system), *_turns(kept, lines))
    return Prompt(
        messages=messages,
        kept=tuple(m.id for m in kept),
        left_out=tuple((m.id, left_out[m.id]) for m in history if m.id in left_out),
        tokens=sum(count(m.content) + TOKENS_PER_MESSAGE for m in messages),
        truncated=truncated,
    )


def with_others(history: Sequence[PromptMessage], model: str, assistant: UUID | None = None) -> list[PromptMessage]:
    """Return `history` for a model: where several have answered one message, the answers of the others have their names
    before them, as people's messages do. A model is not to take them for its own.

    The answers of assistants are always those of others, but for those of the `assistant` as which the model answers,
    for which all others' are.
    """
    answers = [each.is_ai for each in history]
    around = zip([False, *answers[:-1]], answers, [*answers[1:], False], strict=True) if answers else ()
    beside = [ai and (before or after) for before, ai, after in around]
    return [
        replace(each, other=True, author_name=each.assistant or (each.model or "").rpartition("/")[2])
        if _is_others(each, model, assistant, shared=shared)
        else each
        for each, shared in zip(history, beside, strict=True)
    ]


def _is_others(message: PromptMessage, model: str, assistant: UUID | None, *, shared: bool) -> bool:
    """Return whether an answer is another's, for a model that answers as ``assistant``."""
    if not message.is_ai or message.assistant or assistant:
        return message.is_ai and (message.assistant_id is None or message.assistant_id != assistant)
    return shared and message.model is not None and message.model != model


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of `text` without a tokenizer: one per CJK character, else four characters to a token."""
    if text.isascii():
        return -(-len(text) // 4)
    wide, narrow = len(text) - len(_WIDE.sub("", text)), len(text) - len(_NARROW.sub("", text))
    return -(-(4 * wide + 2 * narrow + (len(text) - wide - narrow)) // 4)


def estimate_prompt(messages: Iterable[LlmMessage]) -> int:
    """Estimate the tokens that `messages` take in a model's window."""
    return sum(estimate_tokens(m.content) + TOKENS_PER_MESSAGE for m in messages)


def speaker_name(name: str) -> str:
    """Return `name` on one line, without marks that could end a name, so that nobody can write as another person."""
    visible = "".join(" " if c in "::" or unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name)
    shown = "".join(c for c in visible if unicodedata.category(c) not in {"Cf", "Cs"})
    return cut(" ".join(shown.split()), _NAME_LENGTH).rstrip() or "?"


def _unusable(message: PromptMessage) -> Reason | None:
    if message.deleted:
        return "deleted"
    if message.hidden:
        return "hidden"
    if message.before_cutoff:
        return "before_cutoff"
    if message.failed:
        return "failed"
    return None if message.text.strip() else "empty"


def _paired(usable: list[PromptMessage], left_out: dict[UUID, Reason]) -> list[PromptMessage]:
    """Return `usable` without answers after the last question, which need no answer."""
    while usable and usable[-1].is_ai:
        left_out[usable.pop().id] = "unpaired_answer"
    return usable


def _newest_lines(usable: Sequence[PromptMessage], room: int, count: Callable[[str], int]) -> tuple[list[str], bool]:
    """Return the text of the newest messages that fit into `room` tokens, oldest first, and whether the last had to be
    cut.
    """
    named = "|".join(map(re.escape, {speaker_name(m.author_name) for m in usable if not m.is_ai or m.other}))
    # It begins with a plain character, which is found many times as fast as the beginning of a line.
    forged = re.compile(rf"\n(?=[^\S\n]*(?i:{named})[^\S\n]*[:：])" if named else r"(?!)")
    lines: list[str] = []
    for message in reversed(usable):
        line = _line(message, forged)
        cost = count(line) + TOKENS_PER_MESSAGE
        if cost > room:
            if not lines:
                return [_cut(line, room - TOKENS_PER_MESSAGE, count)], True
            break
        room -= cost
        lines.insert(0, line)
    return lines, False


def _line(message: PromptMessage, forged: re.Pattern[str]) -> str:
    """Return the message with its speaker. Inside it, a line that starts like another speaker's is marked as a
    quotation.
    """
    text = message.text.strip()
    if message.is_ai and not message.other:
        return text
    said = forged.sub("\n> ", f"\n{text}")[1:]
    return f"{speaker_name(message.author_name)}: {said}"


def _cut(text: str, room: int, count: Callable[[str], int]) -> str:
    """Return `text` in at most `room` tokens, cut in the middle as little as possible."""

    def shortened(keep: int) -> str:
        return cut(text, keep - keep // 2) + _GAP + cut_start(text, keep // 2)

    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(shortened(middle)) <= room else (low, middle - 1)
    return shortened(low)


def _turns(kept: Sequence[PromptMessage], lines: Sequence[str]) -> list[LlmMessage]:
    """Merge messages into turns: successive messages of people are one turn of the user."""
    turns: list[LlmMessage] = []
    for message, line in zip(kept, lines, strict=True):
        own = message.is_ai and not message.other
        name = None if own else speaker_name(message.author_name)
        role: Literal["assistant", "user"] = "assistant" if own else "user"
        if turns and turns[-1].role == role:
            line = f"{turns.pop().content}\n\n{line}"
        turns.append(LlmMessage(role, line, name))
    return turns
