"""Turn the bytes of a vendor's stream into the pieces of an answer, and find its end."""

import re
from collections.abc import Iterator

from chat_app.adapters.llm.endings import ending_of
from chat_app.adapters.llm.event_lines import Data, EventLines
from chat_app.adapters.llm.failures import from_event
from chat_app.adapters.llm.reasoning import Reasoning
from chat_app.adapters.llm.stream_formats import Event, Reader
from chat_app.core.ai.ports import CompletionRequest, LlmError, LlmErrorCode, Piece, Usage
from chat_app.core.ai.prompt import estimate_prompt, estimate_tokens

_SURROGATE = re.compile("[\ud800-\udfff]")


class Answer:
    """The state of an answer while it streams.

    `finish`: the vendor's reason for the end, though more may come; `went_on`: more came, so that its ends say little;
    `last`: nothing more comes; `over`: nothing more is read; `news` counts the events with content.
    """

    def __init__(self, request: CompletionRequest, read: Reader) -> None:
        self.finish: str | None = None
        self.last = False
        self.over = False
        self.news = 0
        self._request = request
        self._read = read
        self._lines = EventLines()
        self._reasoning = Reasoning()
        self._half = ""  # the first half of a surrogate pair
        self._parts: list[str] = []
        self._thinking = self._tools = self._refused = False
        self.went_on = False
        self._prompt_tokens = self._completion_tokens = 0
        self._error: LlmErrorCode | None = None

    @property
    def skipped(self) -> int:
        """Return the number of unreadable events."""
        return self._lines.broken

    def feed(self, data: bytes) -> list[Piece]:
        """Return the pieces that `data` completes."""
        pieces = self._take(self._lines.feed(data))
        if self._lines.done and not self.last:
            self.last, self.news = True, self.news + 1
        return pieces

    def rest(self) -> list[Piece]:
        """Return the pieces that only the end of the body completes."""
        pieces = [] if self.over else self._take(self._lines.rest())
        self._show(pieces, *self._reasoning.rest())
        return pieces

    def cut(self) -> None:
        """End the answer because it is too long."""
        self.finish, self.over, self.went_on = "length", True, False

    def end(self, failure: LlmErrorCode | None) -> Piece:
        """Return the last piece, with the usage. Raises if the answer failed; `failure`: the error of the reading."""
        said = any(map(str.strip, self._parts))
        failure = self._error or failure
        if self.finish is None and not (self.last or self._lines.done):
            failure = failure or "llm_interrupted"
        elif said and not self.went_on:
            failure = None
        thinking = self._thinking or self._reasoning.found
        note = ending_of(self.finish, said=said, refused=self._refused, thinking=thinking, tools=self._tools)
        code = failure or note
        if code == "llm_interrupted" and not said:
            code = "llm_unavailable"
        # Where the vendor and not the model refuses, what had been written is no answer.
        if code and not (said and (code == "llm_length" or (code == "llm_refused" and self._refused))):
            raise LlmError(code, model=self._request.model)
        return Piece(usage=self._usage(), note=code)

    def _take(self, events: Iterator[Data]) -> list[Piece]:
        pieces: list[Piece] = []
        for data in events:
            event = self._read(data)
            if event.text and not (event.whole and self._parts):
                self._show(pieces, *self._reasoning.feed(self._joined(event.text)))
            self._note(event)
            if data.get("error") or data.get("object") == "error":
                self._error = "llm_interrupted" if self._parts else from_event(data)
                self.over = True
                break
        return pieces

    def _note(self, event: Event) -> None:
        text, thinking, finish, prompt_tokens, completion_tokens, tools, refused, whole, last = event
        if text or thinking or finish or last:
            self.news += 1
        if text and self.finish:
            self.went_on, self.last = True, False
        if finish or whole:
            self.finish = finish or self.finish or "stop"
        self._thinking |= thinking
        self._tools |= tools
        self._refused |= refused
        self.last |= last and not self.went_on
        self._prompt_tokens = prompt_tokens or self._prompt_tokens
        self._completion_tokens = completion_tokens or self._completion_tokens

    def _joined(self, text: str) -> str:
        """Join surrogates that arrive in two events, and drop lone ones."""
        text, self._half = self._half + text, ""
        if text.isascii() or not _SURROGATE.search(text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")

    def _show(self, pieces: list[Piece], text: str, anew: bool) -> None:
        if anew:
            self._parts.clear()
        if text:
            self._parts.append(text)
            pieces.append(Piece(text, anew=anew))

    def _usage(self) -> Usage:
        """Return the vendor's own count, or an estimate where it gave none."""
        return Usage(
            self._prompt_tokens or estimate_prompt(self._request.messages),
            self._completion_tokens or estimate_tokens("".join(self._parts)),
        )
