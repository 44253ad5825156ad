"""Drop events whose arguments do not fit their handler: no page of ours sends them."""

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, get_origin, get_type_hints

import reflex as rx
import structlog
from reflex.middleware import Middleware
from reflex.state import StateUpdate
from reflex_base.registry import RegistrationContext

_SETTER = ".setvar"  # Reflex's own handler, by which a page may set any var; ours set none

log = structlog.get_logger()


class Arguments(Middleware):
    """Checks every event before its handler runs."""

    async def preprocess(self, app: rx.App, state: rx.State, event: rx.event.Event) -> StateUpdate | None:
        """Return None to let the event through, an empty update to drop it."""
        handler = RegistrationContext.get().event_handlers[event.name].handler
        stored = isinstance(event.payload, Mapping) and event.payload.get("vars")  # no state keeps vars in the browser
        if not event.name.endswith(_SETTER) and not stored and fits(handler.fn, event.payload):
            return None
        log.info("event_dropped", handler=event.name)
        return StateUpdate()


def fits(handler: Any, payload: object) -> bool:
    """Return whether the handler can be called with these arguments: each must fit its annotated type."""
    if not isinstance(payload, Mapping):
        return False
    required, kinds = _parameters(handler)
    return required <= payload.keys() <= kinds.keys() and all(_is(payload[name], kinds[name]) for name in payload)


@cache
def _parameters(handler: Any) -> tuple[frozenset[str], dict[str, Any]]:
    """Return the names without which the handler cannot be called, and the type of each of its parameters."""
    hints = get_type_hints(handler)
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    required = frozenset(each.name for each in parameters if each.default is inspect.Parameter.empty)
    return required, {each.name: _kind(hints.get(each.name, Any)) for each in parameters}


def _kind(hint: Any) -> Any:
    """Return the JSON type of a hint; ``Any`` if the hint of Reflex's own handlers is less definite."""
    kind = get_origin(hint) or hint
    return kind if kind in (str, int, bool, dict, list) else Any


def _is(value: object, kind: Any) -> bool:
    return kind is Any or (isinstance(value, kind) and not (kind is int and isinstance(value, bool)))
