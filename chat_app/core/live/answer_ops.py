"""The ops about answers that one person gets: what each carries. ``t`` says which it is."""

from typing import Literal

from typing_extensions import TypedDict

from chat_app.core.messages.wire import BranchJson, RatingName


class BranchOp(TypedDict):
    """`branch`: one text of an answer, which you asked for."""

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


AnyAnswerOp = BranchOp | RatedOp
