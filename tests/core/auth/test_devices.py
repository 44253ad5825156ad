"""Names of devices, and the list of sessions."""

import pytest

from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import (
    SEEN_EVERY,
    end_session,
    my_sessions,
    recognise,
    recognise_session,
    sign_in,
)
from chat_app.core.auth.sessions.devices import device_of
from chat_app.core.kernel.context import UnitOfWork
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/140.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) (KHTML) Version/26.0 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        (f"Mozilla/5.0 (Linux; Android 16; Pixel) {KIT} Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (iPad; CPU OS 19_0) {KIT} CriOS/140.0", "Chrome, iPad"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("curl/8.5", "curl"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_device_in_a_few_words(user_agent: str, device: str):
    assert device_of(user_agent) == device


async def test_own_active_sessions_are_listed_latest_first(do: Do, make: Factory, clock: Clock):
    await make.user(username="aiko")
    await make.actor()
    first, first_token = await do(None, sign_in, "aiko", PASSWORD, user_agent="curl/8.5", address="10.0.0.1")
    clock.advance(hours=1)
    second, _ = await do(None, sign_in, "aiko", PASSWORD)
    assert [each.id for each in await do(second, my_sessions)] == [second.session_id, first.session_id]
    clock.advance(hours=1)
    await do(None, recognise, first_token)
    listed = await do(second, my_sessions)
    assert [(each.id, each.last_seen_at == clock.now) for each in listed] == [
        (first.session_id, True),
        (second.session_id, False),
    ]
    assert (listed[0].user_agent, listed[0].address) == ("curl/8.5", "10.0.0.1")
    clock.advance(days=40)
    assert await do(second, my_sessions) == []


async def test_when_a_session_was_seen_is_not_written_at_every_event(do: Do, make: Factory, clock: Clock):
    actor = await make.actor()
    begun = clock.now
    clock.advance(seconds=SEEN_EVERY.total_seconds() - 1)
    await do(None, recognise_session, actor.session_id)
    assert [each.last_seen_at for each in await do(actor, my_sessions)] == [begun]
    clock.advance(seconds=1)
    await do(None, recognise_session, actor.session_id)
    assert [each.last_seen_at for each in await do(actor, my_sessions)] == [clock.now]


async def test_update_of_last_use_does_not_wait_for_locks(make: Factory, clock: Clock, work: UnitOfWork):
    actor = await make.actor()
    clock.advance(hours=1)
    async with work.begin() as one, work.begin() as other:
        assert await recognise_session(one, actor.session_id)
        assert await recognise_session(other, actor.session_id)


async def test_ended_session_notifies_its_tabs(do: Do, make: Factory, events: list[object]):
    await make.user(username="aiko")
    here, _ = await do(None, sign_in, "aiko", PASSWORD)
    lost, token = await do(None, sign_in, "aiko", PASSWORD)
    await do(here, end_session, str(lost.session_id))
    assert events == [SessionsRevoked((lost.session_id,))]
    assert await do(None, recognise, token) is None
    stranger = await make.actor()
    for which in (lost.session_id, stranger.session_id, "nonsense"):
        with refused("session_not_found"):
            await do(here, end_session, which)
    assert [each.id for each in await do(here, my_sessions)] == [here.session_id]
