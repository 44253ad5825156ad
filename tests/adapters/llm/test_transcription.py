"""Recordings reach a provider unchanged, through both adapters; refusals are reported."""

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from chat_app.adapters.llm.factory import Gateway
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.ports.recordings import Recording
from tests.adapters.llm.conftest import KEY, MODELS
from tests.support.refusal import code_of
from tests.vendor.server import ScriptedVendor

DATA = b"\x1aE\xdf\xa3" + bytes(range(256)) * 40 + b"\r\n--not a boundary--\r\n"


@pytest.fixture(autouse=True)
def _transcript(vendor: ScriptedVendor) -> Iterator[None]:
    yield
    vendor.transcript = "Good morning"


def recording(model: str = "openai/whisper-1", data: bytes = DATA) -> Recording:
    return Recording(model, "voice.webm", "audio/webm", data)


@pytest.mark.parametrize("model", ["openai/whisper-1", "vllm/any/model"])
async def test_a_form_has_the_model_and_the_bytes(gateway: Gateway, vendor: ScriptedVendor, model: str):
    vendor.transcript = "  Guten Morgen\n"
    assert await gateway.transcribe(recording(model)) == "Guten Morgen"
    request = vendor.requests[-1]
    assert request.path == "/v1/audio/transcriptions"
    assert request.key == (KEY if model.startswith("openai") else "")
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = list(message_from_bytes(head + request.body["form"], policy=policy.HTTP).iter_parts())
    form = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
    assert form == {"model": model.partition("/")[2].encode(), "response_format": b"json", "file": DATA}
    assert (parts[-1].get_filename(), parts[-1].get_content_type()) == ("voice.webm", "audio/webm")


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "llm_authentication"), (404, "llm_model_not_found"), (429, "llm_rate_limited"), (500, "llm_unavailable")],
)
async def test_refused_transcription_raises_its_code(gateway: Gateway, vendor: ScriptedVendor, status: int, code: str):
    vendor.transcript = status
    with pytest.raises(LlmError) as refused:
        await gateway.transcribe(recording())
    assert (refused.value.code, refused.value.details["model"]) == (code, "openai/whisper-1")


@pytest.mark.parametrize("model", [MODELS["anthropic"], MODELS["gemini"], "nowhere/whisper-1", "openai/", ""])
async def test_model_without_transcription_is_not_asked(gateway: Gateway, vendor: ScriptedVendor, model: str):
    vendor.forget()
    assert await code_of(gateway.transcribe(recording(model))) == "llm_model_not_found"
    assert vendor.requests == []


async def test_the_largest_recording_arrives(gateway: Gateway, vendor: ScriptedVendor):
    large = bytes(25 * 2**20)
    assert await gateway.transcribe(recording(data=large)) == "Good morning"
    assert large in vendor.requests[-1].body["form"]
    vendor.forget()
