"""Migrations create the tables of the code, once, even when several processes start together."""

import multiprocessing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from chat_app.core.schema import is_ours, metadata
from chat_app.launch.migrations import migrate
from chat_app.starting.errors import LaunchError
from tests.support.databases import Databases


@pytest.fixture
def empty(databases: Databases) -> str:
    """URL of a database without a single table."""
    return databases.create_blank()


def test_make_the_tables_of_the_code(empty: str) -> None:
    migrate(empty)
    with sa.create_engine(empty, poolclass=sa.NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []


def test_two_that_start_at_once_do_it_once(empty: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=migrate, args=(empty,)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.exitcode for each in both] == [0, 0]


def test_a_database_of_a_newer_version_is_refused_in_words(empty: str) -> None:
    migrate(empty)
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(LaunchError, match="newer"):
        migrate(empty)
