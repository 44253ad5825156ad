"""The common parts of the states of pages and dialogs: loading, forms, and errors.

A page's state has the vars that the page shows, and events that call use cases. It is rebuilt from the session, the
address and the database: nothing in it needs to outlive a connection.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from reflex_base.event.processor.base_state_processor import chain_updates

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, NotFound, NotSignedIn
from chat_app.ui.session import acting
from chat_app.ui.transport.answering import refuse


@dataclass
class Problem:
    """A problem of a field: an error's code and the values of its text."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)


class PageState(rx.State, mixin=True):  # type: ignore[call-arg]
    """The vars of every page's state. A subclass, which names ``rx.State`` last, has an event ``load``."""

    status: str = "loading"
    """*loading*, *ready*, *absent* where there is nothing for this person, or *failed*."""

    _address: str = ""
    """The path and query for which the page was loaded last."""

    _preloaded: bool = False
    """Whether the connection has loaded the page already, see :class:`chat_app.ui.preloading.Preloading`."""


class FormState(rx.State, mixin=True):  # type: ignore[call-arg]
    """The vars of a state that has forms."""

    problems: dict[str, Problem] = {}
    """The problems of the form that was sent last, by field; ``form`` for the form as a whole."""

    answered: int = 0
    """The number of answered forms: a form that was sent is busy until it changes."""


@asynccontextmanager
async def loading(state: PageState) -> AsyncIterator[Context]:
    """Open a unit of work that loads the page, and set ``status`` to its result.

    People without a session are redirected to sign in. Raises if no unit of work could be opened.
    """
    begun = False
    try:
        async with acting(state) as ctx:
            begun = True
            yield ctx
        state.status = "ready"
    except DomainError as error:
        state.status = "absent" if isinstance(error, NotFound) else "failed"
        if isinstance(error, NotSignedIn):
            await refuse(state, "", error)
        if not begun:
            await _send(state)
            raise


@asynccontextmanager
async def submitting(state: FormState, *fields: str) -> AsyncIterator[Context]:
    """Open a unit of work for a form with these ``fields``.

    Errors are stored in ``problems``, and not raised. ``ctx.committed`` says afterwards whether the form was accepted.
    Raises if no unit of work could be opened.
    """
    state.problems, state.answered = {}, state.answered + 1
    begun = False
    try:
        async with acting(state) as ctx:
            begun = True
            yield ctx
    except NotSignedIn as error:
        await refuse(state, "", error)
    except DomainError as error:
        state.problems = problems_of(error, fields)
        if not begun:
            await _send(state)
            raise


async def _send(state: rx.State) -> None:
    """Send the tab the changes of its state: Reflex does not if an event ends with an error."""
    await chain_updates(None, handler_name="", root_state=state._get_root_state())


def problems_of(error: DomainError, fields: tuple[str, ...]) -> dict[str, Problem]:
    """Return the problems by field: the error itself, and the errors of other fields in its details."""
    told: Any = error.details.get("others", ())
    others = [dict(each) for each in told]
    problems = [Problem(each.pop("code"), each) for each in others] + [Problem(error.code, dict(error.details))]
    return {_field_of(problem, fields): problem for problem in problems}


def _field_of(problem: Problem, fields: tuple[str, ...]) -> str:
    named = str(problem.details.get("field", ""))
    return named if named in fields else "form"
