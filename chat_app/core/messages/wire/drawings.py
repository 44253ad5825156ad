"""The shape of a picture that a model was asked for."""

from typing import NotRequired

from typing_extensions import TypedDict


class DrawingJson(TypedDict):
    """A picture that was asked for: its `size` where that was chosen, as `1024x1024`, and what it cost once it is
    there, in millionths of a US dollar, where that is known.
    """

    size: NotRequired[str]
    cost: NotRequired[int]
