"""Building contexts: what a model is given of long rooms, from the statement on, and of what fills a large window."""

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import aiohttp

from bench.figures import Figure, percentile
from bench.people import Community
from bench.site import Site
from chat_app.core.ai.context.lines.others import with_others
from chat_app.core.ai.context.prompt import build_prompt, estimate_tokens
from chat_app.core.ai.context.reading.history import newest_messages
from chat_app.core.ai.context.shapes.earlier import EarlierSummaries, PromptSummary
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.rooms.tables import Room

SIZES: Final = (1_000, 100_000)
ROUNDS, WARM_UP = 60, 10
MOST: Final = 30.0
"""Milliseconds: the aim for a room of 100,000."""

MANY, WINDOW = 5_000, 200_000
"""Messages that are given to the builder alone, and the tokens of the window that they fill."""

PART: Final = "Context"
_NAMES: Final = ("Aiko", "Ben", "Chloé", "デイビッド", "Emma: the second")
_WORDS: Final = ["We", "keep", "the", "keyset", "index,", "since", "a", "page", "takes", "one", "look", "then."]


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Read and build in this process, as the server does; and only build."""
    [reader] = await community.people(1)
    took: dict[int, list[float]] = {}
    worked: list[float] = []
    rooms = {size: await community.history(size, reader) for size in SIZES}
    for number in range(WARM_UP + ROUNDS):
        for size, room in rooms.items():
            begun, used = time.perf_counter(), time.process_time()
            await _read_and_build(community, room)
            if number >= WARM_UP:
                took.setdefault(size, []).append(time.perf_counter() - begun)
                worked.append(time.process_time() - used)
    figures = [
        Figure(PART, f"in a room of {size:,}, read and built, p50", percentile(took[size], 50) * 1000, "ms", most)
        for size, most in zip(SIZES, (None, MOST), strict=True)
    ]
    figures.append(Figure(PART, "the same: CPU of this process, p50", percentile(worked, 50) * 1000, "ms"))
    return [*figures, *(_built(name, texts) for name, texts in _texts().items())]


async def _read_and_build(community: Community, room_id: UUID) -> None:
    async with community.work.begin() as ctx:
        history = await newest_messages(ctx, await ctx.db.get_one(Room, room_id))
    _build(history, EarlierSummaries())


def _build(history: list[PromptMessage], earlier: EarlierSummaries) -> None:
    build_prompt(with_others(history, "demo"), system="", budget_tokens=WINDOW, count=estimate_tokens, earlier=earlier)


def _texts() -> dict[str, list[str]]:
    chance = random.Random(1)
    english = [" ".join(chance.choices(_WORDS, k=35)) for _ in range(MANY)]
    return {
        "English": english,
        "Japanese": ["索引を残せますか。ページは一度見るだけで済みます。\nそうしましょう。" for _ in range(MANY)],
    }


def _built(name: str, texts: list[str]) -> Figure:
    room, now = uuid4(), datetime.now(UTC)
    history = [
        PromptMessage(
            uuid4(),
            _NAMES[n % 5],
            is_ai=n % 7 == 0,
            text=text,
            room_id=room,
            seq=n + 1,
            pinned=n % 300 == 0,
            at=now + timedelta(minutes=9 * n + (n % 20) ** 2),
        )
        for n, text in enumerate(texts[:-1])
    ]
    history.append(
        PromptMessage(uuid4(), "Aiko", is_ai=False, text="So?", room_id=room, seq=MANY, at=now + timedelta(days=99))
    )
    summary = PromptSummary(uuid4(), room, "They talked. " * 300, 900, 400, 1, 400, now)
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        _build(history, EarlierSummaries([summary]))
        took.append(time.perf_counter() - begun)
    described = f"{MANY:,} messages in {name}, a window of {WINDOW // 1000},000 tokens: built, p50"
    return Figure(PART, described, percentile(took, 50) * 1000, "ms")
