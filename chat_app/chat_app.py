"""The app: pages, API and lifespan."""

import reflex as rx


class Counter(rx.State):
    """Proof that the websocket is connected."""

    count: int = 0

    @rx.event
    def add(self) -> None:
        """Count one click."""
        self.count += 1


def index() -> rx.Component:
    """The only page so far."""
    return rx.el.main(
        rx.el.h1("Parley"),
        rx.el.button(Counter.count.to_string(), on_click=Counter.add, id="count"),
    )


app = rx.App()
app.add_page(index, route="/", title="Parley")
