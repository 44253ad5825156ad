"""The state of the page ``/``. Every argument is hostile until a use case has checked it."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import reflex as rx

from chat_app.core.accounts.queries import get_user
from chat_app.core.first_steps.commands import dismiss_first_steps, take_tour
from chat_app.core.first_steps.queries import first_steps
from chat_app.ui.i18n import catalogue
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering

TOUR: Final = ("tour.alone", "tour.ask", "tour.write", "tour.act", "tour.invite")
"""The texts of the tour's messages."""


@dataclass
class StepsVar:
    """The first steps, and which of them are made; ``room`` is the one to invite people to, empty for none."""

    shown: bool = False
    asked: bool = False
    created: bool = False
    invited: bool = False
    met: bool = False
    toured: bool = False
    room: str = ""


class HomeState(PageState, rx.State):
    """The first steps of a new person."""

    steps: StepsVar = StepsVar()

    @rx.event
    async def load(self) -> None:
        """Show the first steps, unless all are made or the person has dismissed them."""
        async with loading(self) as ctx:
            steps = await first_steps(ctx)
            self.steps = StepsVar(True, **asdict(steps) | {"room": str(steps.room or "")}) if steps else StepsVar()

    @rx.event
    async def dismiss(self) -> None:
        """Show the first steps no more."""
        async with answering(self, "steps") as ctx:
            await dismiss_first_steps(ctx)
        if ctx.committed:
            self.steps = StepsVar()

    @rx.event
    async def take_tour(self) -> Any:
        """Create the tour in the person's language, and open it."""
        async with answering(self, "tour") as ctx:
            texts = catalogue((await get_user(ctx, ctx.me.user_id)).locale)
            room = await take_tour(ctx, texts["tour.name"], [texts[key] for key in TOUR])
        return rx.redirect(f"/r/{room.id}") if ctx.committed else None
