"""Migrate the database to the tables of this version, also if several processes start at once."""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from chat_app.starting.errors import LaunchError

_ROOT = Path(__file__).parents[3]
_LOCK = 0x7061726C6579  # "parley"
_OLDEST_SERVER = 15
_CONNECT_SECONDS = 10
_NOT_OUR_FAULT = (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege)


def migrate(url: str) -> None:
    """Run the migrations that the database at `url` lacks. Raises `LaunchError` if the database is unusable."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": _CONNECT_SECONDS})
    try:
        with engine.begin() as connection:
            _check_server(connection)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            _upgrade(connection)
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, _NOT_OUR_FAULT):
            raise
        raise LaunchError(f"The database cannot be used: {error.orig}") from error


def _check_server(connection: sa.Connection) -> None:
    major = int((connection.dialect.server_version_info or (0,))[0])
    if major < _OLDEST_SERVER:
        raise LaunchError(f"The database is PostgreSQL {major}; Parley needs {_OLDEST_SERVER} or newer.")


def _upgrade(connection: sa.Connection) -> None:
    config = Config(_ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found == set(scripts.get_heads()):
        return
    if found - {revision.revision for revision in scripts.walk_revisions()}:
        raise LaunchError("The database was written by a newer Parley than this one: update this checkout.")
    command.upgrade(config, "head")
