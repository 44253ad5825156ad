"""A line that unfolds to more."""

from typing import Any

import reflex as rx


class _Unfolding(rx.Component):
    """``assets/conversation/unfolding.js``: its first child is the line."""

    library = "$/public/conversation/unfolding.js"
    tag = "Unfolding"

    name: rx.Var[str]
    at_first: rx.Var[bool]
    line_class: rx.Var[str]
    more_class: rx.Var[str]


def unfolding(
    line: Any, *more: Any, name: rx.Var[str], kind: str, is_open: rx.Var[bool] | bool = False, **props: Any
) -> rx.Component:
    """Return a line that unfolds to ``more``, which has the id ``name``; ``is_open`` is its initial state.

    ``kind`` is the prefix of their classes.
    """
    return _Unfolding.create(
        line, *more, name=name, at_first=is_open, line_class=f"{kind}-line", more_class=f"{kind}-more", **props
    )
