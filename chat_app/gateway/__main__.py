"""`python -m chat_app.gateway`: serve the models of this environment by gRPC, until a signal ends it."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from pydantic import ValidationError

from chat_app.bootstrap.ai.models import llm_config
from chat_app.bootstrap.secrets import revealed
from chat_app.gateway.server import Listening, serve
from chat_app.settings import Settings, get_settings
from chat_app.settings.ai.gateway import PLAIN, is_loopback
from chat_app.starting.errors import LaunchError, wrong_settings
from chat_app.starting.logging import configure_logging


def main() -> int:
    """Serve; return the exit code. A failed start prints one line on standard error."""
    try:
        settings = get_settings()
        configure_logging(settings.log_level)
        _run(settings)
    except ValidationError as error:
        return _fail(wrong_settings(error))
    except LaunchError as error:
        return _fail(str(error))
    return 0


def _run(settings: Settings) -> None:
    listening = _listening(settings)
    host = urlsplit(f"//{listening.address}").hostname

    def ready(port: int) -> None:
        print(f"Parley's gateway is at {'grpcs' if listening.certificate else 'grpc'}://{host}:{port}", flush=True)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(serve(llm_config(settings), listening, ready))
        except RuntimeError as error:  # gRPC's, where it cannot bind
            raise LaunchError(f"PARLEY_LLM_GATEWAY_LISTEN: cannot listen on {listening.address}") from error


def _listening(settings: Settings) -> Listening:
    address, token = settings.llm_gateway_listen, revealed(settings.llm_gateway_token)
    if not token:
        raise LaunchError("PARLEY_LLM_GATEWAY_TOKEN: the gateway and the app need the same one: openssl rand -hex 32")
    files = settings.llm_gateway_certificate, settings.llm_gateway_certificate_key
    if any(files) and not all(files):
        raise LaunchError("PARLEY_LLM_GATEWAY_CERTIFICATE and its _KEY are set both or not at all")
    if files[0] and files[1]:
        return Listening(address, token, (_read(files[0]), _read(files[1])))
    if not (settings.llm_gateway_plain or is_loopback(urlsplit(f"//{address}").hostname or "")):
        raise LaunchError(f"PARLEY_LLM_GATEWAY_LISTEN: {address} needs a certificate and its key, or {PLAIN}")
    return Listening(address, token)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LaunchError(f"Cannot read {path}: {error.strerror}") from error


def _fail(line: str) -> int:
    print(f"Parley's gateway cannot start: {line}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
