"""Check that no attempt is counted while a row is locked: the counting server may be slow."""

import pytest
from limits import RateLimitItem

from chat_app.core.ai.asking.commands import ASKS
from chat_app.core.auth.addresses import TO_ONE_ADDRESS
from chat_app.core.invitations.links import MADE
from chat_app.core.invitations.personal import MAILED, TO_ONE_STRANGER
from chat_app.core.kernel import context
from chat_app.core.kernel.context import Context

ALLOWED = {
    ASKS: "only the room's rule, read under its lock, tells a question from a message",
    TO_ONE_ADDRESS: "the only row held is that of the account being made",
    MAILED: "whether there is mail is known once the room is held",
    TO_ONE_STRANGER: "the same",
    MADE: "the same",
}
"""The exceptions that are counted while a row is locked, with the reason."""


@pytest.fixture(autouse=True)
def _counts_before_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Context.admits

    async def admits(self: Context, rule: RateLimitItem, *key: str, count: int = 1) -> bool:
        await self.db.flush()
        if self.db.in_transaction() and rule not in ALLOWED:
            assert await self.db.scalar(context._NOTHING_WRITTEN), f"{rule} is counted while a row is held"
        return await original(self, rule, *key, count=count)

    monkeypatch.setattr(Context, "admits", admits)
