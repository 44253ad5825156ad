"""What a tab that connects is shown first: its page as it is by now, and never that of another address."""

import pytest
import reflex as rx
from reflex_base.utils.format import format_event_handler

from chat_app.bootstrap import Runtime
from chat_app.chat_app import app
from chat_app.core.kernel.actor import Actor
from chat_app.ui.consent.state import ConsentState
from chat_app.ui.mailed.state import MailedState
from chat_app.ui.page_state import PageState
from chat_app.ui.preloading import Preloading
from chat_app.ui.transport.tabs.held import BOOT
from chat_app.web_session import SESSION_HEADER
from tests.support.factory import Factory


async def boot(root: rx.State, actor: Actor | None, address: str) -> None:
    """Connect with what the server has kept of a tab, as a page that loads anew does."""
    headers = {SESSION_HEADER: str(actor.session_id) if actor else "", "origin": "http://127.0.0.1:3000"}
    root._update_router_vars(
        {"sid": "tab", "headers": headers, "asPath": address, "pathname": address.partition("?")[0]}, {}
    )
    await Preloading().preprocess(app, root, rx.event.Event(name=f"reflex___state____state{BOOT}"))


async def is_loaded_again(root: rx.State, page: type[PageState] = MailedState) -> bool:
    """Return whether the event that loads the page is let through."""
    load = rx.event.Event(name=format_event_handler(page.event_handlers["load"]))
    return await Preloading().preprocess(app, root, load) is None


async def test_a_tab_that_comes_from_another_address_is_not_shown_what_was_there(parts: Runtime, make: Factory) -> None:
    aiko, root = await make.actor(), rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    page = await root.get_state(MailedState)
    await boot(root, aiko, "/verify-email?done=1")
    assert page.status == "done"
    root.is_hydrated = True
    await boot(root, aiko, "/verify-email")
    assert page.status == "ready"
    page.status = "invalid"
    await boot(root, aiko, "/verify-email")  # as after a restart of the server: what one sees stays
    assert page.status == "invalid"


async def test_a_page_is_loaded_again_where_what_was_to_load_it_never_came(parts: Runtime, make: Factory) -> None:
    aiko, root = await make.actor(), rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    await boot(root, aiko, "/verify-email")
    assert not await is_loaded_again(root), "it has just been loaded"
    await boot(root, aiko, "/verify-email?done=1")  # its event to load is dropped by Reflex: the tab goes on at once
    await boot(root, aiko, "/verify-email?done=1")
    assert await is_loaded_again(root)


async def test_a_page_that_sends_one_elsewhere_is_loaded_by_reflex_which_goes_there(
    parts: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "openid", object())  # which is not asked for a stranger
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    await boot(root, None, "/consent?request=forged")
    assert await is_loaded_again(root, ConsentState)
