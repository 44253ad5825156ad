"""A gateway process that is killed, frozen, stopped or away, and one that the app may not use."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chat_app.adapters.llm_grpc import responses
from chat_app.adapters.llm_grpc.grpc_gateway import AWAY, GrpcGateway
from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.adapters.llm_grpc.wire.gateway_pb2_grpc import LlmGatewayStub
from chat_app.core.ai.ports.gateway import LlmError, LlmMessage, Piece
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Endpoint
from chat_app.gateway import servicer
from chat_app.gateway.server import SERVICE
from tests.adapters.llm.conftest import KEY, TOKEN, asked, config_for, read, served
from tests.gateway.conftest import MODEL, GatewayProcess
from tests.support.certificates import Certificates
from tests.support.ports import free_port
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

Client = Callable[..., GrpcGateway]


async def rest(pieces: AsyncGenerator[Piece, None]) -> tuple[str, str | None]:
    """The text that still comes, and the code of the error that ends it."""
    text = ""
    try:
        async for piece in pieces:
            text += piece.text
    except LlmError as error:
        return text, error.code
    return text, None


async def begun(client: GrpcGateway, prompt: str) -> AsyncGenerator[Piece, None]:
    """An answer of which three words have come."""
    pieces = client.stream(asked(MODEL, prompt))
    for _ in range(3):
        assert (await anext(pieces)).text
    return pieces


async def answers(client: GrpcGateway) -> bool:
    """Whether a question is answered."""
    return await rest(client.stream(asked(MODEL, "[[say Here again]]"))) == ("Here again", None)


async def test_gateway_killed_during_an_answer_interrupts_it_and_the_next_one_works(
    process: GatewayProcess, client: Client
):
    here = client(process.target)
    pieces = await begun(here, "[[tokens 9 hold 3]]")
    process.kill()
    assert await rest(pieces) == ("", "llm_interrupted")
    assert await rest(here.stream(asked(MODEL, "Hello"))) == ("", "llm_unavailable")
    process.start()
    await until(lambda: answers(here), 30)


async def test_gateway_killed_before_the_first_word_is_asked_again(
    process: GatewayProcess, client: Client, vendors: ScriptedVendor
):
    here = client(process.target, retry=0.5)  # as in use: the pauses outlast what a channel waits to connect again
    await read(here, asked(MODEL, "[[say Warm]]"))
    reader = asyncio.create_task(rest(here.stream(asked(MODEL, "[[hold 0]] [[say Late]]"))))
    await until(lambda: len(vendors.requests) == 2)
    process.kill()
    process.start()
    vendors.release()
    assert await reader == ("Late", None)


async def test_frozen_gateway_is_noticed_during_and_before_an_answer(
    process: GatewayProcess, client: Client, monkeypatch: pytest.MonkeyPatch
):
    here = client(process.target)
    pieces = await begun(here, "[[tokens 9 hold 3]]")
    process.send(signal.SIGSTOP)
    with monkeypatch.context() as patch:  # what answers may take longer on a busy machine
        read_for = responses._read
        patch.setattr(responses, "_read", lambda call, _: read_for(call, 0.2))
        assert await rest(pieces) == ("", "llm_timeout")
        assert await rest(here.stream(asked(MODEL, "Hello"))) == ("", "llm_unavailable")
    process.send(signal.SIGCONT)
    await until(lambda: answers(here), 30)


async def test_server_that_accepts_but_never_answers_is_unavailable(client: Client):
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        here = client(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", silence=0.2, health=0.2)
        assert await rest(here.stream(asked(MODEL, "Hello"))) == ("", "llm_unavailable")
        assert not await here.health()


async def test_silent_vendor_keeps_its_patience_by_signs_of_life(
    client: Client, vendors: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(servicer, "BEAT_SECONDS", 0.1)
    async with served(config_for(vendors.url)) as address:
        here = client(address.target, silence=1.0)
        reader = asyncio.create_task(rest(here.stream(asked("vllm/scripted", "[[hold 0]] [[say At last]]"))))
        assert not (await asyncio.wait({reader}, timeout=2))[0]
        vendors.release()
        assert await reader == ("At last", None)


async def test_stopped_gateway_ends_its_answers_and_accepts_no_more(
    process: GatewayProcess, client: Client, vendors: ScriptedVendor
):
    here, other = client(process.target), client(process.target)
    pieces = await begun(here, "[[tokens 9 hold 3]]")
    process.send(signal.SIGTERM)

    async def refused() -> bool:
        return (await rest(other.stream(asked(MODEL, "[[say Hello]]"))))[1] == "llm_unavailable"

    await until(refused)
    vendors.release()
    text, error = await rest(pieces)
    assert (len(text.split()), error) == (6, None)
    assert await asyncio.to_thread(process.wait) == 0


async def test_second_signal_cancels_the_answers(process: GatewayProcess, client: Client):
    pieces = await begun(client(process.target), "[[tokens 9 hold 3]]")
    process.send(signal.SIGTERM)
    process.send(signal.SIGINT)
    assert await rest(pieces) == ("", "llm_interrupted")
    assert await asyncio.to_thread(process.wait) == 0


async def test_leaving_an_answer_hangs_up_on_the_vendor(
    process: GatewayProcess, client: Client, vendors: ScriptedVendor
):
    pieces = await begun(client(process.target), "[[silence 3]]")
    await pieces.aclose()
    assert await asyncio.to_thread(vendors.requests[-1].done.wait, 30)
    assert vendors.requests[-1].outcome == "left"


async def test_deadline_of_a_caller_hangs_up_on_the_vendor(process: GatewayProcess, vendors: ScriptedVendor):
    metadata = (("authorization", f"Bearer {TOKEN}"),)
    request = pb.CompleteRequest(model=MODEL, messages=[pb.Message(role="user", content="[[silence 1]]")])
    async with grpc.aio.insecure_channel(process.target) as channel:

        async def reached() -> bool:
            """Ask in vain; return whether the vendor was asked in that time, which a busy machine may take."""
            call = LlmGatewayStub(channel).Complete(request, metadata=metadata, timeout=0.5)
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                async for _ in call:
                    pass
            assert failed.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            return bool(vendors.requests)

        await until(reached, 30)
    assert await asyncio.to_thread(vendors.requests[-1].done.wait, 30)
    assert vendors.requests[-1].outcome == "left"


async def test_wrong_token_opens_nothing_and_is_in_no_log(process: GatewayProcess, client: Client):
    wrong = "another-token-of-thirty-two-letters"
    here = client(process.target, wrong)
    assert await rest(here.stream(asked(MODEL, "Hello"))) == ("", "llm_unavailable")
    assert await here.models() == [AWAY]
    with pytest.raises(ProviderFailed):
        await here.probe(Endpoint("", "compatible", "Mine", "http://127.0.0.1:1"))
    for metadata in ((), (("authorization", TOKEN),), (("authorization", f"Bearer {wrong}"),)):
        async with grpc.aio.insecure_channel(process.target) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await LlmGatewayStub(channel).CountTokens(pb.CountTokensRequest(), metadata=metadata)
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert wrong not in process.log()
    assert TOKEN not in process.log()


async def test_connection_of_a_request_is_forgotten_and_in_no_log(
    process: GatewayProcess, client: Client, vendors: ScriptedVendor
):
    here, other = client(process.target), client(process.target)
    here.connect([Endpoint("mine", "compatible", "Mine", f"{vendors.url}/v1", KEY)], {})
    assert "mine/scripted" in {model.id for model in await here.models()}
    assert (await rest(here.stream(asked("mine/scripted", "my diary [[say Yes]]"))))[0] == "Yes"
    assert vendors.requests[-1].key == KEY
    assert (await rest(other.stream(asked("mine/scripted", "[[say Yes]]"))))[1] == "llm_model_not_found"
    assert KEY not in process.log()
    assert "diary" not in process.log()


async def test_health_and_reflection_are_the_standard_ones(process: GatewayProcess):
    metadata = (("authorization", f"Bearer {TOKEN}"),)
    async with grpc.aio.insecure_channel(process.target) as channel:
        for name in ("", SERVICE):
            state = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=name))
            assert state.status == health_pb2.HealthCheckResponse.SERVING
        listing = reflection_pb2.ServerReflectionRequest(list_services="")
        info = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo
        [answer] = [each async for each in info(iter([listing]), metadata=metadata)]
        assert SERVICE in {service.name for service in answer.list_services_response.service}
        with pytest.raises(grpc.aio.AioRpcError):
            _ = [each async for each in info(iter([listing]))]


async def test_tls_reaches_who_has_the_authority_and_nobody_else(
    vendors: ScriptedVendor, client: Client, tmp_path: Path
):
    certificates = Certificates(tmp_path)
    files = {
        "PARLEY_LLM_GATEWAY_CERTIFICATE": str(certificates.certificate),
        "PARLEY_LLM_GATEWAY_CERTIFICATE_KEY": str(certificates.key),
    }
    process = GatewayProcess(vendors.url, tmp_path / "gateway.log", **files)
    process.start()
    try:
        authority = certificates.authority.read_bytes()
        assert await answers(client(process.target, tls=True, authority=authority))
        assert not await answers(client(process.target, tls=True))
        assert not await answers(client(process.target))
    finally:
        process.kill()


async def test_unreachable_gateway_has_a_placeholder_model_until_it_answers(
    vendors: ScriptedVendor, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chat_app.adapters.llm_grpc.remote_catalog.AGAIN_SECONDS", 0.05)
    process = GatewayProcess(vendors.url, tmp_path / "gateway.log")
    here, heard = client(process.target), []
    here.on_change(lambda: heard.append(True))
    assert await here.models() == [AWAY]
    assert (await rest(here.stream(asked(AWAY.id, "Hello"))))[1] == "llm_unavailable"
    assert await here.count_tokens(MODEL, [LlmMessage("user", "Hello")]) > 0
    assert not await here.health()
    process.start()

    async def offered() -> bool:
        return [model.id for model in await here.models()] == [MODEL]

    try:
        await until(offered, 30)
        assert heard
        assert await here.health()
        process.kill()
        assert await offered()
    finally:
        if process.process:
            process.kill()


async def test_gateways_of_one_name_share_the_questions_and_one_takes_all_when_alone(client: Client):
    port = free_port()
    here = client(f"localhost:{port}")
    with ScriptedVendor() as first, ScriptedVendor() as second:

        async def asked_once(*vendors: ScriptedVendor) -> bool:
            await read(here, asked("vllm/scripted", "Hello"))
            return all(vendor.requests for vendor in vendors)

        async with served(config_for(second.url), f"[::1]:{port}"):
            async with served(config_for(first.url), f"127.0.0.1:{port}"):
                await until(lambda: asked_once(first, second))
            first.requests.clear()
            for _ in range(4):
                assert await asked_once(second)
            assert first.requests == []


async def test_another_service_or_none_at_its_address_is_unavailable(client: Client):
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        assert await rest(client(f"127.0.0.1:{port}").stream(asked(MODEL, "Hello"))) == ("", "llm_unavailable")
        assert await rest(client(f"127.0.0.1:{free_port()}").stream(asked(MODEL, "Hi"))) == ("", "llm_unavailable")
    finally:
        await server.stop(0)
