"""Those who ask for more than anybody needs, do not listen, or come back after they were sent away."""

from uuid import uuid4

import httpx
from engineio.async_socket import AsyncSocket
from sqlalchemy import text

from chat_app.api.body_limit import MAXIMUM
from chat_app.chat_app import app
from chat_app.core.access.permissions import Role
from chat_app.ui.feed.sockets import WAITING_MAX, sockets
from chat_app.ui.feed.state import LOOKS
from tests.browser.forger import FEED, NAMESPACE, Forger
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.site import Site
from tests.support.waiting import until


async def test_who_does_not_listen_fills_no_memory() -> None:
    namespace = app.event_namespace
    assert namespace is not None
    engine = uuid4().hex
    deaf = namespace.server.eio.sockets[engine] = AsyncSocket(namespace.server.eio, engine)
    sid = await namespace.server.manager.connect(engine, NAMESPACE)
    for _ in range(WAITING_MAX * 2):
        await sockets.send(sid, {"t": "rooms", "rooms": []})
    assert deaf.queue.qsize() == WAITING_MAX
    await namespace.server.manager.disconnect(sid, NAMESPACE)
    del namespace.server.eio.sockets[engine]


async def test_history_is_given_only_so_often(site: Site, make: Factory) -> None:
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    async with Forger(site, token) as forger:
        for _ in range(LOOKS.amount + 1):
            await forger.call(f"{FEED}.sync", room=str(room.id), rev=0)
        await until(lambda: any(op.get("code") == "rate_limited" for op in forger.ops()), 30)


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
            async with httpx.AsyncClient(base_url=site.url) as browser:
                headers = {"Authorization": f"Bearer {stolen}"}
                assert (await browser.post("/api/v1/auth/logout-all", headers=headers)).status_code == 204
        await thief.quiet()
        nonce = str(uuid4())
        await other.call(f"{FEED}.send", room=str(room.id), text="In private", nonce=nonce, reply_to="")
        await until(lambda: any(op["t"] == "message" for op in other.ops()))
        await thief.quiet()
        assert not any(op["t"] == "news" for op in thief.ops())
