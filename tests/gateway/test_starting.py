"""Settings with which the gateway and the app refuse to start."""

import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from chat_app.gateway import __main__ as gateway
from chat_app.settings import Settings, get_settings
from tests.adapters.llm.conftest import TOKEN
from tests.support.certificates import Certificates


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # without the checkout's .env
    monkeypatch.setattr(gateway, "get_settings", get_settings.__wrapped__)
    monkeypatch.setattr(gateway, "configure_logging", lambda _: None)  # it would write into this test's output for ever


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "PARLEY_LLM_GATEWAY_TOKEN: the gateway and the app"),
        ({"TOKEN": "short"}, "PARLEY_LLM_GATEWAY_TOKEN: has fewer than 32 characters"),
        ({"TOKEN": TOKEN, "LISTEN": "0.0.0.0:50051"}, "PARLEY_LLM_GATEWAY_LISTEN: 0.0.0.0:50051 needs a certificate"),
        ({"TOKEN": TOKEN, "LISTEN": "gateway:50051"}, "needs a certificate and its key"),
        ({"TOKEN": TOKEN, "CERTIFICATE": "ca.pem"}, "are set both or not at all"),
        ({"TOKEN": TOKEN, "CERTIFICATE": "missing.pem"}, "PARLEY_LLM_GATEWAY_CERTIFICATE: Path does not point"),
    ],
)
def test_gateway_says_in_one_line_why_it_does_not_start(
    environment: dict[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Certificates(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(f"PARLEY_LLM_GATEWAY_{name}", value)
    assert gateway.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("Parley's gateway cannot start: ")
    assert words in said
    assert said.count("\n") == 1
    assert TOKEN not in said


def test_gateway_does_not_share_a_port(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PARLEY_LLM_GATEWAY_TOKEN", TOKEN)
        monkeypatch.setenv("PARLEY_LLM_GATEWAY_LISTEN", f"127.0.0.1:{port}")
        assert gateway.main() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "token", "words"),
    [
        ("gateway:50051", TOKEN, "not a gateway's address"),
        ("https://gateway", TOKEN, "not a gateway's address"),
        ("grpcs://gateway/path", TOKEN, "not a gateway's address"),
        ("grpcs://gateway", "", "needs PARLEY_LLM_GATEWAY_TOKEN"),
        ("grpc://gateway:50051", TOKEN, "would send keys and prompts unencrypted"),
    ],
)
def test_app_refuses_an_address_that_cannot_be(
    address: str, token: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_LLM_GATEWAY", address)
    monkeypatch.setenv("PARLEY_LLM_GATEWAY_TOKEN", token)
    with pytest.raises(ValidationError, match=words):
        Settings()


@pytest.mark.parametrize(
    ("address", "plain", "read"),
    [
        ("grpcs://gateway", "", "grpcs://gateway:50051"),
        ("grpc://[::1]:1", "", "grpc://[::1]:1"),
        ("grpc://gateway:7", "true", "grpc://gateway:7"),
    ],
)
def test_app_takes_tls_or_this_machine_or_what_is_allowed(
    address: str, plain: str, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_LLM_GATEWAY", address)
    monkeypatch.setenv("PARLEY_LLM_GATEWAY_PLAIN", plain)
    monkeypatch.setenv("PARLEY_LLM_GATEWAY_TOKEN", TOKEN)
    assert Settings().llm_gateway == read
