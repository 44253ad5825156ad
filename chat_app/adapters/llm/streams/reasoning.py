"""Separate reasoning from an answer while it streams, if the model marks it by `<think>` or `<thinking>` tags.

Tags inside code are part of the answer. Outside code, a block is reasoning at any place, and blocks may be nested. An
unclosed block is reasoning at the answer's beginning only; further on its text is part of the answer, and is returned
at the end. A closing tag without an opening one (some templates put the opening one into the prompt) makes all text
before it reasoning, if an answer follows it.
"""

import re
from typing import Final, NamedTuple

_TOKEN = re.compile(r"`+|~+|\n|<(/?)think(?:ing)?>", re.IGNORECASE | re.ASCII)
_MARK = re.compile(r"[`~\n<]")
_TAGS: Final = ("<think>", "<thinking>", "</think>", "</thinking>")
_LONGEST: Final = max(map(len, _TAGS))
_FENCE: Final = 3

BREAK: Final = "\n\n"
"""The separator of two blocks of reasoning."""


class Parts(NamedTuple):
    """The parts that a piece of text adds to the answer and to its reasoning.

    `anew`: the answer returned so far was reasoning too, and comes before the `reasoning` here.
    """

    text: str = ""
    anew: bool = False
    reasoning: str = ""


class ReasoningDivider:
    """Divides text into the answer and its reasoning, for any split into pieces. `found`: there was reasoning."""

    def __init__(self) -> None:
        self.found = False
        self._tag_begun = ""
        self._depth = 0
        self._said = False  # something that can be seen has been given
        self._unopened = False  # if more follows, the text that was returned was reasoning
        self._spoken_of = False
        self._run: tuple[str, int] | None = None  # backticks or tildes, which may continue
        self._code: tuple[str, int] | None = None  # the run that began the code in which we are
        self._kept: list[str] | None = None  # what to give if the block is never closed
        self._out: list[str] = []
        self._thoughts: list[str] = []
        self._anew = False

    def feed(self, text: str) -> Parts:
        """Return the parts of `text`."""
        if self._is_plain(text):
            return Parts(text)
        text = self._tag_begun + text
        end = _whole_until(text)
        self._tag_begun = text[end:]
        self._read(text[:end])
        return self._taken()

    def rest(self) -> Parts:
        """Return what only the end shows to be part of the answer."""
        self._read(self._tag_begun)
        if self._depth and self._kept:
            self._give("".join(self._kept))
        return self._taken()

    def _is_plain(self, text: str) -> bool:
        """Return whether the text clearly has no tags, a fast path for most pieces."""
        return self._said and not (self._depth or self._unopened or self._tag_begun or self._run or _MARK.search(text))

    def _taken(self) -> Parts:
        taken = Parts("".join(self._out), self._anew, "".join(self._thoughts))
        self._out, self._thoughts, self._anew = [], [], False
        return taken

    def _read(self, text: str) -> None:
        at = 0
        for token in _TOKEN.finditer(text):
            self._plain(text[at : token.start()])
            at = token.end()
            if token[1] is not None:
                self._tag(token[0], closes=bool(token[1]))
            elif token[0] == "\n":
                self._newline()
            else:
                self._extend_run(token[0])
        self._plain(text[at:])

    def _plain(self, text: str) -> None:
        if text:
            self._end_run()
            self._pass(text)

    def _pass(self, text: str) -> None:
        if not self._depth:
            self._give(text)
        elif self._kept is not None:
            self._kept.append(text)
        else:
            self._thoughts.append(text)

    def _give(self, text: str) -> None:
        if self._unopened or (self.found and not self._said):
            text = text.lstrip()
        if self._unopened and text:
            self._thoughts, self._out = [*self._out, *self._thoughts], []
            self._anew, self._unopened = True, False
        self._said = self._said or not (text.isspace() or not text)
        self._out.append(text)

    def _newline(self) -> None:
        self._plain("\n")
        if self._code and self._code[1] < _FENCE:
            self._code = None

    def _extend_run(self, run: str) -> None:
        length = len(run)
        if self._run and self._run[0] == run[0]:
            length += self._run[1]
        else:
            self._end_run()
        self._run = (run[0], length)
        self._pass(run)

    def _end_run(self) -> None:
        """Begin or end code. Within reasoning, code ends with its line, since a fence may be left open."""
        if self._run is None:
            return
        (mark, length), self._run = self._run, None
        if self._code is None:
            if not self._depth if length >= _FENCE else mark == "`":
                self._code = (mark, length)
        elif mark == self._code[0] and (length == self._code[1] or length > self._code[1] >= _FENCE):
            self._code = None

    def _tag(self, tag: str, *, closes: bool) -> None:
        self._end_run()
        if self._code or (closes and self._spoken_of and not self._depth):
            self._spoken_of = self._spoken_of or not self._depth
            self._pass(tag)
        elif closes:
            self._close()
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if self._depth:
            self._pass(tag)
        elif self._said and not self._unopened:
            self._kept = [tag]
        else:
            self._kept = None
            self._thoughts.append(BREAK)
        self._depth += 1
        self.found = True

    def _close(self) -> None:
        if self._depth:
            self._depth -= 1
            begins, *more = self._kept or [""]
            self._thoughts += [BREAK if begins.lower() in _TAGS else begins, *more]
            self._kept = [] if self._depth else None
        else:
            self._unopened = self._said and not self.found
        self.found = True


def _whole_until(text: str) -> int:
    """Return the index of an incomplete tag at the end."""
    at = text.rfind("<", max(0, len(text) - _LONGEST + 1))
    begun = text[at:].lower()
    return at if at >= 0 and begun not in _TAGS and any(tag.startswith(begun) for tag in _TAGS) else len(text)
