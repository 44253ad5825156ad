"""A PostgreSQL that tests may kill and freeze; each test has it running, and empty."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from tests.fixtures import DELETES
from tests.launch.conftest import open_folder
from tests.support.gate import Gate
from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def kept_server() -> Iterator[Postgres]:
    """The server between tests."""
    with open_folder() as folder:
        server = Postgres(folder / "data")
        yield server
        server.start()
        server.stop()


@pytest.fixture
def server(kept_server: Postgres) -> Postgres:
    """The server, whatever the test before has left, also one that failed."""
    kept_server.start()
    with psycopg.connect(kept_server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"{DELETES} DELETE FROM procrastinate_workers")
    return kept_server


@pytest.fixture
async def gate(server: Postgres) -> AsyncIterator[Gate]:
    async with Gate(server.port) as gate:
        yield gate
        gate.mend()
