"""The demo model's summaries."""

from chat_app.adapters.llm.demo.gateway import DEMO, DemoGateway
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage
from chat_app.core.ai.texts import SUMMARISE, SUMMARISE_NOW


async def summary_of(said: str) -> str:
    asks = LlmMessage("system", SUMMARISE.format(words=200)), LlmMessage("user", f"{said}\n\n{SUMMARISE_NOW}")
    return "".join([piece.text async for piece in DemoGateway(0).stream(CompletionRequest(DEMO.id, asks))])


async def test_demo_summary_names_authors_and_last_messages():
    said = "[Parley: Summary of 3 earlier messages]\n> Ben: hi\n\nAiko: Shall we?\n\nAI: Yes.\n\nBen: Tea is at four."
    assert await summary_of(said) == (
        "The demo model cannot summarise. 3 messages, by Aiko, AI, Ben. The last of them: Ben: Tea is at four."
    )


async def test_demo_summary_of_japanese_is_japanese():
    assert await summary_of("アイコ: お茶は4時です。") == (
        "デモモデルは要約できません。アイコによる1件のメッセージです。最後のメッセージ: アイコ: お茶は4時です。"
    )
