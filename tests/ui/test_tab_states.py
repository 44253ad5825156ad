"""The states of a tab, which are created when they are first needed."""

import gc
from collections.abc import AsyncIterator
from weakref import ref

import pytest
import reflex as rx
from reflex.istate.manager.token import BaseStateToken
from reflex.state import state_snapshot_hashes

from chat_app.chat_app import app
from chat_app.ui.acts.state import Acts
from chat_app.ui.home.state import HomeState
from chat_app.ui.search.state import SearchState
from chat_app.ui.transport.tabs.states import Substates, TabStates, note_known

TOKEN = BaseStateToken(ident="tab", cls=rx.State)


@pytest.fixture
async def manager() -> AsyncIterator[TabStates]:
    manager = TabStates()
    yield manager
    await manager.close()


@pytest.fixture
async def root(manager: TabStates) -> rx.State:
    return await manager.get_state(TOKEN)


def test_app_uses_this_state_manager():
    assert isinstance(app.state_manager, TabStates)


async def test_new_tab_has_no_substates(root: rx.State):
    assert isinstance(root.substates, Substates)
    assert len(root.substates) == 0
    root.dict()
    root._reset_client_storage()
    assert len(root.substates) == 0


async def test_snapshot_is_that_of_a_whole_tree(root: rx.State):
    assert root.dict() == rx.State(_reflex_internal_init=True).dict()


async def test_snapshot_has_what_was_changed_and_no_other_tabs(manager: TabStates, root: rx.State):
    (await root.get_state(SearchState)).error = "search_invalid"
    other = await manager.get_state(BaseStateToken(ident="other", cls=rx.State))
    name = SearchState.get_full_name()
    assert root.dict()[name] == rx.State(_reflex_internal_init=True).dict()[name] | {
        "error_rx_state_": "search_invalid"
    }
    assert other.dict()[name] == rx.State(_reflex_internal_init=True).dict()[name]


async def test_tab_that_has_the_defaults_is_sent_none(root: rx.State):
    note_known(root, state_snapshot_hashes(rx.State(_reflex_internal_init=True).dict(initial=True)))
    (await root.get_state(SearchState)).error = "search_invalid"
    assert root.dict().keys() == {root.get_full_name(), SearchState.get_full_name()}
    for others in (None, ["another"], []):
        note_known(root, others)
        assert root.dict().keys() == rx.State(_reflex_internal_init=True).dict().keys()


async def test_changed_snapshot_leaves_the_next_one_alone(root: rx.State):
    name = SearchState.get_full_name()
    before = root.dict()[name]
    root.dict()[name].clear()
    assert root.dict()[name] == before


async def test_state_is_created_once(root: rx.State):
    found = await root.get_state(SearchState)
    assert await root.get_state(SearchState) is found
    assert found.parent_state is root
    assert root.get_substate(SearchState.get_full_name().split(".")) is found
    assert list(root.substates) == [SearchState.get_name()]


async def test_delta_has_what_has_changed(root: rx.State):
    root._clean()
    (await root.get_state(SearchState)).error = "search_invalid"
    assert root.get_delta() == {SearchState.get_full_name(): {"error_rx_state_": "search_invalid"}}
    root._clean()
    assert root.get_delta() == {}


async def test_unknown_state_is_not_found(root: rx.State):
    assert "elsewhere" not in root.substates
    with pytest.raises(KeyError):
        root.substates["elsewhere"]


async def test_reset_returns_to_the_defaults(root: rx.State):
    (await root.get_state(SearchState)).error = "search_invalid"
    root.reset()
    assert root.dict()[SearchState.get_full_name()]["error_rx_state_"] == ""


async def test_states_of_a_tab_are_released_with_it(manager: TabStates, root: rx.State):
    await root.get_state(HomeState)
    manager._purge_token(TOKEN)
    assert len(root.substates) == 0
    assert await manager.get_state(TOKEN) is not root


async def test_states_of_a_closed_tab_need_no_garbage_collector(manager: TabStates):
    root = await manager.get_state(TOKEN)
    await root.get_state(HomeState)
    gone = ref(root)
    gc.collect()
    gc.disable()
    try:
        del root
        manager._purge_token(TOKEN)
        assert gone() is None
    finally:
        gc.enable()


def test_no_computed_var_depends_on_another_state():
    """One that did would differ from its default in a tab whose other states have changed."""
    for kind in (Acts, *rx.State.get_substates()):
        for name, dependents in kind.get_root_state()._var_dependencies.items():
            assert kind.get_full_name() not in {state for state, _ in dependents}, name
        for name, dependents in kind._var_dependencies.items():
            assert {state for state, _ in dependents} <= {kind.get_full_name()}, name
