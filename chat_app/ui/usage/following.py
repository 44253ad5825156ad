"""Refresh the balances and usage that are shown when they change."""

from typing import Any

import reflex as rx

from chat_app.ui.live.vars import BALANCED


class _Following(rx.Component):
    """Notices that the person's balance has changed, or that an answer has ended in the room."""

    library = "$/public/usage/following.js"
    tag = "Following"

    stamp: rx.Var[int]
    on_change: rx.EventHandler[rx.event.no_args_event_spec]


def following(on_change: Any) -> rx.Component:
    """Return what calls an event when balances or usage have changed, while it is seen."""
    return _Following.create(stamp=BALANCED, on_change=on_change)
