"""Create the states of a tab when they are first needed: a tab uses three or four of more than twenty.

Reflex creates all of them at a tab's first event, and reads every var for the snapshot that it sends to the tab, which
stores the defaults in each. Here the snapshot has the defaults of their class instead, which are read once, and those
only for a tab that has not just been loaded with them.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from weakref import ref

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import TOKEN_TYPE, BaseStateToken, StateToken
from reflex.state import BaseState, state_snapshot_hashes


class TabStates(StateManagerMemory):
    """Keeps the states of all tabs in memory."""

    @classmethod
    def attach(cls, app: rx.App) -> None:
        """Keep the app's states, if it keeps them in memory."""
        if isinstance(app._state_manager, StateManagerMemory):
            app._state_manager = cls()

    def _get_or_create_state(self, token: StateToken[TOKEN_TYPE]) -> TOKEN_TYPE:
        """Return the root state of a tab; create it without its substates if there is none."""
        if isinstance(token, BaseStateToken) and token.cache_key not in self.states:
            root = token.cls.get_root_state()(init_substates=False, _reflex_internal_init=True)
            root.substates = Substates(root)
            self.states[token.cache_key] = root
        return super()._get_or_create_state(token)


class Substates(dict[str, Any]):
    """The substates of a tab by name; a requested one is created. They hold no reference to the root, because the
    states of a closed tab would then stay for hours, until the garbage collector finds them.
    """

    def __init__(self, root: BaseState) -> None:
        super().__init__()
        self._kinds, self._root = _kinds(root.__class__), ref(root)
        self.known = False
        """Whether the tab has the defaults of all states: then its snapshot needs no placeholders."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._kinds

    def __missing__(self, name: str) -> BaseState:
        created = self[name] = self._kinds[name](parent_state=self._root(), _reflex_internal_init=True)
        return created

    def values(self) -> Iterable[Any]:  # type: ignore[override]
        """Return the states, and placeholders for those that have not been created."""
        if self.known:
            return list(super().values())
        return [self.get(name) or _untouched(kind) for name, kind in self._kinds.items()]  # type: ignore[arg-type]


def note_known(root: BaseState, hashes: object) -> None:
    """Record whether a tab has the defaults of all states, by the ``hashes`` that it sends."""
    if isinstance(root.substates, Substates):
        root.substates.known = hashes == _hashes(root.__class__)


class Untouched:
    """A placeholder for a state that has not been created, for code of Reflex that iterates over all states."""

    def __init__(self, kind: type[BaseState]) -> None:
        self.substates: dict[str, BaseState] = {}
        """None that would have to be released with the tab."""
        self._defaults = kind(_reflex_internal_init=True).dict()

    def dict(self, **_: Any) -> dict[str, dict[str, Any]]:
        """Return the defaults by the names of vars, by the name of the state."""
        return {name: {**values} for name, values in self._defaults.items()}

    def reset(self) -> None:
        """Do nothing: the state has its defaults."""

    _reset_client_storage = reset


@cache
def _kinds(root: type[BaseState]) -> dict[str, type[BaseState]]:
    """Return the classes of a root state's substates by name. All are defined before the first tab connects."""
    return {kind.get_name(): kind for kind in root.get_substates()}


@cache
def _hashes(root: type[BaseState]) -> list[str]:
    """Return the defaults that a page has just been loaded with."""
    return state_snapshot_hashes(root(_reflex_internal_init=True).dict(initial=True))


@cache
def _untouched(kind: type[BaseState]) -> Untouched:
    return Untouched(kind)
