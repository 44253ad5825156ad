"""The circuit breaker: who is asked, after which failures."""

from collections.abc import Callable

import pytest

from chat_app.adapters.llm.breaker import Breaker
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import build_gateway
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage

CONFIG = LlmConfig(failures_to_pause=3, failures_seconds=60, pause_seconds=30)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(CONFIG, clock)


@pytest.fixture
def fail(breaker: Breaker) -> Callable[..., str]:
    def fail(code: str = "llm_unavailable", *, answered: bool = False) -> str:
        """Return the error of a request that fails, or that is not made."""
        try:
            with breaker.attempt("v", "v/m") as attempt:
                attempt.answered = answered
                raise LlmError(code)
        except LlmError as error:
            return error.code

    return fail


def succeed(breaker: Breaker) -> None:
    with breaker.attempt("v", "v/m") as attempt:
        attempt.answered = True


def test_provider_that_fails_again_and_again_is_paused_and_then_tried(
    breaker: Breaker, clock: Clock, fail: Callable[..., str]
):
    assert [fail() for _ in range(5)] == ["llm_unavailable"] * 3 + ["llm_paused"] * 2
    assert breaker.paused() == {"v": 30}
    with breaker.attempt("w", "w/m"):
        pass
    clock.now += 30
    assert breaker.paused() == {"v": 0}
    assert [fail(), fail()] == ["llm_unavailable", "llm_paused"], "the one that tries it begins the next pause"
    clock.now += 30
    with breaker.attempt("v", "v/m") as attempt:
        assert fail() == "llm_paused", "one at a time tries it"
        attempt.answered = True
    assert breaker.paused() == {}
    assert fail() == "llm_unavailable"


def test_success_and_time_end_the_count(breaker: Breaker, clock: Clock, fail: Callable[..., str]):
    for end in (lambda: succeed(breaker), lambda: setattr(clock, "now", clock.now + 61)):
        assert [fail(), fail()] == ["llm_unavailable"] * 2
        end()
    assert fail() == "llm_unavailable"
    assert breaker.paused() == {}


def test_other_errors_and_broken_answers_do_not_count(breaker: Breaker, fail: Callable[..., str]):
    for _ in range(4):
        fail("llm_authentication")
        fail("llm_content_filtered")
        fail("llm_timeout", answered=True)
    assert breaker.paused() == {}


def test_request_that_is_given_up_while_it_tries_leaves_that_to_the_next(
    breaker: Breaker, clock: Clock, fail: Callable[..., str]
):
    for _ in range(3):
        fail()
    clock.now += 30
    with breaker.attempt("v", "v/m"):
        pass  # its reader has left before the first word
    assert fail() == "llm_unavailable"


async def test_gateway_fails_at_once_and_shows_the_pause():
    absent = Provider(base_url="http://127.0.0.1:9/v1", models=("m",))
    gateway = build_gateway(LlmConfig({"v": absent}, None, None, retry_seconds=0, failures_to_pause=2))
    codes = []
    for _ in range(3):
        with pytest.raises(LlmError) as caught:
            async for _ in gateway.stream(CompletionRequest("v/m", (LlmMessage("user", "Hello"),))):
                pass
        codes.append(caught.value.code)
    assert codes == ["llm_unavailable", "llm_unavailable", "llm_paused"]
    assert list(gateway.paused()) == ["v"]
    await gateway.aclose()
