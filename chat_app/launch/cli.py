"""`python -m chat_app run | dev | build | migrate | demo | check | new_key | rotate_keys | …`: `COMMANDS` has all."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from pydantic import ValidationError

from chat_app.settings import get_settings
from chat_app.starting.errors import LaunchError, wrong_settings

ROOT = Path(__file__).parents[2]
COMMANDS = (
    *("run", "dev", "build", "migrate", "demo", "check", "new_key", "rotate_keys", "rotate_signing_keys"),
    *("pictures_back", "kratos_import", "grant"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code. A failed start prints one line on standard error."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, _interrupt)
    os.chdir(ROOT)  # where Reflex looks for rxconfig.py, and what relative paths in settings are relative to
    try:
        options = _parse(arguments)
        settings = get_settings()  # before the imports below, which take longer than all that is above
        from chat_app.launch import commands
        from chat_app.starting.logging import configure_logging

        configure_logging(settings.log_level)
        getattr(commands, options.pop("command"))(settings, **options)
    except ValidationError as error:
        return _fail(wrong_settings(error))
    except LaunchError as error:
        from chat_app.launch.hiding import without_secrets

        return _fail(without_secrets(str(error), settings))
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


def _parse(arguments: list[str] | None) -> dict[str, Any]:
    """Return the name of the command as `command`, and its options."""
    parser = argparse.ArgumentParser(prog="python -m chat_app")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        options = commands.add_parser(name)
        if name == "kratos_import":
            options.add_argument("--dry-run", action="store_true", help="say what would be done")
        if name == "grant":
            options.add_argument("name", help="a username, email or id")
            options.add_argument("amount", help="token credits, as 100 or 0.5")
    return vars(parser.parse_args(arguments))


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End as Ctrl-C does, so that every `with` block, the database's too, ends in order."""
    raise KeyboardInterrupt


def _fail(line: str) -> int:
    print(f"Parley cannot start: {' '.join(line.split())}", file=sys.stderr)
    return 1
