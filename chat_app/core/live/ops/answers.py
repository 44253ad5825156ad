"""The ops about answers, with their keys. ``t`` is the type."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.messages.wire.messages import BranchJson, RatingName, ToolCallWholeJson


class StreamOp(TypedDict):
    """`stream`: the answer at `seq` grew. `text` follows its first `at` UTF-16 units; with `anew` it replaces all of
    them.
    """

    t: Literal["stream"]
    room: str
    id: str
    seq: int
    run: str
    at: int
    text: str
    anew: NotRequired[Literal[True]]


class ReasoningOp(TypedDict):
    """`reasoning`: the reasoning of an answer grew, and took so many `seconds`; the rest as in `stream`."""

    t: Literal["reasoning"]
    room: str
    id: str
    seq: int
    run: str
    at: int
    text: str
    seconds: int
    anew: NotRequired[Literal[True]]


class WaitsOp(TypedDict):
    """`waits`: a queued answer begins once `before` others of its connection have ended, in any rooms."""

    t: Literal["waits"]
    room: str
    id: str
    seq: int
    before: int


class TranslatedOp(TypedDict):
    """`translated`: the requested translation of a message into your language, by a model.

    It is shown while the message has the text that it is a translation `of`.
    """

    t: Literal["translated"]
    message: str
    of: str
    text: str
    model: str


class BranchOp(TypedDict):
    """`branch`: one text of an answer, as you requested."""

    t: Literal["branch"]
    room: str
    message: str
    branch: BranchJson


class RatedOp(TypedDict):
    """`rated`: you rated the text `n` of an answer, or took the rating back; then `value` is empty."""

    t: Literal["rated"]
    room: str
    message: str
    n: int
    value: RatingName | Literal[""]


class ToolCallOp(TypedDict):
    """`tool_call`: a tool call with its arguments and result, as you requested."""

    t: Literal["tool_call"]
    room: str
    call: ToolCallWholeJson


class ForecastOp(TypedDict):
    """`forecast`: the prompts that the `models` asked by your draft would get from a room; `of` is the number of your
    request. `messages`, `files` and `tokens` are those of the first model; the tokens are `estimated` unless its own
    tokenizer counted them. `cost` is the cost of reading for all models, in millionths of a US dollar, null if a price
    is unknown. `blind` is the name of the first model that cannot see pictures, or empty. If people pay, `payer` is
    `you`, or the `other` person named `pays`, or the `site`; `most` is the maximum cost of the answers, in millionths
    of a token credit; `enough` says whether they can begin with the available balance, and `within` whether budgets
    allow them.
    """

    t: Literal["forecast"]
    room: str
    of: int
    models: int
    messages: int
    files: int
    tokens: int
    estimated: bool
    cost: int | None
    blind: str
    payer: Literal["", "you", "other", "site"]
    pays: str
    most: int
    enough: bool
    within: bool


AnyAnswerOp = StreamOp | ReasoningOp | WaitsOp | TranslatedOp | BranchOp | RatedOp | ToolCallOp | ForecastOp
