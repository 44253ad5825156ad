"""What somebody asks in private reaches nobody else: Ben receives the same bytes as if it had not been asked."""

import random
from dataclasses import replace
from itertools import zip_longest

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.api.app import guard
from chat_app.bootstrap import Runtime
from chat_app.core.ai.answers.writing import steps
from chat_app.core.ai.runs.growth import Thinking
from tests.fixtures import EMPTY_ALL
from tests.support.api import the_api
from tests.ui.conftest import Come
from tests.ui.whispers.acts import PRIVATE, PUBLIC, SECRET, publish
from tests.ui.whispers.looks import ask_for_all, look_at_all
from tests.ui.whispers.stage import Stage

pytestmark = pytest.mark.usefixtures("parts")

Turn = tuple[str, str, int, int, str]
"""Whether it is private, what is done, by whom, to what, and with which word."""

WORDS = ("tea", "rice", "herbs", "a map", "the tide")
LENGTH = 24


def history_of(chance: random.Random, *more: Turn) -> list[Turn]:
    """Return a random history; half of its turns say something, so that there is something to act on."""
    says = {"public": ("say", "ask", "send file"), "private": ("whisper", "attach")}
    every = {"public": tuple(PUBLIC), "private": tuple(PRIVATE)}
    history: list[Turn] = []
    for _ in range(LENGTH):
        kind = chance.choice(("public", "private"))
        name = chance.choice(chance.choice((says, every))[kind])
        history.append((kind, name, chance.randint(0, 2), chance.randint(0, 20), chance.choice(WORDS)))
    for turn in more:
        history.insert(chance.randint(0, len(history)), turn)
    return history


class Ben:
    """What Ben receives of histories, each in a database of its own."""

    def __init__(self, parts: Runtime, come: Come, engine: AsyncEngine) -> None:
        self.parts, self.come, self.engine = parts, come, engine
        self.api = the_api()
        self.guarded = guard(self.api, self.api, parts)

    async def received(self, history: list[Turn], secretive: int, *, private: bool) -> Stage:
        """Have a history happen, with its private turns or without them; return all that Ben has received."""
        listeners = list(self.parts.work.listeners)
        try:
            stage = await Stage.build(self.parts, self.come, secretive)
            await self._play(stage, history, private=private)
            return stage
        finally:
            self.parts.work.listeners[:] = listeners
            async with self.engine.begin() as connection:
                await connection.execute(text(EMPTY_ALL))

    async def _play(self, stage: Stage, history: list[Turn], *, private: bool) -> None:
        for kind, name, who, what, word in history:
            if kind == "private":
                if private:
                    await stage.act(stage.secretive, PRIVATE[name], what, word)
                continue
            stage.clock.advance(seconds=1)
            act = publish if kind == "published" else PUBLIC[name]
            stage.record.lines.append(f"-- {name}")
            await stage.act(stage.people[who], act, what, word)
        await stage.finish()
        ben = stage.people[1]
        _, token = await stage.make.session(ben)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.guarded, client=("192.0.2.1", 1)),
            base_url="http://127.0.0.1:3000/",
            headers=headers,
        ) as client:
            await look_at_all(stage, self.api, client)
        await ask_for_all(stage)


@pytest.fixture
async def ben(parts: Runtime, come: Come, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> Ben:
    for name in ("REST_FAST", "REST_PER_ANSWER", "REST_LONG"):
        monkeypatch.setattr(steps, name, 0)
    monkeypatch.setattr(Thinking, "seconds", 1)  # it is no secret how long the machine has taken
    monkeypatch.setattr(parts.work, "policy", replace(parts.work.policy, limited=False))
    return Ben(parts, come, engine)


few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
"""Long histories are worth more than many, and no number makes a shorter one: there is nothing to shrink."""


async def receives_the_same(ben: Ben, history: list[Turn], secretive: int) -> None:
    """Check that Ben receives of a history what he receives of it without its private turns."""
    with_them = await ben.received(history, secretive, private=True)
    without = await ben.received(history, secretive, private=False)
    for heard, otherwise in zip_longest(with_them.record.lines, without.record.lines):
        assert heard == otherwise
    assert SECRET not in "\n".join(with_them.record.lines)
    for one, other in zip_longest(_about_the_room(with_them), _about_the_room(without)):
        assert one == other


def _about_the_room(stage: Stage) -> list[str]:
    """Return what the models were given for answers to all."""
    return [prompt for prompt in stage.gateway.prompts if "in private" not in prompt]


@few
@given(seed=st.integers(0, 2**32))
@pytest.mark.slow
async def test_private_turns_change_no_byte_that_another_receives(ben: Ben, seed: int):
    chance = random.Random(seed)
    await receives_the_same(ben, history_of(chance), chance.choice((0, 2)))


@few
@given(seed=st.integers(0, 2**32))
@pytest.mark.slow
async def test_of_private_turns_only_what_is_published_is_received(ben: Ben, seed: int):
    chance = random.Random(seed)
    published = [("published", "publish", 0, 0, word) for word in WORDS[:3]]
    await receives_the_same(ben, history_of(chance, *published), chance.choice((0, 2)))
