"""How Alembic reaches the database and what it compares it with."""

import sqlalchemy as sa
from alembic import context

from chat_app.core.schema import is_ours, metadata
from chat_app.settings import get_settings


def _run(connection: sa.Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, include_name=is_ours)
    with context.begin_transaction():
        context.run_migrations()


def _run_with_own_connection() -> None:
    """Serve the `alembic` command, which needs a `DATABASE_URL`."""
    url = get_settings().database_url
    if not url:
        raise SystemExit("Set DATABASE_URL to the database that Alembic shall look at.")
    with sa.create_engine(url.get_secret_value(), poolclass=sa.NullPool).begin() as connection:
        _run(connection)


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    _run_with_own_connection()
