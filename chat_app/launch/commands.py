"""The commands of `python -m chat_app`, by name; each raises `LaunchError` if it cannot do its task."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chat_app.launch import development, secret_key
from chat_app.launch.checks import redis, sign_in, storage
from chat_app.launch.database import migrations
from chat_app.launch.database.home import make_folder
from chat_app.launch.database.postgres import EmbeddedPostgres
from chat_app.launch.pages import front_end
from chat_app.launch.port import listen
from chat_app.settings import Settings, get_settings
from chat_app.starting.errors import LaunchError, raise_together

ROOT = Path(__file__).parents[2]


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Provide a migrated database, and pass its URL to this process and its children."""
    raise_together(redis.check, storage.check, sign_in.check)(settings)
    make_folder(settings.data_dir)
    if not settings.secret_key:
        os.environ["PARLEY_SECRET_KEY"] = secret_key.kept_in(settings.data_dir)
    with ExitStack() as stack:
        if settings.database_url:
            url = settings.database_url.get_secret_value()
        else:
            postgres = EmbeddedPostgres(settings.data_dir)
            if postgres.folder != settings.data_dir.absolute():
                print(f"PostgreSQL may not enter {settings.data_dir.absolute()}: its data is in {postgres.folder}")
            if postgres.is_new:
                print("Making the database …", flush=True)
            url = stack.enter_context(postgres)
            stack.enter_context(postgres.kept_running())
        os.environ["DATABASE_URL"] = url
        get_settings.cache_clear()
        migrations.migrate(url)
        yield url


def run(settings: Settings) -> None:
    """Serve pages and back end until a signal ends it."""
    gc.disable()  # objects that a start creates stay anyway; the server enables it again
    with listen(settings) as listener, _database(settings):
        front_end.build(ROOT)
        from chat_app.launch import server  # takes a second, and the checks above need nothing of it

        server.serve(listener, settings)


def dev(settings: Settings) -> None:
    """Run the development server until a signal ends it."""
    listen(settings).close()
    with _database(settings):
        development.run(ROOT, settings)


def build(settings: Settings) -> None:
    """Build the pages."""
    if not front_end.build(ROOT):
        print("The pages are built already.")


def migrate(settings: Settings) -> None:
    """Migrate the database to the newest version."""
    with _database(settings):
        print("The database is up to date.")


def demo(settings: Settings) -> None:
    """Fill the database with the sample community."""
    from chat_app.demo import CannotFill, fill

    with _database(settings):
        try:
            print(fill(get_settings()))
        except CannotFill as error:
            raise LaunchError(str(error)) from error


def check(settings: Settings) -> None:
    """Check everything that the settings name, and list each problem."""
    from chat_app.launch.checks.check import problems

    if not settings.secret_key:
        make_folder(settings.data_dir)
        os.environ["PARLEY_SECRET_KEY"] = secret_key.kept_in(settings.data_dir)
        get_settings.cache_clear()
    if count := problems(get_settings(), print):
        raise LaunchError(f"{count} problem{'s' if count > 1 else ''} to put right first, listed above")
    print("Parley can start.")


def new_key(settings: Settings) -> None:
    """Print a new key for PARLEY_ENCRYPTION_KEY."""
    from chat_app.adapters.keys.kms import KeyUnavailable
    from chat_app.bootstrap.keys import make_key

    try:
        print(make_key(settings))
    except KeyUnavailable as error:
        raise LaunchError(f"AWS KMS makes no key: {error}") from error


def rotate_keys(settings: Settings) -> None:
    """Seal everything in the database with the current key, while the site runs."""
    from chat_app.launch.keys import rotate

    with _database(settings):
        print(rotate(get_settings()))


def rotate_signing_keys(settings: Settings) -> None:
    """Have other keys sign ID tokens from now on; those before are published for another week."""
    from chat_app.launch.keys import rotate_signing

    with _database(settings):
        print(rotate_signing(get_settings()))


def pictures_back(settings: Settings) -> None:
    """Move the pictures of people and assistants back to the database, before an update is undone."""
    from chat_app.launch.pages.pictures import bring_back

    with _database(settings):
        print(bring_back(get_settings()))


def kratos_import(settings: Settings, *, dry_run: bool) -> None:
    """Move the existing accounts to Kratos."""
    from chat_app.launch.kratos_import import run as import_accounts

    with _database(settings):
        print(import_accounts(get_settings(), dry_run=dry_run))


def grant(settings: Settings, *, name: str, amount: str) -> None:
    """Grant a person token credits."""
    from chat_app.launch.granting import grant_credits

    with _database(settings):
        print(grant_credits(get_settings(), name, amount))
