"""What has been written of an answer."""

from typing import NamedTuple


class Reasoning(NamedTuple):
    """Hold what a model thought before it answered, and for how many seconds."""

    text: str
    seconds: int


class Written(NamedTuple):
    """The text of an answer, and the reasoning before it, where the model showed any."""

    text: str
    reasoning: Reasoning | None = None
