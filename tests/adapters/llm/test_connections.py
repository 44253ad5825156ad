"""Connections that admins manage: what their providers list, and how they are asked."""

import asyncio
import os
from collections.abc import AsyncIterator
from unittest.mock import Mock

import pytest

from chat_app.adapters.llm import litellm_gateway
from chat_app.adapters.llm.catalog import asked as asked_catalog
from chat_app.adapters.llm.catalog import offered as catalog
from chat_app.adapters.llm.catalog.asked import AT_FIRST
from chat_app.adapters.llm.catalog.known import described
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import Gateway
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Endpoint, ModelChoiceView, ProviderKind, ServedModel
from tests.adapters.llm.conftest import KEY, KINDS, asked, opened, read
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

BASES: dict[ProviderKind, str] = {
    "openai": "/v1",
    "anthropic": "",
    "gemini": "/v1beta",
    "ollama": "",
    "compatible": "/v1",
}


@pytest.fixture(params=KINDS)
async def own(request: pytest.FixtureRequest) -> AsyncIterator[Gateway]:
    """A gateway without providers of the environment."""
    async with opened(request.param, LlmConfig(local_ollama=None, retry_seconds=0)) as gateway:
        yield gateway


def endpoint(kind: ProviderKind, url: str, **more: object) -> Endpoint:
    return Endpoint("mine", kind, "Mine", url + BASES[kind], KEY, **more)


@pytest.mark.parametrize("kind", BASES)
async def test_provider_lists_its_models_and_answers_by_them(own: Gateway, kind: ProviderKind):
    with ScriptedVendor(models=("scripted", "text-embedding-3-large", "whisper-1")) as vendor:
        vendor.key = KEY
        headers = (("x-team", "blue"),)
        there = endpoint(kind, vendor.url, headers=headers)
        served = await own.probe(there)
        assert [model.name for model in served] == ["scripted"]
        own.connect([endpoint(kind, vendor.url, headers=headers, served=tuple(served))], {})
        listed = await own.listed()
        assert "mine/scripted" in {model.info.id for model in listed}
        assert {(model.slug, model.info.provider) for model in listed} == {("mine", "Mine")}
        words, _ = await read(own, asked("mine/scripted", "[[say Hello there]]"))
        assert "".join(words) == "Hello there"
        assert (vendor.requests[-1].key, vendor.requests[-1].headers["x-team"]) == (KEY, "blue")


@pytest.mark.parametrize(
    ("base", "kind"),
    [("/v1/chat/completions", "compatible"), ("/v1", "anthropic"), ("/api", "ollama"), ("", "openai")],
)
async def test_address_with_too_much_or_too_little_of_its_path_works(own: Gateway, base: str, kind: ProviderKind):
    with ScriptedVendor() as vendor:
        there = Endpoint("mine", kind, "Mine", vendor.url + base, KEY)
        assert [model.name for model in await own.probe(there)] == ["scripted"]
        own.connect([there], {})
        if kind in ("compatible", "ollama"):
            assert "".join((await read(own, asked("mine/scripted", "[[say Yes]]")))[0]) == "Yes"


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (b"401 Refused", b"{}", "connection_key_refused"),
        (b"403 Refused", b"{}", "connection_key_refused"),
        (b"302 Moved", b"", "connection_not_a_provider"),
        (b"404 Nothing", b"<html>", "connection_not_a_provider"),
        (b"500 Broken", b"", "connection_failed"),
        (b"200 OK", b"<html>Welcome</html>", "connection_not_a_provider"),
        (b"200 OK", b"[]", "connection_not_a_provider"),
        (b"200 OK", b'{"data": [{"name": "no id"}]}', "connection_not_a_provider"),
        (b"200 OK", b'{"data": null}', "connection_not_a_provider"),
        (b"200 OK", b'{"data": []}', "connection_no_models"),
        (b"200 OK", b'{"data": [{"id": "text-embedding-3-small"}, {"id": "a\\u0000b"}]}', "connection_no_models"),
        (b"200 OK", b"[" * 2**20, "connection_not_a_provider"),
        (b"200 OK", b'{"data": {"id": {}}}', "connection_not_a_provider"),
        (b"200 OK", b"\xff\xfe", "connection_not_a_provider"),
        (b"", b"", "connection_unreachable"),
    ],
)
async def test_problem_of_provider_is_reported(own: Gateway, head: bytes, body: bytes, code: str):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if head:
            fields = b"location: http://127.0.0.1:1\r\ncontent-length: %d" % len(body)
            writer.write(b"HTTP/1.1 %b\r\n%b\r\n\r\n%b" % (head, fields, body))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(ProviderFailed) as failed:
            await own.probe(endpoint("compatible", url))
    assert failed.value.code == code
    assert KEY not in str(failed.value.details)


