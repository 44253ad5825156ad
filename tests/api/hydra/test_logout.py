"""Sign-outs by a Hydra, and the end of access at a Hydra."""

import socket
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col

from chat_app.adapters.auth import hydra as adapter
from chat_app.adapters.auth.hydra import Hydra
from chat_app.bootstrap import Runtime
from chat_app.core.administration.commands import delete_user, sign_out_user
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.errors import ProviderAway
from chat_app.core.auth.sessions.commands import revoke_sessions, sign_out_everywhere
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.safety.suspending import suspend_user
from tests.api.conftest import ORIGIN
from tests.api.expect import error
from tests.api.hydra.flows import sent
from tests.hydra.server import HydraServer
from tests.support.factory import Factory
from tests.support.jobs import run_due
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


async def left(browser: httpx.AsyncClient, challenge: str, **headers: str) -> httpx.Response:
    """Sign out at Hydra, as its person does on the page that asks."""
    headers = {"Origin": ORIGIN, **headers}
    return await browser.post(f"{ORIGIN}/oauth2/logout", json={"challenge": challenge}, headers=headers)


async def test_logout_ends_session_of_its_person(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    assert (await left(browser, hydra.ask("logout", subject="somebody else"))).json()["url"].startswith(hydra.url)
    assert (await browser.get("me")).status_code == 200
    answer = await left(browser, hydra.ask("logout", subject=str(person[0].user_id)))
    assert answer.json()["url"].startswith(hydra.url)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await browser.get("me")).status_code == 401


async def test_sign_out_needs_confirmation(hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]):
    """Any page can send a browser to Hydra's logout, and Hydra sends it here."""
    challenge = hydra.ask("logout", subject=str(person[0].user_id))
    assert await sent(browser, "logout", challenge) == f"/consent?logout={challenge}"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}):
        error(await left(browser, challenge, **headers), 403, "cross_origin")
    for body in ({}, {"challenge": None}, {"challenge": ["x"]}, []):
        error(
            await browser.post(f"{ORIGIN}/oauth2/logout", json=body, headers={"Origin": ORIGIN}), 422, "invalid_request"
        )
    error(await left(browser, "forged"), 404, "oauth_request_expired")
    assert (hydra.answers, (await browser.get("me")).status_code) == ([], 200)


@pytest.mark.parametrize("end", [suspend_user, sign_out_user, "delete", "everywhere"])
async def test_nothing_acts_at_hydra_after_access_has_ended(
    hydra: HydraServer, parts: Runtime, do: Do, make: Factory, person: tuple[Actor, str], end: Any
):
    """Hydra keeps its own tokens, so a suspended person would stay signed in to every application."""
    actor, boss = person[0], await make.actor(is_admin=True)
    hydra.revoked.clear()
    async with make.work.begin() as ctx:  # nobody needs to be signed in here for that
        await revoke_sessions(ctx, col(UserSession.user_id) == actor.user_id)
    if end == "delete":
        await do(boss, delete_user, actor.user_id, "aiko")
    elif end == "everywhere":
        await do(actor, sign_out_everywhere)
    else:
        await do(boss, end, actor.user_id, *(["spam"] if end is suspend_user else []))
    await run_due(parts.jobs)
    assert hydra.signed_out == [str(actor.user_id)]
    assert hydra.revoked == [{"subject": str(actor.user_id), "all": "true"}]


async def test_a_hydra_that_comes_back_is_told_who_was_suspended_meanwhile(
    hydra: HydraServer,
    parts: Runtime,
    do: Do,
    make: Factory,
    person: tuple[Actor, str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(adapter, "AWAY_SECONDS", 0)
    boss, rei = await make.actor(is_admin=True), await make.actor()
    parts.jobs.clock = lambda: datetime.now(UTC)  # so that a retry is not due at once
    hydra.kill()
    try:
        for each in (person[0], rei):
            await do(boss, suspend_user, each.user_id, "spam")
        await run_due(parts.jobs)
    finally:
        hydra.start()
    hydra.down = True  # and has not quite come back
    for _ in range(2):
        async with make.work.begin() as ctx:
            waiting = await ctx.db.execute(
                text("UPDATE procrastinate_jobs SET scheduled_at = now() RETURNING task_name")
            )
            assert [*waiting.scalars()].count("end_access_elsewhere") == 2
        await run_due(parts.jobs)
        assert len(hydra.signed_out) == (0 if hydra.down else 2)
        hydra.down = False
    assert sorted(hydra.signed_out) == sorted(str(each.user_id) for each in (person[0], rei))
    assert {each["subject"] for each in hydra.revoked} == set(hydra.signed_out)


async def test_jobs_do_not_wait_one_after_another_for_a_hydra_that_hangs(do: Do, monkeypatch: pytest.MonkeyPatch):
    """They would keep everything else waiting that is done in jobs."""
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        server = Hydra(url, url)
        hydra = HydraSteps(do.work, server)
        for _ in range(3):
            with pytest.raises(ProviderAway):
                await hydra.end_access(JobAttempt(1, last=False), "somebody")
        await server.aclose()
        hanging.setblocking(False)
        hanging.accept()[0].close()
        with pytest.raises(BlockingIOError):
            hanging.accept()


async def test_person_unknown_to_hydra_has_nothing_to_end(
    hydra: HydraServer, parts: Runtime, person: tuple[Actor, str]
):
    hydra.unknown = True
    await parts.hydra.end_access(JobAttempt(1, last=False), str(person[0].user_id))
