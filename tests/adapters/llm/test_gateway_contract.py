"""The contract of every gateway, whatever is behind it."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from chat_app.adapters.llm.config import LlmConfig
from chat_app.adapters.llm.factory import offer_demo
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, LlmMessage
from tests.adapters.llm.conftest import KINDS, asked, config_for, opened, read
from tests.vendor.server import ScriptedVendor


@pytest.fixture(params=[(kind, demo) for kind in KINDS for demo in (False, True)], scope="session")
async def any_gateway(request: pytest.FixtureRequest, vendor: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    kind, demo = request.param
    config = LlmConfig(local_ollama=None, demo_pause_seconds=0) if demo else config_for(vendor.url)
    async with opened(kind, config) as real:
        gateway = offer_demo(real, config)
        await gateway.warm_up()
        yield gateway


@pytest.mark.slow
async def test_every_offered_model_answers_and_reports_usage(any_gateway: LlmGateway):
    for model in await any_gateway.models():
        pieces, usage = await read(any_gateway, asked(model.id, "Hello"))
        assert len(pieces) > 3
        assert "".join(pieces).strip()
        assert usage.prompt_tokens > 0
        assert usage.completion_tokens > 0
        assert 0 < model.max_output < model.context_window


async def test_models_are_distinct_and_named(any_gateway: LlmGateway):
    models = await any_gateway.models()
    assert len({model.id for model in models}) == len(models) > 0
    assert all(model.label and model.provider for model in models)


async def test_a_model_that_is_not_offered_is_refused(any_gateway: LlmGateway):
    for model in ("nowhere/none", "openai/none", "none", ""):
        with pytest.raises(LlmError) as error:
            await read(any_gateway, asked(model, "Hello"))
        assert error.value.code == "llm_model_not_found"


async def test_an_answer_can_be_left_and_the_next_one_asked(any_gateway: LlmGateway):
    model = (await any_gateway.models())[0].id
    async with aclosing(any_gateway.stream(asked(model, "Hello"))) as pieces:
        assert (await anext(pieces)).text
    assert (await read(any_gateway, asked(model, "Hello")))[0]


async def test_tokens_grow_with_the_text_and_health_is_good(any_gateway: LlmGateway):
    model = (await any_gateway.models())[0].id
    short = await any_gateway.count_tokens(model, [LlmMessage("user", "Hello")])
    assert 0 < short < await any_gateway.count_tokens(model, [LlmMessage("user", "Hello " * 100)])
    assert await any_gateway.health()
