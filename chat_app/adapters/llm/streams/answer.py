"""Turn the bytes of a vendor's stream into the pieces of an answer, and find its end."""

from collections.abc import Iterator

from chat_app.adapters.llm.failures import from_event
from chat_app.adapters.llm.streams.calls import Calls
from chat_app.adapters.llm.streams.endings import ending_of
from chat_app.adapters.llm.streams.event_lines import Data, EventLines
from chat_app.adapters.llm.streams.formats import Event, Reader
from chat_app.adapters.llm.streams.halves import Halves
from chat_app.adapters.llm.streams.reasoning import Parts, ReasoningDivider
from chat_app.core.ai.context.prompt import estimate_prompt, estimate_tokens
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmErrorCode, Piece, ToolCall
from chat_app.core.ai.ports.usage import Usage


class StreamedAnswer:
    """The state of an answer while it streams.

    `finish` is the vendor's reason for the end; content may still follow. `went_on`: content followed, so a later end
    is not reliable. `last`: no content follows. `over`: reading has ended. `news` counts the events with content.
    """

    def __init__(self, request: CompletionRequest, read: Reader) -> None:
        self.finish: str | None = None
        self.last = False
        self.over = False
        self.news = 0
        self._request = request
        self._read = read
        self._lines = EventLines()
        self._reasoning = ReasoningDivider()
        self._text_halves, self._thought_halves = Halves(), Halves()
        self._calls = Calls()
        self._parts: list[str] = []
        self._thoughts: list[str] = []
        self._thinking = self._tools = self._refused = False
        self.went_on = False
        self._prompt_tokens = self._completion_tokens = 0
        self._reasoning_tokens = self._cached_tokens = 0
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
        self._show(pieces, self._reasoning.rest())
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
        tools = self._tools and not self._request.tools
        note = ending_of(self.finish, said=said, refused=self._refused, thinking=thinking, tools=tools)
        calls = () if failure else self._called(note)
        code = failure or (None if calls else note)
        if code == "llm_interrupted" and not said:
            code = "llm_unavailable"
        # If the provider and not the model refuses, the text before is not an answer.
        if code and not (said and (code == "llm_length" or (code == "llm_refused" and self._refused))):
            raise LlmError(code, model=self._request.model)
        return Piece(usage=self._usage(), note=code, calls=calls)

    def _called(self, note: LlmErrorCode | None) -> tuple[ToolCall, ...]:
        """Return the calls, if tools were offered and the answer has come to its end."""
        ended = note in (None, "llm_only_tools", "llm_only_reasoning")
        return self._calls.all() if self._request.tools and ended else ()

    def _take(self, events: Iterator[Data]) -> list[Piece]:
        pieces: list[Piece] = []
        for data in events:
            event = self._read(data)
            if event.reasoning and not (event.whole and self._thoughts):
                self._show(pieces, Parts(reasoning=self._thought_halves.join(event.reasoning)))
            if event.text and not (event.whole and self._parts):
                self._show(pieces, self._reasoning.feed(self._text_halves.join(event.text)))
            if not (event.whole and self._calls):
                for part in event.calls:
                    self._calls.add(part)
            self._note(event)
            if data.get("error") or data.get("object") == "error":
                self._error = "llm_interrupted" if self._parts else from_event(data)
                self.over = True
                break
        return pieces

    def _note(self, event: Event) -> None:
        if event.text or event.thinking or event.tools or event.finish or event.last:
            self.news += 1
        if event.text and self.finish:
            self.went_on, self.last = True, False
        if event.finish or event.whole:
            self.finish = event.finish or self.finish or "stop"
        self._thinking |= event.thinking
        self._tools |= event.tools
        self._refused |= event.refused
        self.last |= event.last and not self.went_on
        self._prompt_tokens = event.prompt_tokens or self._prompt_tokens
        self._completion_tokens = event.completion_tokens or self._completion_tokens
        self._reasoning_tokens = event.reasoning_tokens or self._reasoning_tokens
        self._cached_tokens = event.cached_tokens or self._cached_tokens

    def _show(self, pieces: list[Piece], parts: Parts) -> None:
        text, anew, thought = parts
        if anew:
            thought = "".join((*self._thoughts, *self._parts, thought))
            self._parts.clear()
            self._thoughts.clear()
        if thought:
            self._thoughts.append(thought)
        if text:
            self._parts.append(text)
        if text or thought:
            pieces.append(Piece(text, anew=anew, reasoning=thought))

    def _usage(self) -> Usage:
        """Return the vendor's own count, or an estimate if there is none."""
        return Usage(
            self._prompt_tokens or estimate_prompt(self._request.messages),
            self._completion_tokens or estimate_tokens("".join((*self._thoughts, *self._parts))),
            self._reasoning_tokens or None,
            self._cached_tokens or None,
        )
