"""Questions of tabs that have not arrived are kept, and take little memory and time."""

from unittest.mock import AsyncMock
from uuid import UUID

import pytest

from chat_app.ui.transport.sockets.early import FEW, MOST, Early

pytestmark = pytest.mark.slow

SOMEBODY, ANOTHER = UUID(int=1), UUID(int=2)


async def test_the_latest_questions_of_a_session_are_kept_until_they_are_answered() -> None:
    early, reads = Early(lambda _: True), [AsyncMock() for _ in range(MOST + 1)]
    for read in reads:
        early.keep("a", SOMEBODY, read)
    assert early.of("a", SOMEBODY) == reads[1:]
    assert early.of("a", ANOTHER) == early.of("b", SOMEBODY) == []
    await early.forget("a")
    assert early.of("a", SOMEBODY) == []


def test_sockets_that_have_closed_are_forgotten_without_a_look_at_all_each_time() -> None:
    looks = list[str]()
    early = Early(lambda sid: looks.append(sid) or sid.startswith("open"))
    for number in range(10 * FEW):
        early.keep(f"open{number}", SOMEBODY, AsyncMock())
        early.keep(f"closed{number}", SOMEBODY, AsyncMock())
    left = [number for number in range(10 * FEW) if early.of(f"closed{number}", SOMEBODY)]
    assert len(left) < 6 * FEW
    assert len(looks) < 60 * FEW
    assert all(early.of(f"open{number}", SOMEBODY) for number in range(10 * FEW))
