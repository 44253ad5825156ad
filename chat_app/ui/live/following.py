"""Call an event when a value in the browser has changed."""

from typing import Any

import reflex as rx


class _Following(rx.Component):
    """Notices that a number has changed."""

    library = "$/public/components/following.js"
    tag = "Following"

    stamp: rx.Var[int]
    on_change: rx.EventHandler[rx.event.no_args_event_spec]


def following(stamp: rx.Var[int], event: Any, *, pause: int = 1000) -> rx.Component:
    """Return what calls an event ``pause`` ms after ``stamp`` has changed; in a dialog only while that is open."""
    return _Following.create(stamp=stamp, on_change=event.debounce(pause))