async def test_silent_provider_is_given_up(own: Gateway, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(litellm_gateway, "PROBE_SECONDS", 0.2)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        with pytest.raises(ProviderFailed) as failed:
            await own.probe(endpoint("compatible", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    assert failed.value.code == "connection_timeout"


async def test_choices_change_what_is_offered_without_another_request(own: Gateway):
    with ScriptedVendor(models=("a", "b", "c")) as vendor:
        there = endpoint("compatible", vendor.url)
        own.connect([there], {})
        assert [model.id for model in await own.models()] == ["mine/a", "mine/b", "mine/c"]
    own.connect(
        [there],
        {
            "mine/b": ModelChoiceView(position=0),
            "mine/a": ModelChoiceView(offered=False),
            "mine/c": ModelChoiceView(label="Sea"),
        },
    )
    assert [(model.id, model.label) for model in await own.models()] == [("mine/b", "b"), ("mine/c", "Sea")]


async def test_removed_connection_is_not_asked_any_more(own: Gateway):
    with ScriptedVendor() as vendor:
        own.connect([endpoint("compatible", vendor.url)], {})
        assert await own.models()
        own.connect([], {})
        assert await own.models() == []
        with pytest.raises(LlmError):
            await read(own, asked("mine/scripted", "Hello"))
        assert vendor.requests == []


@pytest.mark.parametrize("kind", KINDS)
async def test_names_of_the_environment_stay_its_own(kind: str):
    with ScriptedVendor() as vendor:
        async with opened(kind, LlmConfig({"vllm": Provider(KEY, vendor.url)}, local_ollama=None)) as gateway:
            gateway.connect([Endpoint("vllm", "compatible", "Fake", "http://127.0.0.1:1")], {})
            assert [model.id for model in await gateway.models()] == ["vllm/scripted"]
            assert "".join((await read(gateway, asked("vllm/scripted", "[[say Yes]]")))[0]) == "Yes"
            [there] = gateway.configured()
            assert (there.slug, there.base_url, bool(there.key)) == ("vllm", vendor.url, True)


async def test_of_many_models_the_first_are_offered(own: Gateway):
    with ScriptedVendor(models=tuple(f"model-{number}" for number in range(300))) as vendor:
        own.connect([endpoint("compatible", vendor.url)], {})
        assert len(await own.listed()) == 300
        assert len(await own.models()) == AT_FIRST


async def test_ollama_is_asked_for_the_window_that_an_admin_set(own: Gateway):
    with ScriptedVendor() as vendor:
        own.connect([endpoint("ollama", vendor.url)], {"mine/scripted": ModelChoiceView(context_window=32_000)})
        assert (await own.models())[0].context_window == 32_000
        await read(own, asked("mine/scripted", "Hello"))
        assert vendor.requests[-1].body["options"]["num_ctx"] == 32_000


@pytest.mark.parametrize(
    ("kind", "name", "chats"),
    [
        ("openai", "gpt-4o-mini", True),
        ("openai", "gpt-4o-realtime-preview", False),
        ("openai", "text-embedding-3-large", False),
        ("openai", "tts-1-hd", False),
        ("openai", "dall-e-3", True),
        ("gemini", "imagen-4.0-generate-001", False),
        ("gemini", "gemini-2.5-pro", True),
        ("ollama", "nomic-embed-text:latest", False),
        ("ollama", "qwen3:8b", True),
        ("compatible", "BAAI/bge-reranker-v2-m3", False),
        ("compatible", "openai/whisper-large-v3", False),
        ("compatible", "my-own-finetune", True),
    ],
)
def test_only_models_that_can_chat_or_draw_are_listed(kind: ProviderKind, name: str, chats: bool):
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    assert (described(kind, ServedModel(name)) is not None) == chats


def test_providers_data_of_model_wins_over_table():
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    known = described("openai", ServedModel("gpt-4o-mini", context_window=1_000))
    assert known is not None
    assert (known.context_window, known.max_output, known.price_in, known.price_out) == (1_000, 16_384, 15, 60)
    assert "vision" in known.abilities


@pytest.mark.parametrize("kind", BASES)
async def test_connection_without_a_key_sends_none_of_the_environment(
    own: Gateway, kind: ProviderKind, monkeypatch: pytest.MonkeyPatch
):
    for name in ("OPENAI", "ANTHROPIC", "GEMINI", "OLLAMA", "HOSTED_VLLM"):
        monkeypatch.setenv(f"{name}_API_KEY", KEY)
    with ScriptedVendor() as vendor:
        own.connect([Endpoint("mine", kind, "Mine", vendor.url + BASES[kind])], {})
        await read(own, asked("mine/scripted", "Hello"))
        assert KEY not in repr(vendor.requests[-1].headers)


async def test_connection_without_a_key_leaves_the_others_answering(own: Gateway):
    with ScriptedVendor() as vendor:
        keyless = Endpoint("keyless", "anthropic", "Keyless", "http://127.0.0.1:1")
        own.connect([keyless, endpoint("compatible", vendor.url)], {})
        assert "".join((await read(own, asked("mine/scripted", "[[say Yes]]")))[0]) == "Yes"


async def test_hostile_list_leaves_the_other_connections_offered(own: Gateway):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + b"[" * 2**20)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        with ScriptedVendor() as vendor:
            hostile = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            own.connect([Endpoint("deep", "ollama", "Deep", hostile), endpoint("compatible", vendor.url)], {})
            assert [model.id for model in await own.models()] == ["mine/scripted"]


async def test_server_that_hangs_holds_up_nobody_who_knows_its_list(own: Gateway, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(catalog, "KEEP_SECONDS", 0)
    monkeypatch.setattr(asked_catalog, "ASK_SECONDS", 60)
    answered, names = asyncio.Event(), ["first"]
    answered.set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await answered.wait()
        writer.write(b'HTTP/1.0 200 OK\r\n\r\n{"data": [{"id": "%b"}]}' % names[-1].encode())
        writer.close()

    async def offered() -> list[str]:
        async with asyncio.timeout(20):
            return [model.id for model in await own.models()]

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        own.connect([endpoint("compatible", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")], {})
        assert await offered() == ["mine/first"]
        answered.clear()
        names.append("second")
        assert await offered() == ["mine/first"]
        answered.set()

        async def knows_the_second() -> bool:
            return await offered() == ["mine/second"]

        await until(knows_the_second)


async def test_provider_that_was_away_at_first_is_asked_again_unasked(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(asked_catalog, "AGAIN_SECONDS", 0.01)
    answers = [b'200 OK\r\n\r\n{"data": [{"id": "late"}]}', *[b"503 Starting\r\n\r\n"] * 3]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 " + answers.pop())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        gateway = litellm_gateway.LiteLlmGateway(LlmConfig({"compatible": Provider(base_url=url)}, local_ollama=None))
        gateway.on_change((found := asyncio.Event()).set)
        assert await gateway.models() == []
        await asyncio.wait_for(found.wait(), 20)
        assert [model.id for model in await gateway.models()] == ["compatible/late"]
        await gateway.aclose()


async def test_libraries_are_loaded_early_if_there_is_a_connection():
    gateway = litellm_gateway.LiteLlmGateway(LlmConfig(local_ollama="http://127.0.0.1:9"))
    await gateway.prepare()
    assert not gateway._loaded.is_set()  # whether an Ollama runs is found out later
    gateway.connect([endpoint("openai", "http://127.0.0.1:9")], {})
    await gateway.prepare()
    assert gateway._loaded.is_set()
    assert not gateway._catalog._known  # no provider was asked
    await gateway.aclose()


async def test_a_provider_that_is_away_fails_without_the_library(own: Gateway, monkeypatch: pytest.MonkeyPatch):
    loading = Mock()
    monkeypatch.setattr(litellm_gateway, "import_litellm", loading)
    with pytest.raises(ProviderFailed):
        await own.probe(endpoint("compatible", "http://127.0.0.1:1"))
    loading.assert_not_called()
