"""Handles: the names by which messages call models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.accounts.rules import RESERVED, USERNAME
from chat_app.core.ai.models.handles import handles_of
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.messages.texts.calls import called_names


def model(model_id: str, label: str) -> ModelInfo:
    return ModelInfo(model_id, label, "Provider", 1000, 100)


@pytest.mark.parametrize(
    ("label", "handle"),
    [
        ("GPT-5.1 Sol", "gpt-5.1-sol"),
        ("Claude Sonnet 5.5", "claude-sonnet-5.5"),
        ("llama3.2:latest", "llama3.2"),
        ("qwen3:32b", "qwen3-32b"),
        ("deepseek-ai/DeepSeek-R1", "deepseek-r1"),
        ("o3", "o3"),
        ("k", "k-home"),
        ("ai", "ai-home"),
        ("…", "name"),
        ("Gemma 3 (27B, instruct, quantised to 4 bits)", "gemma-3-27b-instruct-quantised"),
    ],
)
def test_handle_is_the_label_as_a_name(label: str, handle: str):
    assert handles_of([model("home/name", label)]) == {"home/name": handle}


def test_models_of_one_label_are_told_apart_in_whatever_order_they_are():
    models = [model("b/one", "Same"), model("a/one", "Same"), model("b/two", "Same"), model("b/three", "Same")]
    expected = {"a/one": "same", "b/one": "same-b", "b/three": "same-2", "b/two": "same-3"}
    assert handles_of(models) == handles_of(models[::-1]) == expected


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=8))
def test_every_handle_is_unique_and_called_by_its_text(labels: dict[str, str]):
    handles = handles_of([model(f"home/{name}", label) for name, label in labels.items()])
    assert len(set(handles.values())) == len(labels)
    assert not RESERVED & set(handles.values())
    assert all(USERNAME.fullmatch(handle) for handle in handles.values())
    assert all(called_names(f"Dear @{handle}, hello") == (handle,) for handle in handles.values())
