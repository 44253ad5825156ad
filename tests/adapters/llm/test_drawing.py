"""Both adapters have pictures drawn by a vendor that fails in every way there is."""

import asyncio

import pytest

from chat_app.adapters.llm.catalog.known import dearest_picture, described, picture_cost
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import Gateway
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.connections.ports import Endpoint, ModelChoiceView, ServedModel
from tests.adapters.llm.conftest import KEY, config_for, opened
from tests.support.waiting import until
from tests.vendor.pictures import picture_of
from tests.vendor.server import ScriptedVendor

MODEL = "openai/gpt-image-2"


async def failing(gateway: Gateway, prompt: str, model: str = MODEL) -> LlmError:
    with pytest.raises(LlmError) as found:
        await gateway.draw(DrawingRequest(model, prompt))
    return found.value


async def test_a_picture_comes_with_what_it_took(gateway: Gateway, vendor: ScriptedVendor):
    drawing = await gateway.draw(DrawingRequest(MODEL, "a red fox", "96x64"))
    assert drawing == Drawing("image/png", picture_of("a red fox", "96x64"), Usage(len("a red fox"), 1_000))
    asked = vendor.requests[-1]
    assert asked.body == {"model": "gpt-image-2", "prompt": "a red fox", "n": 1, "size": "96x64"}
    assert asked.key == KEY


async def test_self_hosted_server_is_asked_for_bytes(gateway: Gateway, vendor: ScriptedVendor):
    drawing = await gateway.draw(DrawingRequest("vllm/flux-1", "狐 [[nousage]]"))
    assert drawing.data == picture_of("狐 [[nousage]]", None)
    assert drawing.usage is None
    assert vendor.requests[-1].body == {
        "model": "flux-1", "prompt": "狐 [[nousage]]", "n": 1, "response_format": "b64_json",
    }  # fmt: skip
    assert not vendor.requests[-1].key


async def test_a_model_with_a_price_of_its_own_tells_it(gateway: Gateway):
    assert (await gateway.draw(DrawingRequest("vllm/grok-imagine-image", "a fox"))).cost == 20_000
    known = described("compatible", ServedModel("grok-imagine-image"))
    assert known
    assert known.price_picture == 20_000


def test_picture_is_reserved_for_at_its_dearest_size(monkeypatch: pytest.MonkeyPatch):
    import litellm

    for name, price in {"oil": 0.01, "1024-x-1024/oil": 0.02, "64-x-64/oil": 0.005, "64-x-64/of-oil": 9}.items():
        monkeypatch.setitem(litellm.model_cost, name, {"output_cost_per_image": price})
    assert [picture_cost("openai", "oil", size) for size in ("64x64", "32x32", None)] == [5_000, 10_000, 20_000]
    assert dearest_picture("openai", "oil") == 20_000
    assert dearest_picture("openai", "gpt-image-2") is None, "its vendor counts tokens"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("filter", "llm_content_filtered"),
        ("fail 400 filter", "llm_content_filtered"),
        ("fail 401", "llm_authentication"),
        ("fail 402", "llm_no_credit"),
        ("fail 404", "llm_model_not_found"),
        ("fail 429", "llm_rate_limited"),
        ("fail 500", "llm_unavailable"),
        ("fail 302", "llm_unavailable"),
        ("nothing", "llm_no_picture"),
        ("nopicture", "llm_no_picture"),
        ("address", "llm_no_picture"),
    ],
)
async def test_each_failure_raises_its_own_code(gateway: Gateway, told: str, code: str):
    error = await failing(gateway, f"a fox [[{told}]]")
    assert (error.code, error.details["model"]) == (code, MODEL)


async def test_temporary_failure_of_drawing_is_retried(gateway: Gateway, vendor: ScriptedVendor):
    vendor.forget()
    drawing = await gateway.draw(DrawingRequest(MODEL, "a fox [[fail 429 once]]"))
    assert drawing.mime_type == "image/png"
    assert len(vendor.requests) == 2


@pytest.mark.parametrize("model", ["anthropic/claude-sonnet-5-5", "nobody/flux", "openai/unknown"])
async def test_model_that_cannot_draw_is_not_asked(gateway: Gateway, vendor: ScriptedVendor, model: str):
    vendor.forget()
    assert (await failing(gateway, "a fox", model)).code == "llm_model_not_found"
    assert not vendor.requests


@pytest.mark.parametrize("kind", ["litellm", "grpc"])
async def test_a_vendor_that_is_silent_is_not_waited_for(vendor: ScriptedVendor, kind: str):
    vendor.hold()
    async with opened(kind, config_for(vendor.url, drawing_seconds=0.2)) as gateway:
        assert (await failing(gateway, "a fox [[hold 0]]")).code == "llm_timeout"


async def test_cancelled_picture_ends_request(gateway: Gateway, vendor: ScriptedVendor):
    vendor.forget()
    vendor.hold()
    drawing = asyncio.ensure_future(gateway.draw(DrawingRequest(MODEL, "a fox [[hold 0]]")))
    await until(lambda: len(vendor.requests) == 1)
    drawing.cancel()
    assert await asyncio.to_thread(vendor.requests[0].done.wait, 5)
    assert vendor.requests[0].outcome == "left"


@pytest.mark.parametrize("kind", ["litellm", "grpc"])
async def test_models_that_draw_are_offered_by_an_admin_and_never_for_answers(kind: str):
    config = LlmConfig({"openai": Provider(KEY, "http://127.0.0.1:1/v1")}, local_ollama=None)
    async with opened(kind, config) as gateway:
        assert not await gateway.drawers()
        assert {model.info.id for model in await gateway.listed() if model.info.draws} >= {MODEL}
        gateway.connect([], {MODEL: ModelChoiceView(offered=True, label="Painter")})
        assert [(model.id, model.label) for model in await gateway.drawers()] == [(MODEL, "Painter")]
        assert MODEL not in [model.id for model in await gateway.models()]


async def test_a_connection_that_admins_manage_draws(gateway: Gateway, vendor: ScriptedVendor):
    endpoint = Endpoint("studio", "compatible", "Studio", vendor.url, "sk-studio", served=(ServedModel("flux-1"),))
    gateway.connect([endpoint], {})
    try:
        assert (await gateway.draw(DrawingRequest("studio/flux-1", "a fox"))).mime_type == "image/png"
        assert vendor.requests[-1].key == "sk-studio"
    finally:
        gateway.connect([], {})


async def test_drawing_models_are_found_by_table_or_name(gateway: Gateway):
    await gateway.warm_up()
    known = described("openai", ServedModel("gpt-image-1"))
    assert known is not None
    assert (known.abilities, known.price_in, known.price_out) == (("drawing",), 500, 4_000)
    named = described("compatible", ServedModel("black-forest/FLUX.1-schnell"))
    assert named is not None
    assert named.abilities == ("drawing",)
    assert described("gemini", ServedModel("imagen-4.0-generate-001")) is None
    assert described("openai", ServedModel("text-embedding-3-small")) is None
