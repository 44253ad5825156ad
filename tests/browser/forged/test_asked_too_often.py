"""Excessive requests: the limits, if no slow lane keeps a client below them."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chat_app.core.access.permissions import Role
from chat_app.ui.transport.allowance import EVENTS
from chat_app.ui.transport.state import LOOKS
from tests.browser.forger import FEED, Forger
from tests.support.factory import Factory
from tests.support.site import Site
from tests.support.waiting import until

TOGETHER = 50
"""Calls that are made before one looks whether they were refused."""


async def call_until_refused(forger: Forger, most: int, handler: str, **payload: Any) -> None:
    """Call until it is too often, however few a busy machine hears in the minute for which they count."""
    for _ in range(4 * most // TOGETHER):
        for _ in range(TOGETHER):
            await forger.call(handler, **payload)
        await forger.quiet()
        if any(op.get("code") == "rate_limited" for op in forger.ops()):
            return
    pytest.fail(f"{handler} was never refused")


async def test_history_is_given_only_so_often(site: Site, make: Factory) -> None:
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    async with Forger(site, token) as forger:
        await call_until_refused(forger, LOOKS.amount, f"{FEED}.sync", room=str(room.id), rev=0)


async def test_a_person_asks_only_for_so_much_in_all_their_tabs(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    async with Forger(site, token) as one, Forger(site, token) as another:
        await call_until_refused(one, EVENTS.amount, f"{FEED}.attend", away=False)
        nonce = str(uuid4())
        refused = {"t": "refused", "about": nonce, "code": "rate_limited", "details": {"retry_after": 60}}
        for _ in range(TOGETHER):  # a few may be free again by now
            before = len(another.received)
            await another.call(f"{FEED}.send", room=str(uuid4()), text="More", nonce=nonce, reply_to="")
            if await until(partial(another.ops, before)) == [refused]:
                return
        pytest.fail("another tab was never refused")
