"""Pictures reach every provider unchanged, through both adapters."""

import pytest

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm_grpc.shapes import read_message, write_message
from chat_app.core.ai.context.prompt import estimate_prompt
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmImage, LlmMessage
from tests.adapters.llm.conftest import MODELS, asked, read
from tests.vendor.recorded import told_of
from tests.vendor.server import ScriptedVendor

PNG = LlmImage("image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 300)
WEBP = LlmImage("image/webp", b"RIFF\x00\x00\x00\x00WEBP" + bytes(range(99)), 64)
JPEG = LlmImage("image/jpeg", b"\xff\xd8\xff" + b"\x00\xfe" * 50)

every_format = pytest.mark.parametrize("name", MODELS)


def request(model: str, *messages: LlmMessage) -> CompletionRequest:
    return CompletionRequest(model, (LlmMessage("system", "Be brief."), *messages))


@every_format
async def test_pictures_come_in_their_order_and_with_the_words_of_their_turns(
    gateway: Gateway, vendor: ScriptedVendor, name: str
):
    turns = (
        LlmMessage("user", "Aiko: first", images=(PNG, WEBP)),
        LlmMessage("assistant", "Hm."),
        LlmMessage("user", "Ben: and this? [[image]]", images=(JPEG,)),
    )
    pieces, _ = await read(gateway, request(MODELS[name], *turns))
    assert "".join(pieces) == ", ".join(told_of(each.mime_type, each.data) for each in (PNG, WEBP, JPEG))
    assert vendor.requests[-1].turns == [("system", "Be brief."), *((m.role, m.content) for m in turns)]


@every_format
async def test_without_pictures_a_turn_is_words_alone(gateway: Gateway, vendor: ScriptedVendor, name: str):
    assert "".join((await read(gateway, asked(MODELS[name], "[[image]]")))[0]) == "no picture"
    assert "base64" not in str(vendor.requests[-1].body)


@pytest.mark.slow
async def test_largest_prompt_with_pictures_arrives(gateway: Gateway):
    large = [LlmImage("image/png", b"\x89PNG" + bytes([n]) * 3_499_000) for n in range(4)]
    turn = LlmMessage("user", "Aiko: all of them [[image]]", images=tuple(large))
    pieces, _ = await read(gateway, request(MODELS["openai"], turn))
    assert "".join(pieces) == ", ".join(told_of(each.mime_type, each.data) for each in large)


def test_a_picture_survives_the_wire_and_counts():
    turn = LlmMessage("user", "Aiko: see", "Aiko", images=(PNG, JPEG))
    assert read_message(write_message(turn)) == turn
    assert estimate_prompt([turn]) == estimate_prompt([LlmMessage("user", "Aiko: see")]) + 300


def test_bytes_of_pictures_are_in_no_log():
    assert "data" not in repr(PNG)
