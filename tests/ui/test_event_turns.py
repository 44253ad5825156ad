"""The event socket's handling of the events of pages."""

from types import SimpleNamespace
from unittest.mock import Mock
from uuid import uuid4

import pytest

from chat_app.chat_app import app
from chat_app.ui.transport.sockets import engine
from chat_app.ui.transport.sockets.engine import SEND
from chat_app.ui.transport.state import FeedState
from chat_app.web_session import PERSON_HEADER


def test_the_event_that_sends_a_message_is_known_by_its_name():
    assert f"{FeedState.get_full_name()}.send" == SEND


@pytest.mark.parametrize(("name", "person", "times"), [(SEND, "A", 1), (SEND, "", 0), (f"{SEND}s", "A", 0)])
async def test_uploads_wait_for_what_a_person_sends(
    monkeypatch: pytest.MonkeyPatch, name: str, person: str, times: int
):
    namespace, messages, engine_sid = app.event_namespace, Mock(), uuid4().hex
    assert namespace
    headers = [(PERSON_HEADER.encode(), person.encode())] if person else []
    environ = {"asgi.scope": {"headers": headers, "client": ("192.0.2.1", 1)}}
    monkeypatch.setattr(engine, "runtime", lambda: SimpleNamespace(messages=messages))
    monkeypatch.setattr(app, "_event_processor", SimpleNamespace(_futures={}))
    monkeypatch.setitem(namespace.server.environ, engine_sid, environ)
    await namespace.server._handle_event(engine_sid, "/_event", None, ["event", {"name": name}])
    assert messages.expect.call_count == times
