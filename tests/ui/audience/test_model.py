"""Tabs hold exactly what the database lets them hold, whatever happens while Redis fails.

One process has the tabs, and is behind a gate; in it or in another one people do random things. The tabs are the
browser's own feed under Node, on sockets of this process.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters import counters
from chat_app.adapters.hub import redis_hub
from chat_app.bootstrap import build, runtime
from chat_app.core.access.permissions import Role
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live import audience as module
from chat_app.core.live.audience import AudienceCheck
from chat_app.core.rooms.members import ban_member, remove_member
from chat_app.settings import Settings, get_settings
from chat_app.ui.transport.sockets.sending import sockets
from tests.core.live.clients import State
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.redis import RedisServer
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.audience.stage import PACE, Stage, Tab
from tests.ui.conftest import Connect, Ear


@pytest.fixture
async def stage(
    worker_database: str,
    engine: AsyncEngine,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> AsyncIterator[Stage]:
    for of, name, value in [
        (redis_hub, "RETRY_SECONDS", 0.05),
        (redis_hub, "QUIET_SECONDS", 0.1),
        (counters, "REST_SECONDS", 0.1),
        (module, "EVERY", module.EVERY / PACE),
        (module, "UNHEARD_EVERY", module.UNHEARD_EVERY / PACE),
        (module, "APART", module.APART / PACE),
    ]:
        monkeypatch.setattr(of, name, value)
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    async with Gate(server.port) as gate:
        monkeypatch.setenv("DATABASE_URL", worker_database)
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{gate.port}/0")
        for cached in (get_settings, runtime):
            cached.cache_clear()
        here, hearing = runtime(), AudienceCheck(sockets)
        elsewhere = build(Settings(database_url=worker_database, redis_url=server.url))
        here.hub.subscribe(sockets.deliver, hearing.missed)
        loops = [Endless(partial(hearing.keep, here.work), "a"), Endless(partial(hearing.call_all, here.hub), "b")]
        for part in (here.hub, elsewhere.hub):
            await part.start()
        for loop in loops:
            loop.start()
        make = Factory(here.work)
        people = [await make.actor() for _ in range(4)]
        shown, other = [await make.room({Role.MASTER: people[0], Role.MEMBER: people[1]}) for _ in range(2)]
        for one in people[2:]:
            await make.join(shown, one)
        link = await Do(here.work)(people[0], create_invite_link, shown.id)
        yield Stage(
            here,
            elsewhere,
            server,
            gate,
            hearing,
            random.Random(seed),
            shown,
            other,
            link.token,
            people[:2],
            people[2:],
        )
        for loop in loops:
            await loop.stop()
        for parts in (here, elsewhere):
            await asyncio.wait_for(parts.stop(), 20)
        server.stop()
        for cached in (get_settings, runtime):
            cached.cache_clear()


FAULTS = ["killed", "frozen", "stalled", "dropped"]


@pytest.mark.parametrize(("seed", "kind"), list(enumerate(FAULTS)), ids=FAULTS)
@pytest.mark.slow
async def test_tabs_hold_what_the_database_lets_them_hold(stage: Stage, connect: Connect, kind: str):
    out, ended = stage.going
    tabs = [Tab(one, stage.shown, Ear(*await connect())) for one in [*stage.people, *stage.going]]
    lives = [asyncio.create_task(tab.live()) for tab in tabs]
    for _ in range(6):
        await stage.act()
    await stage.fault(kind, on=True)
    for _ in range(8):
        await stage.act()
    do = Do(stage.elsewhere.work)  # not by `stage.do`, which lets it be refused
    await do(stage.people[0], stage.chance.choice([remove_member, ban_member]), stage.shown.id, out.user_id)
    await do(ended, sign_out)

    async def gone_hear_nothing() -> bool:  # a tab that arrives during a look is spared until the next one
        await stage.hearing.compare(stage.here.work)
        return not any(stage.shown.id in tab.ear.rooms() for tab in tabs[2:])

    await until(gone_hear_nothing)
    for _ in range(2):
        await stage.post(stage.people[0], stage.shown, "a secret")
        await stage.act()
    await stage.fault(kind, on=False)
    for _ in range(4):
        await stage.act()
    for parts in (stage.here, stage.elsewhere):
        await until(parts.hub.healthy)
    for tab in tabs:
        tab.lives = False
    await asyncio.gather(*lives)
    try:
        for tab in tabs:
            await agrees(stage, tab)
    finally:
        for tab in tabs:
            tab.browser.stop()
    assert all("a secret" not in tab.received for tab in tabs[2:])
    assert "a secret" in tabs[0].received


async def agrees(stage: Stage, tab: Tab) -> None:
    """Wait until a tab has exactly what it may have."""
    held: State = {}
    truth = await stage.truth(tab)

    async def same() -> bool:
        held.update(await tab.step())
        return all(held[name] == value for name, value in truth.items())

    try:
        await until(same, 20)
    except TimeoutError:
        assert dict(_differences(held, truth)) == {}


def _differences(held: State, truth: State, path: str = "") -> Iterator[tuple[str, object]]:
    for name in truth:
        one, other = held.get(name), truth[name]
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _differences(one, {key: other.get(key) for key in one | other}, f"{path}/{name}")
        elif one != other:
            yield f"{path}/{name}", (one, other)
