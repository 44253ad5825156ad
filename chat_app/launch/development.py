"""`make dev`: Reflex's development server, with hot reload of pages and back end."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from chat_app.launch.pages.front_end import check_no_links, tool_environment
from chat_app.settings import Settings

_STOP_SECONDS = 5


def run(root: Path, settings: Settings) -> None:
    """Run `reflex run` until Ctrl-C; the pages come from the port of the settings, the back end from a free one."""
    check_no_links(root)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        back_end = probe.getsockname()[1]
    command = [sys.executable, "-m", "reflex", "run", "--frontend-port", str(settings.port)]
    command += ["--backend-port", str(back_end), "--backend-host", "127.0.0.1"]
    environment = tool_environment() | {"REFLEX_API_URL": f"http://localhost:{settings.port}"}
    process = subprocess.Popen(command, cwd=root, env=environment, start_new_session=True)
    try:
        process.wait()
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End Reflex with its Node.js and back end, gracefully if they can."""
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(_STOP_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
