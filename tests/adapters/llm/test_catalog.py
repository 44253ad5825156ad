"""The offered models, by configuration and by the servers that run here."""

import os
from datetime import date

import pytest

from chat_app.adapters.llm.catalog.known import OFFERED, described
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import build_gateway
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage, ModelInfo
from chat_app.core.connections.ports import ModelChoiceView, ServedModel
from tests.adapters.llm.conftest import KEY, config_for
from tests.vendor.server import ScriptedVendor

NOBODY = "http://127.0.0.1:1"


async def offered(config: LlmConfig) -> list[ModelInfo]:
    gateway = build_gateway(config)
    try:
        return await gateway.models()
    finally:
        await gateway.aclose()


async def test_with_nothing_configured_and_no_ollama_there_is_the_demo():
    models = await offered(LlmConfig(local_ollama=NOBODY))
    assert [(m.id, m.is_demo) for m in models] == [("demo", True)]


async def test_demo_is_the_default_if_all_models_are_for_admins():
    gateway = build_gateway(LlmConfig({"v": Provider(base_url=NOBODY, models=("a", "b"))}, None))
    gateway.connect([], {"v/a": ModelChoiceView(admins_only=True), "v/b": ModelChoiceView(admins_only=True)})
    models = await gateway.models()
    assert [m.id for m in models] == ["v/a", "v/b", "demo"]
    assert default_model(models).is_demo
    gateway.connect([], {"v/a": ModelChoiceView(admins_only=True)})
    assert [m.id for m in await gateway.models()] == ["v/a", "v/b"]
    await gateway.aclose()


async def test_an_ollama_that_runs_here_is_found():
    with ScriptedVendor(models=("llama3.2:latest", "qwen3:8b")) as ollama:
        models = await offered(LlmConfig(local_ollama=ollama.url))
    assert [m.id for m in models] == ["ollama/llama3.2:latest", "ollama/qwen3:8b"]
    assert not any(m.is_demo for m in models)


async def test_each_configured_vendor_offers_its_models_and_the_demo_is_gone(vendor: ScriptedVendor):
    models = await offered(config_for(vendor.url))
    assert {m.id.partition("/")[0] for m in models} == {"openai", "anthropic", "gemini", "ollama", "vllm"}
    assert models[0].id == f"openai/{next(iter(OFFERED['openai']))}"


async def test_the_configuration_can_narrow_and_add(vendor: ScriptedVendor):
    providers = {
        "openai": Provider(KEY, models=("gpt-4o", "my-own")),
        "vllm": Provider(base_url=vendor.url, models=("scripted", "absent")),
    }
    models = await offered(LlmConfig(providers, None))
    assert [m.id for m in models] == ["openai/gpt-4o", "openai/my-own", "vllm/scripted"]


async def test_a_server_that_is_down_offers_what_the_configuration_names():
    providers = {"vllm": Provider(base_url=NOBODY, models=("big",)), "other": Provider(base_url=NOBODY)}
    assert [m.id for m in await offered(LlmConfig(providers, None))] == ["vllm/big"]


async def test_servers_are_not_asked_again_within_a_minute():
    with ScriptedVendor() as server:
        gateway = build_gateway(LlmConfig({"vllm": Provider(base_url=server.url)}, None))
        first = await gateway.models()
    assert await gateway.models() == first
    await gateway.aclose()


@pytest.mark.parametrize("provider", OFFERED)
def test_the_list_agrees_with_litellms_table(provider: str, monkeypatch: pytest.MonkeyPatch):
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    offered = dict(OFFERED[provider])
    monkeypatch.setitem(OFFERED, provider, {})
    for name, model in offered.items():
        row = litellm.model_cost.get(name) or litellm.model_cost[f"{provider}/{name}"]
        assert row["mode"] == ("image_generation" if "drawing" in model.abilities else "chat")
        assert row.get("deprecation_date", "9") > date.today().isoformat()
        assert described(provider, ServedModel(name, model.label)) == model


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Hello, who are you?", ["Hello Aiko!", "“Hello, who are you?”", "OPENAI_API_KEY=sk-…"]),
        ("How do I use Claude here?", ["export ANTHROPIC_API_KEY"]),
        ("こんにちは、あなたは誰？", ["Aikoさん、こんにちは", "デモ", "「こんにちは、あなたは誰？」"]),
        ("Reactの使い方を教えてください", ["Aikoさん"]),
        ("What does 日本語 mean in English?", ["Hello Aiko!"]),
        ("@ai {name} `x`|y|\n\n# big", ["“big”"]),
    ],
)
async def test_the_demo_answers_in_the_language_of_the_question(question: str, expected: list[str]):
    gateway = build_gateway(LlmConfig(local_ollama=None, demo_pause_seconds=0))
    request = CompletionRequest("demo", (LlmMessage("user", f"Aiko: {question}", "Aiko"),))
    text = "".join([piece.text async for piece in gateway.stream(request)])
    assert all(part in text for part in expected)
    assert "| --- |" in text
    assert "```sh\n" in text
    assert "{" not in text
