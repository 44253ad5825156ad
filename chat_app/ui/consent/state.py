"""The state of the page ``/consent``. Every argument is hostile until a use case has checked it."""

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.applications.authorization.authorizing import ConsentAsked, answer_consent, view_consent
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.errors import ApplicationNotFound
from chat_app.core.applications.ports import OpenIdProtocol
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.ui.page_state import PageState
from chat_app.ui.session import acting, sender

TOKEN_MAX: Final = 8000


class ConsentState(PageState, rx.State):
    """The request of the application in the address. ``status`` may be *refused*, *logout* and *leaving* too."""

    name: str = ""
    host: str = ""
    scopes: list[str] = []
    person: str = ""
    username: str = ""
    another: str = ""
    """The sign-in page for another account, which returns to the request; "" if the account cannot be changed."""
    error: str = ""

    @rx.event
    async def load(self) -> Any:
        """Load the request, or the reason why there is none."""
        self.error = self.router.url.query_parameters.get("error", "")[:100]
        if self.error:
            self.status = "refused"
            return None
        if _param(self, "logout"):
            with suppress(NotSignedIn):
                person = (await sender(self)).person
                self.person, self.username = person.name, person.username
            self.status = "logout"
            return None
        try:
            asked, person = await _look(self)
        except NotSignedIn:
            return rx.redirect(_again(self))
        except DomainError as error:
            self.error, self.status = error.code, "refused"
            return None
        _show(self, asked)
        self.another = "" if _param(self, "challenge") else f"{_again(self)}&again=1"
        self.person, self.username, self.status = person.name, person.username, "ready"
        return None

    @rx.event
    async def allow(self) -> Any:
        """Allow the request, and return to the application."""
        return await _answer(self, allow=True)

    @rx.event
    async def deny(self) -> Any:
        """Allow nothing, and go back to the application."""
        return await _answer(self, allow=False)


async def _answer(state: ConsentState, *, allow: bool) -> Any:
    try:
        if challenge := _param(state, "challenge"):
            url = await _hydra().answer(await sender(state), challenge, allow=allow)
        else:
            async with acting(state) as ctx:
                url = await answer_consent(ctx, _server(), _param(state, "request"), allow=allow)
    except NotSignedIn:
        return rx.redirect(_again(state))
    except DomainError as error:
        state.error, state.status = error.code, "refused"
        return None
    state.status = "leaving"
    return rx.redirect(url)


async def _look(state: ConsentState) -> tuple[ConsentAsked, Person]:
    if challenge := _param(state, "challenge"):
        actor = await sender(state)
        return await _hydra().view(actor, challenge), actor.person
    async with acting(state) as ctx:
        return await view_consent(ctx, _server(), _param(state, "request")), ctx.me.person


def _show(state: ConsentState, asked: ConsentAsked) -> None:
    state.name, state.host, state.scopes = asked.name, asked.host, list(asked.scopes)


def _server() -> OpenIdProtocol:
    server = runtime().openid
    if server is None:
        raise ApplicationNotFound("not_found")
    return server


def _hydra() -> HydraSteps:
    steps = runtime().hydra
    if steps is None:
        raise ApplicationNotFound("not_found")
    return steps


def _param(state: ConsentState, name: str) -> str:
    return str(state.router.url.query_parameters.get(name, ""))[:TOKEN_MAX]


def _again(state: ConsentState) -> str:
    """Return the sign-in page of this site, which returns to the request."""
    if challenge := _param(state, "challenge"):
        following = f"/oauth2/consent?{urlencode({'consent_challenge': challenge})}"
    else:
        following = f"/oauth2/continue?{urlencode({'request': _param(state, 'request')})}"
    return f"/sign-in?{urlencode({'next': following})}"
