"""A provider speaks a text, through both adapters, piece by piece; refusals are reported."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from chat_app.adapters.llm.catalog.known import speech_cost
from chat_app.adapters.llm.factory import Gateway
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.speech import Speaker, Utterance
from tests.adapters.llm.conftest import KEY, MODELS
from tests.vendor.server import ScriptedVendor

SOUND = b"ID3" + bytes(range(256)) * 400


@pytest.fixture(autouse=True)
def _speech(vendor: ScriptedVendor) -> Iterator[None]:
    vendor.forget()
    vendor.hold()
    vendor.speech = SOUND
    yield
    vendor.speech = b"ID3"
    vendor.release()


def said(model: str = "openai/tts-1", text: str = "Tea is ready") -> Utterance:
    return Utterance(Speaker(model, "coral"), text)


async def refused(gateway: Gateway, utterance: Utterance) -> LlmError:
    async with aclosing(gateway.speak(utterance)) as sounds:
        with pytest.raises(LlmError) as error:
            [_ async for _ in sounds]
    return error.value


@pytest.mark.parametrize("model", ["openai/tts-1", "vllm/any/model"])
async def test_a_text_comes_back_as_sound(gateway: Gateway, vendor: ScriptedVendor, model: str):
    sounds = [sound async for sound in gateway.speak(said(model))]
    assert b"".join(sounds) == SOUND
    request = vendor.requests[-1]
    assert request.path == "/v1/audio/speech"
    assert request.key == (KEY if model.startswith("openai") else "")
    name = model.partition("/")[2]
    assert request.body == {"model": name, "voice": "coral", "input": "Tea is ready", "response_format": "mp3"}


async def test_a_piece_comes_before_the_last_is_made(gateway: Gateway, vendor: ScriptedVendor):
    async with aclosing(gateway.speak(said(text="hold"))) as sounds:
        data = await anext(sounds)
        assert SOUND.startswith(data)
        vendor.release()
        assert data + b"".join([sound async for sound in sounds]) == SOUND


@pytest.mark.parametrize(
    ("model", "asked", "cost"),
    [
        ("openai/tts-1", {"letters": 12}, 180),  # at 15 dollars a million
        ("openai/whisper-1", {"seconds": 90.0}, 9_000),  # at 0.006 dollars a minute
        ("openai/gpt-4o-mini-tts", {"letters": 1_200, "seconds": 100.0}, 25_180),  # 0.015 a minute, 0.6 a million read
        ("vllm/any/model", {"letters": 12}, None),
        ("vllm/any/model", {"seconds": 90.0}, None),
    ],
)
async def test_speech_has_the_price_that_is_known(
    gateway: Gateway, model: str, asked: dict[str, Any], cost: int | None
):
    assert await gateway.price(model, **asked) == cost


@pytest.mark.parametrize(
    ("row", "letters", "seconds", "cost"),
    [
        ({"input_cost_per_token": 1e-6, "output_cost_per_audio_token": 2e-5}, 400, 40.0, 20_100),  # 25 tokens a second
        ({"input_cost_per_audio_token": 2e-6, "output_cost_per_token": 1e-5}, 0, 60.0, 7_800),
        ({"output_cost_per_token": 1e-5}, 400, 40.0, None),
    ],
)
def test_speech_that_is_paid_by_tokens_is_estimated_by_its_seconds(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, float], letters: int, seconds: float, cost: int | None
):
    import litellm

    monkeypatch.setitem(litellm.model_cost, "of-tokens", row)
    assert speech_cost("openai", "of-tokens", letters, seconds) == cost


def test_syllables_take_longer_to_say_than_letters():
    assert Utterance(Speaker("m", "v"), "a" * 36).seconds == Utterance(Speaker("m", "v"), "あ" * 12).seconds == 3


async def test_listener_who_leaves_ends_request(gateway: Gateway, vendor: ScriptedVendor):
    async with aclosing(gateway.speak(said(text="hold"))) as sounds:
        await anext(sounds)
    request = vendor.requests[-1]
    await asyncio.to_thread(request.done.wait, 20)
    assert request.outcome == "left"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "llm_authentication"), (404, "llm_model_not_found"), (429, "llm_rate_limited"), (500, "llm_unavailable")],
)
async def test_refused_speech_raises_its_code(gateway: Gateway, vendor: ScriptedVendor, status: int, code: str):
    vendor.speech = status
    error = await refused(gateway, said())
    assert (error.code, error.details["model"]) == (code, "openai/tts-1")


async def test_broken_stream_is_interrupted(gateway: Gateway):
    assert (await refused(gateway, said(text="cut"))).code == "llm_interrupted"


async def test_empty_speech_is_an_error(gateway: Gateway, vendor: ScriptedVendor):
    vendor.speech = b""
    assert (await refused(gateway, said())).code == "llm_refused"


@pytest.mark.parametrize("model", [MODELS["anthropic"], MODELS["gemini"], "nowhere/tts-1", "openai/", ""])
async def test_model_without_voice_is_not_asked(gateway: Gateway, vendor: ScriptedVendor, model: str):
    assert (await refused(gateway, said(model))).code == "llm_model_not_found"
    assert vendor.requests == []
