"""The shape of a requested picture."""

from typing import NotRequired

from typing_extensions import TypedDict


class DrawingJson(TypedDict):
    """A requested picture: its chosen `size`, such as `1024x1024`, if any, and after the drawing its cost in millionths
    of a US dollar, if it is known.
    """

    size: NotRequired[str]
    cost: NotRequired[int]
