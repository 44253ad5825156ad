"""What a scripted vendor should do, read from the prompt, so that a browser can stage it too.

Directives stand in double brackets in the last paragraph of the last user message, e.g. `[[tokens 200 rate 50]]`:

    tokens N     answer with N tokens                 rate N       N tokens a second (0: as fast as possible)
    think TEXT   reason with TEXT before that, word by word
    say TEXT     answer with TEXT, word by word       clock        each token is the time it was sent, see `sent_at`
    slow S       wait S seconds before anything       silence N    stop sending after N tokens, stay connected
    cut N        drop the connection after N tokens   end N        end cleanly after N tokens, but with no finish
    hold N       wait after N tokens for `release()`
    fail STATUS  answer with that HTTP error          error N      send an error event after N tokens
    filter       stop for content reasons             length       stop at the longest answer
    nousage      send no usage                        toolong      refuse: the context is too long
    image        answer with what pictures came: of each the type, the bytes and the beginning of their SHA-256
    once         the failure happens the first time only
    call NAME ARGUMENTS      call a tool, if any is offered, and answer once the results have come; `call` may be
                             repeated, and `call2`, `call3` … are calls of the second round, the third …
    callagain NAME ARGUMENTS call it in every round         lead TEXT    write TEXT before the calls of the first round
    anyway                   call whatever is offered

A request for a picture follows `slow`, `hold`, `fail`, `filter`, `nousage` and `once` in its prompt, and

    address      answer with an address in place of the picture
    nopicture    answer with something that is no picture          nothing      answer without any

In the text of `say`, `{results}` stands for the results of the last round.

A request for a decision ends with a paragraph of its own, which begins as `DECIDES`; the directives stand before it.
For it, only these count; without one the decision is silence:

    decide speak WHY      decide react EMOJI WHY      decide silent WHY
    decide raw TEXT       answer with this
    decide as DIRECTIVE   do what the directive says, e.g. `decide as fail 500`
    decide late …         wait for `release()`, then any of these

A request for a summary ends with a paragraph that begins as `SUMMARISES`; the last of these before it counts:

    summary TEXT          answer with TEXT; without one it is "They talked."
    summary as DIRECTIVE  do what the directive says, e.g. `summary as fail 500`
    summary late TEXT     wait for `release()`, then answer
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

DECIDES = "(End of the messages."
SUMMARISES = "(End of what is to be summarised."
DIRECTIVE = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
CALL = re.compile(r"call(\d*|again)")
FLAGS = {
    "address",
    "anyway",
    "clock",
    "filter",
    "image",
    "length",
    "nopicture",
    "nothing",
    "toolong",
    "nousage",
    "once",
}
NUMBERS = {"tokens", "rate", "slow", "silence", "cut", "end", "fail", "error", "hold"}
WORDS = re.findall(r"\S+", "quiet rivers carry the morning light over small stones while the **village** wakes slowly")


@dataclass(frozen=True, slots=True)
class Script:
    """One staged answer. A failure's number is how many tokens come before it; None: it does not happen."""

    tokens: int = 12
    rate: float = 200.0
    slow: float = 0.0
    fail: int | None = None
    cut: int | None = None
    end: int | None = None
    error: int | None = None
    silence: int | None = None
    hold: int | None = None
    say: str | None = None
    think: str | None = None
    lead: str | None = None
    calls: tuple[tuple[int, str, str], ...] = ()
    """The round of each call (0: every one), the tool's name, and the arguments."""
    flags: frozenset[str] = field(default_factory=frozenset)

    def healed(self) -> "Script":
        """The same answer without its failure."""
        kept = self.flags & {"clock", "nousage"}
        return replace(self, slow=0, fail=None, cut=None, end=None, error=None, silence=None, hold=None, flags=kept)

    def calls_in(self, round_: int, *, offered: bool) -> list[tuple[str, str]]:
        """The calls of a round, the first of which is 1."""
        allowed = offered or "anyway" in self.flags
        return [(name, arguments) for when, name, arguments in self.calls if allowed and when in (0, round_)]

    def thoughts(self) -> Iterator[str]:
        """The tokens of the reasoning, in order."""
        yield from re.findall(r"\s*\S+", self.think or "")

    def words(self) -> Iterator[str]:
        """The tokens of the answer, in order."""
        if self.say is not None:
            yield from re.findall(r"\s*\S+", self.say)
        elif "clock" in self.flags:
            yield from (f"{time.time():.6f} " for _ in range(self.tokens))
        else:
            yield from (WORDS[i % len(WORDS)] + " " for i in range(self.tokens))


def sent_at(text: str) -> list[float]:
    """The times (seconds since 1970) in an answer that was staged with `clock`."""
    return [float(part) for part in text.split()]


def parse(prompt: str, default: Script | None = None) -> Script:
    """The script that the prompt's last paragraph asks for, on top of `default`."""
    *said, last = prompt.rstrip().split("\n\n")
    if last.startswith(DECIDES):
        return replace(Script(), **_decision(said[-1]))
    if last.startswith(SUMMARISES):
        return replace(Script(), **_summary(prompt))
    values: dict[str, object] = {}
    flags: set[str] = set()
    calls: list[tuple[int, str, str]] = []
    for directive in DIRECTIVE.findall(last):
        if directive.startswith(("decide ", "summary ")):
            continue
        name, _, rest = directive.strip().partition(" ")
        if name in ("say", "think", "lead"):
            values[name] = rest
            continue
        if when := CALL.fullmatch(name):
            tool, _, arguments = rest.partition(" ")
            calls.append((0 if when[1] == "again" else int(when[1] or 1), tool, arguments))
            continue
        words = directive.split()
        flags.update(FLAGS.intersection(words))
        for word, number in zip(words, [*words[1:], "0"], strict=True):
            if word in NUMBERS:
                values[word] = _number(word, number)
    return replace(default or Script(), **values, calls=tuple(calls), flags=frozenset(flags))


def _decision(said: str) -> dict[str, Any]:
    """The fields of the script of a decision about a message."""
    found = next((each for each in DIRECTIVE.findall(said) if each.startswith("decide ")), "decide silent")
    return _verdict(found.removeprefix("decide "))


def _summary(prompt: str) -> dict[str, Any]:
    """The fields of the script of a summary."""
    found = [each.removeprefix("summary ") for each in DIRECTIVE.findall(prompt) if each.startswith("summary ")]
    what, _, rest = (found[-1] if found else "They talked.").partition(" ")
    if what == "as":
        staged = parse(f"[[{rest}]]")
        return {each.name: getattr(staged, each.name) for each in fields(staged)}
    return {"say": rest, "hold": 0} if what == "late" else {"say": f"{what} {rest}".strip()}


def _verdict(decided: str) -> dict[str, Any]:
    what, _, rest = decided.partition(" ")
    if what == "late":
        return {**_verdict(rest), "hold": 0}
    if what == "as":
        staged = parse(f"[[{rest}]]")
        return {each.name: getattr(staged, each.name) for each in fields(staged)}
    if what == "raw":
        return {"say": rest}
    emoji, _, why = rest.partition(" ") if what == "react" else ("", "", rest)
    return {"say": json.dumps({"do": what, "emoji": emoji, "reason": why}, ensure_ascii=False)}


def _number(word: str, text: str) -> float | int:
    number = float(text) if re.fullmatch(r"[0-9.]+", text) else 0.0
    return number if word in {"rate", "slow"} else int(number)
