"""What somebody asks in private reaches nobody else: Ben receives the same bytes as if it had not been asked."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.api.app import build_api, guard
from chat_app.bootstrap import Runtime
from chat_app.core.ai.answers import writer
from tests.conftest import EMPTY_ALL
from tests.ui.conftest import Come
from tests.ui.whispers.acts import PRIVATE, PUBLIC, SECRET, publish
from tests.ui.whispers.looks import ask_for_all, look_at_all
from tests.ui.whispers.stage import Stage

pytestmark = pytest.mark.usefixtures("parts")

Turn = tuple[str, str, int, int, str]
"""Whether it is private, what is done, by whom, to what, and with which word."""

words = st.sampled_from(["tea", "rice", "herbs", "a map", "the tide"])
numbers = st.tuples(st.integers(0, 2), st.integers(0, 20), words)


def turns(kind: str, *names: str) -> st.SearchStrategy[Turn]:
    return st.tuples(st.just(kind), st.sampled_from(names), numbers).map(lambda each: (*each[:2], *each[2]))


public = st.one_of(turns("public", "say", "ask", "send file"), turns("public", *PUBLIC))
private = st.one_of(turns("private", "whisper", "attach"), turns("private", *PRIVATE))
histories = st.lists(st.one_of(public, private), min_size=40, max_size=60)


class Ben:
    """What Ben receives of histories, each in a database of its own."""

    def __init__(self, parts: Runtime, come: Come, engine: AsyncEngine) -> None:
        self.parts, self.come, self.engine = parts, come, engine
        self.api = build_api()
        self.guarded = guard(self.api, self.api, parts)

    async def received(self, history: list[Turn], secretive: int, *, private: bool) -> Stage:
        """Have a history happen, with its private turns or without them; return all that Ben has received."""
        listeners = list(self.parts.work.listeners)
        stage = await Stage.build(self.parts, self.come, secretive)
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
        await ask_for_all(stage, self.come)
        self.parts.work.listeners[:] = listeners
        async with self.engine.begin() as connection:
            await connection.execute(text(EMPTY_ALL))
        return stage


@pytest.fixture
async def ben(
    parts: Runtime, come: Come, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Ben]:
    monkeypatch.setattr(writer, "REST_FAST", 0)
    monkeypatch.setattr(writer, "REST_PER_ANSWER", 0)
    monkeypatch.setattr(parts.work, "policy", parts.work.policy.__class__(limited=False))
    yield Ben(parts, come, engine)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(history=histories, secretive=st.sampled_from([0, 2]))
async def test_private_turns_change_no_byte_that_another_receives(ben: Ben, history: list[Turn], secretive: int):
    with_them = await ben.received(history, secretive, private=True)
    without = await ben.received(history, secretive, private=False)
    difference = next(
        (each for each in zip(with_them.record.lines, without.record.lines, strict=False) if each[0] != each[1]), None
    )
    assert difference is None
    assert len(with_them.record.lines) == len(without.record.lines)
    assert SECRET not in "\n".join(with_them.record.lines)
