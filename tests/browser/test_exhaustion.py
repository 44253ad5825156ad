"""Those who ask for more than anybody needs, do not listen, or come back after they were sent away."""

import asyncio
import resource
from base64 import b64encode
from contextlib import AsyncExitStack, suppress
from socket import create_connection, socket
from uuid import uuid4

import httpx
import psutil
import reflex as rx
from engineio.async_socket import AsyncSocket
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from socketio.exceptions import ConnectionError as HandshakeRefused
from sqlalchemy import text

from chat_app.api.middleware.body_limit import MAXIMUM
from chat_app.api.middleware.event_socket import SENT
from chat_app.chat_app import app
from chat_app.core.access.permissions import Role
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.policy import Policy
from chat_app.ui.transport.sockets.backlog import BUDGET
from chat_app.ui.transport.sockets.sending import sockets
from chat_app.ui.transport.tabs.cleanup import KEPT, forget_states
from tests.browser.forger import FEED, NAMESPACE, Forger
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.site import Site
from tests.support.waiting import until


async def test_stalled_reader_uses_bounded_memory() -> None:
    namespace = app.event_namespace
    assert namespace is not None
    engine = uuid4().hex
    deaf = namespace.server.eio.sockets[engine] = AsyncSocket(namespace.server.eio, engine)
    sid = await namespace.server.manager.connect(engine, NAMESPACE)
    for _ in range(BUDGET // 10_000 * 3):
        await sockets.send(sid, {"t": "rooms", "rooms": ["x" * 10_000]})
        assert sum(len(packet.data) for packet in deaf.queue._queue) < BUDGET + 20_000
    assert "resync" in (await deaf.poll())[-1].data
    await namespace.server.manager.disconnect(sid, NAMESPACE)
    del namespace.server.eio.sockets[engine]


UNREADABLE = ("[[[[", "{", '["event"', "[" * 9_999, "9" * 200, "7")


async def test_unknown_events_are_counted_not_told_one_by_one(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    before = len(site.log.read_text().splitlines())

    def lines() -> list[str]:
        return site.log.read_text().splitlines()[before:]

    async with Forger(site, token) as forger:
        for number in range(60):
            await forger.call(f"no.such.handler_{number}", text="private")
            await forger.say("event", "not an event")
            await forger.say("event", {"name": [number], "payload": {}})
            await forger.say(f"no_such_event_{number}", {})
            await forger.say("connect", {})  # for Socket.IO itself to say
            await forger.say_raw(f"2{NAMESPACE},{UNREADABLE[number % len(UNREADABLE)]}")
        await forger.quiet()

        async def said() -> bool:
            await forger.say("no_such_event", {})
            await forger.say_raw(f"2{NAMESPACE},{UNREADABLE[0]}")
            return all(word in "".join(lines()) for word in ("event_unknown", "packet_failed"))

        await until(said, 60)  # what was said in the last ten seconds, of another test too, is not said again
    assert len(lines()) < 100
    assert not any("no.such" in line or "private" in line or "Traceback" in line for line in lines())


async def test_flood_ends_connections_and_nobody_elsewhere_notices(site: Site, make: Factory) -> None:
    (_, flooder), (ben, bens) = await make.signed_in(), await make.signed_in()
    room = await make.room({Role.MASTER: ben})
    async with Forger(site, bens) as other, Forger(site, flooder) as one, Forger(site, flooder) as two:
        await other.arrive(f"/r/{room.id}")
        for _ in range(20):
            for forger in (each for each in (one, two) if each.connected):
                await asyncio.gather(*(forger.say_raw(f"2{NAMESPACE},[]") for _ in range(int(SENT.burst))))
        nonce = str(uuid4())
        await other.call(f"{FEED}.send", room=str(room.id), text="As ever", nonce=nonce, reply_to="")
        await until(lambda: any(op["t"] == "message" for op in other.ops()), 60)
        await until(lambda: not one.connected and not two.connected, 60)
        assert other.connected


async def test_server_without_descriptors_heals(site: Site) -> None:
    assert site.pid
    soft, hard = resource.prlimit(site.pid, resource.RLIMIT_NOFILE)
    opened: list[socket] = []
    try:
        resource.prlimit(site.pid, resource.RLIMIT_NOFILE, (psutil.Process(site.pid).num_fds() - 1, hard))
        for _ in range(40):  # none can be accepted
            opened.append(create_connection(("127.0.0.1", site.port)))
        for each in opened:
            each.settimeout(20)
            with suppress(ConnectionError):
                assert each.recv(1) == b""
    finally:
        resource.prlimit(site.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for each in opened:
            each.close()
    async with httpx.AsyncClient(verify=False, base_url=site.url, timeout=60) as browser:
        assert (await browser.get("/readyz")).status_code == 200
    assert soft == hard, "as many as there may be"


async def test_client_with_too_many_sockets_is_refused(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    async with AsyncExitStack() as stack:
        for _ in range(Policy().tabs_person):
            last = await stack.enter_async_context(Forger(site, token))
        assert await handshake(site, token) == 429
        await last.leave()

        async def admitted() -> bool:
            with suppress(HandshakeRefused):
                await stack.enter_async_context(Forger(site, token))
                return True
            return False

        await until(admitted)


async def test_the_state_of_a_tab_that_has_gone_is_forgotten() -> None:
    namespace, manager = app.event_namespace, app.state_manager
    assert namespace is not None
    assert isinstance(manager, StateManagerMemory)
    here, gone = (BaseStateToken(ident=str(uuid4()), cls=rx.State) for _ in range(2))
    for token in (here, gone):
        await namespace.link_token_to_sid(token.ident, token.ident)
        async with manager.modify_state(token):
            pass
    await namespace.on_disconnect(gone.ident)
    async with manager.modify_state(gone):
        forget_states(app, 0)
        assert {here.cache_key, gone.cache_key} <= manager.states.keys(), "what is at work is left alone"
    forget_states(app, 0)
    assert here.cache_key in manager.states
    assert gone.cache_key not in manager.states
    await namespace.on_disconnect(here.ident)
    forget_states(app, 0)
    assert not manager.states
    assert not manager._states_locks
    await manager.close()


async def test_the_newest_states_of_a_session_stay_for_a_while() -> None:
    """States without a session, and with tokens chosen by Reflex, do not."""
    namespace, manager = app.event_namespace, app.state_manager
    assert namespace is not None
    assert isinstance(manager, StateManagerMemory)
    tokens = [BaseStateToken(ident=ident, cls=rx.State) for ident in ("S:1", "S:2", "S:3", ":1", "T", "U:1")]

    def known() -> set[str]:
        return {token.ident for token in tokens if token.cache_key in manager.states}

    for now, token in enumerate(tokens):
        await namespace.link_token_to_sid(token.ident, token.ident)
        async with manager.modify_state(token):
            pass
        await namespace.on_disconnect(token.ident)
        forget_states(app, now)
    assert known() == {"S:2", "S:3", "U:1"}
    forget_states(app, 2 + KEPT)
    assert known() == {"U:1"}
    forget_states(app, 5 + KEPT)
    assert known() == set()
    await manager.close()


async def test_an_event_that_never_becomes_whole_ends_its_connection(site: Site) -> None:
    async with Forger(site) as forger:
        await forger.say_raw('51000000-/_event,["event",{"_placeholder":true,"num":0}]')
        await until(lambda: not forger.connected)


async def test_a_request_opens_no_event_socket(site: Site) -> None:
    async with httpx.AsyncClient(verify=False, base_url=site.url) as browser:
        for path in (NAMESPACE, f"{NAMESPACE}/"):
            asked = {"params": {"EIO": "4", "transport": "websocket"}, "headers": {"Upgrade": "websocket"}}
            assert (await browser.get(path, **asked)).status_code == 404


async def test_a_packet_has_an_end(site: Site, make: Factory) -> None:
    _, token = await make.signed_in()
    async with Forger(site, token) as forger:
        await forger.say("event", "x" * (MAXIMUM + 1))
        await until(lambda: not forger.connected)


async def test_a_session_that_ends_while_its_tab_arrives_hears_nothing(site: Site, make: Factory) -> None:
    (aiko, stolen), (ben, bens) = await make.signed_in(), await make.signed_in()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    async with Forger(site, stolen) as thief, Forger(site, bens) as other:
        await other.arrive(f"/r/{room.id}")
        async with make.work.begin() as ctx:
            await ctx.db.execute(text("LOCK TABLE room_members IN ACCESS EXCLUSIVE MODE"))
            await thief.call(f"{FEED}.arrive")
            await someone_waits(make.work)
            async with httpx.AsyncClient(verify=False, base_url=site.url) as browser:
                headers = {"Authorization": f"Bearer {stolen}"}
                assert (await browser.post("/api/v1/auth/logout-all", headers=headers)).status_code == 204
        await thief.quiet()
        nonce = str(uuid4())
        await other.call(f"{FEED}.send", room=str(room.id), text="In private", nonce=nonce, reply_to="")
        await until(lambda: any(op["t"] == "message" for op in other.ops()))
        await thief.quiet()
        assert not any(op["t"] == "news" for op in thief.ops())


async def test_a_session_that_expires_hears_nothing_more(site: Site, make: Factory) -> None:
    (aiko, old), (ben, bens) = await make.signed_in(), await make.signed_in()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    async with Forger(site, old) as expired, Forger(site, bens) as other:
        for member in (expired, other):
            await member.arrive(f"/r/{room.id}")
        async with make.work.begin() as ctx:
            (await ctx.db.get_one(UserSession, aiko.session_id)).expires_at = ctx.now
        await until(lambda: any(op["t"] == "signed_out" for op in expired.ops()), 30)
        nonce = str(uuid4())
        await other.call(f"{FEED}.send", room=str(room.id), text="In private", nonce=nonce, reply_to="")
        await until(lambda: any(op["t"] == "message" for op in other.ops()))
        await expired.quiet()
        assert "In private" not in expired.heard()
        assert not any(op["t"] == "signed_out" for op in other.ops())


async def handshake(site: Site, session: str) -> int:
    """The status with which the event socket's handshake is refused."""
    key = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": b64encode(bytes(16)).decode()}
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Origin": site.url,
        "Cookie": f"{site.cookie}={session}",
        **key,
    }
    async with httpx.AsyncClient(verify=False, base_url=site.url, headers=headers) as browser:
        return (await browser.get(f"{NAMESPACE}/", params={"EIO": "4", "transport": "websocket"})).status_code
