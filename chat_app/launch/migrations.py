"""Bring the database to this version's tables, however many processes start at once."""

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic import command
from chat_app.launch.errors import LaunchError

_ROOT = Path(__file__).parents[2]
_LOCK = 0x7061726C6579  # "parley"
_OLDEST_SERVER = 15
_CONNECT_SECONDS = 10


def migrate(url: str) -> None:
    """Run the migrations that the database at `url` lacks. Raises `LaunchError` if it cannot be reached or is too old."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": _CONNECT_SECONDS})
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        raise LaunchError(f"The database {_name(url)} cannot be used: {_reason(error)}") from error
    with connection, connection.begin():
        major = (connection.dialect.server_version_info or (0,))[0]
        if major < _OLDEST_SERVER:
            raise LaunchError(f"{_name(url)} is PostgreSQL {major}; Parley needs {_OLDEST_SERVER} or newer.")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        _upgrade(connection)


def _upgrade(connection: sa.Connection) -> None:
    config = Config(_ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found != wanted:
        _check_known(config, found)
        command.upgrade(config, "head")


def _check_known(config: Config, found: set[str]) -> None:
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if found - known:
        raise LaunchError("The database was written by a newer Parley than this one: update this checkout.")


def _name(url: str) -> str:
    """Return what a person may see of a database URL."""
    parts = sa.make_url(url)
    return f"{parts.database} at {parts.host or 'localhost'}:{parts.port or 5432}"


def _reason(error: sa.exc.OperationalError) -> str:
    return str(error.orig).strip().splitlines()[-1]
