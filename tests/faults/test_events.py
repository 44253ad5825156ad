"""An event of a tab while the database is away."""

from types import SimpleNamespace

import pytest

from chat_app.bootstrap import build
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.ids import new_id
from chat_app.settings import Settings
from chat_app.ui import session
from chat_app.ui.transport import answering
from chat_app.web_session import SESSION_HEADER


async def test_event_without_database_is_refused_and_ends(monkeypatch: pytest.MonkeyPatch):
    parts = build(Settings(_env_file=None, database_url="postgresql://nobody:x@127.0.0.1:9/none"))
    told: list[dict[str, object]] = []

    async def send(sid: str, op: dict[str, object]) -> None:
        told.append(op)

    monkeypatch.setattr(session, "runtime", lambda: parts)
    monkeypatch.setattr(answering.sockets, "send", send)
    headers = SimpleNamespace(raw_headers={SESSION_HEADER: str(new_id())})
    tab = SimpleNamespace(rx_router_session=SimpleNamespace(session_id="S"), rx_router_headers=headers, base_vars={})
    with pytest.raises(Unavailable):
        async with answering.answering(tab, "nonce"):
            pytest.fail("there is nothing to work with")
    await parts.stop()
    assert [(op["t"], op["about"], op["code"]) for op in told] == [("refused", "nonce", "unavailable")]
