"""The text of an answer so far, and its reasoning."""

from typing import NamedTuple


class Reasoning(NamedTuple):
    """The reasoning of a model before its answer, and for how many seconds it took."""

    text: str
    seconds: int


class Written(NamedTuple):
    """The text of an answer, and the reasoning before it, where the model showed any."""

    text: str
    reasoning: Reasoning | None = None
