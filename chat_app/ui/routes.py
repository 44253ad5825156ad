"""Which page is at which address."""

import reflex as rx

from chat_app.ui.feed.state import FeedState
from chat_app.ui.pages.home.page import page as home
from chat_app.ui.pages.room.page import page as room


def add_pages(app: rx.App) -> None:
    """Give the app its pages."""
    app.add_page(home, route="/", title="Parley", on_load=FeedState.arrive)
    app.add_page(room, route="/r/[room_id]", title="Parley", on_load=FeedState.arrive)
