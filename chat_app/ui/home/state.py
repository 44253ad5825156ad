"""The state of the page ``/``. Every argument is hostile until a use case has checked it."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.accounts.queries import get_user
from chat_app.core.connections.checks.checking import connect_pasted
from chat_app.core.connections.checks.first_run import connect_later, is_asked_to_connect
from chat_app.core.connections.rules import recognise
from chat_app.core.first_steps.commands import dismiss_first_steps, take_tour
from chat_app.core.first_steps.queries import first_steps
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.ui.attempts import Canceled, attempt, cancel_attempt
from chat_app.ui.fields import text_of
from chat_app.ui.i18n import catalogue
from chat_app.ui.page_state import FormState, PageState, Problem, loading, problems_of
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, refuse, say

TOUR: Final = ("tour.alone", "tour.ask", "tour.write", "tour.act", "tour.invite")
"""The texts of the tour's messages."""


@dataclass
class StepsVar:
    """The first steps, and the completed ones; ``room`` is the one to invite people to, or empty."""

    shown: bool = False
    asked: bool = False
    created: bool = False
    invited: bool = False
    met: bool = False
    toured: bool = False
    room: str = ""


class HomeState(PageState, FormState, rx.State):
    """The first steps of a new person; and for the first admin, whether to connect a model."""

    steps: StepsVar = StepsVar()
    asks_to_connect: bool = False
    connecting: str = ""
    """The provider or the server that is being tried."""

    @rx.event
    async def load(self) -> None:
        """Show the first steps, unless all are made or the person has dismissed them."""
        offered = await runtime().gateway.models()
        async with loading(self) as ctx:
            self.asks_to_connect = await is_asked_to_connect(ctx, offered)
            steps = await first_steps(ctx)
            self.steps = StepsVar(True, **asdict(steps) | {"room": str(steps.room or "")}) if steps else StepsVar()

    @rx.event(background=True)
    async def connect(self, fields: dict[str, Any]) -> None:
        """Connect the provider whose key or address was pasted. Other events of the tab continue meanwhile."""
        here, text = runtime(), text_of(fields, "pasted")
        name, problems = "", dict[str, Problem]()
        try:
            name = recognise(text).name
            async with self:
                self.connecting = name
            await attempt(self, connect_pasted(here.work, here.gateway, await sender(self), text))
        except (Canceled, NotSignedIn) as error:
            name = ""
            if isinstance(error, NotSignedIn):
                await refuse(self, "", error)
        except DomainError as error:
            problems = problems_of(error, ("pasted",))
        # This may call providers, so no transaction is open.
        count = len(await here.gateway.models()) if name and not problems else 0
        async with self:
            self.connecting, self.problems, self.answered = "", problems, self.answered + 1
            if count:
                async with answering(self, "connect") as ctx:
                    self.asks_to_connect = False
                    say(ctx, self, "models.connected", name=name, count=count)

    @rx.event
    async def cancel_connecting(self) -> None:
        """Cancel the attempt to connect."""
        cancel_attempt(self)

    @rx.event
    async def connect_later(self) -> None:
        """Ask the admin no more to connect a model."""
        async with answering(self, "connect") as ctx:
            await connect_later(ctx)
            self.asks_to_connect = False

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
