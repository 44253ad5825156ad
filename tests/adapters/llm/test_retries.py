"""A vendor that fails before its first word is asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.retries import LONGEST_SECONDS, RETRIES, pause_before
from chat_app.core.ai.ports.gateway import LlmError
from tests.adapters.llm.conftest import MODELS, asked, read
from tests.vendor.server import ScriptedVendor


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("failure", ["fail 429", "fail 500", "fail 503", "cut 0", "error 0"])
async def test_failure_before_the_first_word_is_retried_invisibly(
    gateway: Gateway, vendor: ScriptedVendor, name: str, failure: str
):
    vendor.forget()
    pieces, _ = await read(gateway, asked(MODELS[name], f"[[{failure} once]] [[say {name} {failure} works]]"))
    assert "".join(pieces).strip() == f"{name} {failure} works"
    assert len(vendor.requests) == 2


@pytest.mark.parametrize(("failure", "requests"), [("fail 503", 1 + RETRIES), ("fail 401", 1), ("cut 3", 1)])
async def test_permanent_failure_and_seen_text_are_not_retried(
    gateway: Gateway, vendor: ScriptedVendor, failure: str, requests: int
):
    vendor.forget()
    with pytest.raises(LlmError):
        await read(gateway, asked(MODELS["openai"], f"[[{failure}]]"))
    assert len(vendor.requests) == requests


@given(st.integers(0, RETRIES - 1), st.floats(0.1, 5), st.integers(0, 60))
def test_pause_grows_and_is_as_long_as_the_vendor_asks(retry: int, first: float, asked_for: int):
    error = LlmError("llm_rate_limited", status=429, retry_after=asked_for)
    pause = pause_before(retry, error, first)
    if asked_for > LONGEST_SECONDS:
        assert pause is None
    else:
        assert pause is not None
        assert asked_for + first * 2**retry / 2 <= pause <= asked_for + first * 2**retry


@pytest.mark.parametrize(("code", "status"), [("llm_unavailable", 400), ("llm_timeout", 408), ("llm_refused", None)])
def test_unchangeable_failure_is_not_retried(code: str, status: int | None):
    details = {} if status is None else {"status": status}
    assert pause_before(0, LlmError(code, **details), 1) is None
