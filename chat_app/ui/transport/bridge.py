"""The component that joins the browser's feed to Reflex."""

import reflex as rx

from chat_app.ui.transport.state import FeedState


class FeedBridge(rx.Component):
    """Wraps the whole app, so that it listens before the first op arrives."""

    library = "$/public/layouts/bridge.js"
    tag = "FeedBridge"

    substate: rx.Var[str]

    @classmethod
    def wrap(cls, _stateful: bool) -> rx.Component:
        """Wrap the app, for ``rx.App(app_wraps=…)``."""
        return cls.create(substate=FeedState.get_full_name())
