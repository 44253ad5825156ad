"""`python -m chat_app run | dev | build | migrate | demo | kratos_import`."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pydantic import ValidationError

from chat_app.launch import development, front_end, redis, secret_key, server
from chat_app.launch.errors import LaunchError
from chat_app.launch.logging import configure_logging
from chat_app.launch.migrations import migrate
from chat_app.launch.pg_home import make_folder
from chat_app.launch.postgres import EmbeddedPostgres
from chat_app.settings import Settings, get_settings

ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code. A failed start prints one line on standard error."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, _interrupt)
    os.chdir(ROOT)  # where Reflex looks for rxconfig.py, and what relative paths in settings are relative to
    try:
        command = _parse(arguments)
        settings = get_settings()
        configure_logging(settings.log_level)
        command(settings)
    except ValidationError as error:
        return _fail("; ".join(f"{_name(each['loc'])}: {_plain(each['msg'])}" for each in error.errors()))
    except LaunchError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


def _parse(arguments: list[str] | None) -> Callable[[Settings], None]:
    parser = argparse.ArgumentParser(prog="python -m chat_app")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in _COMMANDS:
        options = commands.add_parser(name)
        if name == "kratos_import":
            options.add_argument("--dry-run", action="store_true", help="say what would be done")
    given = vars(parser.parse_args(arguments))
    return partial(_COMMANDS[given.pop("command")], **given)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End as Ctrl-C does, so that every `with` block, the database's too, ends in order."""
    raise KeyboardInterrupt


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)).upper()


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _fail(line: str) -> int:
    print(f"Parley cannot start: {' '.join(line.split())}", file=sys.stderr)
    return 1


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Provide a migrated database, and pass its URL to this process and its children."""
    redis.check(settings)
    make_folder(settings.data_dir)
    if not settings.secret_key:
        os.environ["PARLEY_SECRET_KEY"] = secret_key.kept_in(settings.data_dir)
    with contextlib.ExitStack() as stack:
        if settings.database_url:
            url = settings.database_url.get_secret_value()
        else:
            postgres = EmbeddedPostgres(settings.data_dir)
            if postgres.folder != settings.data_dir.absolute():
                print(f"PostgreSQL may not enter {settings.data_dir.absolute()}: its data is in {postgres.folder}")
            if postgres.is_new:
                print("Making the database …", flush=True)
            url = stack.enter_context(postgres)
        os.environ["DATABASE_URL"] = url
        get_settings.cache_clear()
        migrate(url)
        yield url


def _run(settings: Settings) -> None:
    with server.listen(settings) as listener, _database(settings):
        front_end.build(ROOT)
        server.serve(listener, settings)


def _dev(settings: Settings) -> None:
    server.listen(settings).close()
    with _database(settings):
        development.run(ROOT, settings)


def _build(settings: Settings) -> None:
    if not front_end.build(ROOT):
        print("The pages are built already.")


def _migrate(settings: Settings) -> None:
    with _database(settings):
        print("The database is up to date.")


def _demo(settings: Settings) -> None:
    from chat_app.demo import CannotFill, fill

    with _database(settings):
        try:
            print(fill(get_settings()))
        except CannotFill as error:
            raise LaunchError(str(error)) from error


def _kratos_import(settings: Settings, *, dry_run: bool) -> None:
    from chat_app.launch import kratos_import

    with _database(settings):
        print(kratos_import.run(get_settings(), dry_run=dry_run))


_COMMANDS: dict[str, Callable[..., None]] = {
    "run": _run,
    "dev": _dev,
    "build": _build,
    "migrate": _migrate,
    "demo": _demo,
    "kratos_import": _kratos_import,
}
