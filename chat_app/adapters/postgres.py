"""Open connections to PostgreSQL with time-outs, and read the time from the database's clock."""

import asyncio
import select
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from psycopg import AsyncConnection, OperationalError, ProgrammingError
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chat_app.traffic.steps import goes_in_steps

POOL: Final = 20
POOL_SECONDS: Final = 2
"""The seconds that a request waits for a connection."""

LIMITS: Final = {"statement_timeout": "10s", "lock_timeout": "4s", "idle_in_transaction_session_timeout": "15s"}
"""The time-outs of the server. Migrations have connections of their own, without them."""

ANSWER_SECONDS: Final = 12.0
"""The seconds that a server may take to answer: more than its own time-outs. A frozen server enforces none itself."""

_RENEWED_SECONDS: Final = 600
_NETWORK: Final[Mapping[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",  # a server that has become a replica cannot be used
}
_BEGIN: Final = "SELECT clock_timestamp(), " + ", ".join(
    f"set_config('{name}', '{value}', false)" for name, value in LIMITS.items()
)
INTERVAL: Final = 5.0
"""The seconds between checks of a wait for interruption: asyncio does that itself, so an idle process need not wake."""

_R = TypeVar("_R")


class DatabaseClock:
    """The database's time, measured at the last new connection and continued by this process's monotonic clock.

    So all processes have the same time, even if the clocks of their machines differ.
    """

    def __init__(self) -> None:
        self._began = time.time() - time.monotonic()

    def __call__(self) -> datetime:
        """Return the current time."""
        return datetime.fromtimestamp(self._began + time.monotonic(), UTC)

    def set(self, now: datetime, asked: float) -> None:
        """Store the database's answer to a question ``asked`` at this reading of the steady clock."""
        self._began = now.timestamp() - (asked + time.monotonic()) / 2


class GuardedConnection(AsyncConnection[Any]):
    """A connection that is closed when the server does not answer."""

    async def wait(self, gen: PQGen[_R], interval: float = 0.1, timeout: float | None = None) -> _R:  # noqa: ASYNC109
        """Wait for the server's answer to a command."""
        waiting = super().wait(gen, max(interval, INTERVAL), timeout or ANSWER_SECONDS)
        try:
            # For running work, in a separate task: an answer that nobody reads would wake the loop without end.
            return await (asyncio.create_task(waiting) if goes_in_steps() else waiting)
        except OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def network_of(url: str) -> dict[str, Any]:
    """Return the network options of a server. Options in ``url`` take precedence."""
    return {**_NETWORK, **make_url(url).query}


async def begin(connection: AsyncConnection[Any]) -> None:
    """Set the limits on a connection outside SQLAlchemy's pool; each of its statements is a separate transaction."""
    await connection.set_autocommit(True)
    await connection.execute(_BEGIN)


def open_engine(url: str, clock: DatabaseClock, known: Sequence[str] = ()) -> AsyncEngine:
    """Return the pool of this process, which sets ``clock`` at every new connection. Connects to nothing yet.

    Every new connection plans the ``known`` statements, whose first plan takes the server far longer than the next.
    """
    engine = create_async_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_recycle=_RENEWED_SECONDS,
        hide_parameters=True,  # an error's message is logged without the values, which are people's texts
        connect_args={**network_of(url), "async_creator_fn": GuardedConnection.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _begin(connection: Any, _record: object) -> None:
        connection.autocommit = True
        cursor, asked = connection.cursor(), time.monotonic()
        cursor.execute(_BEGIN)
        clock.set(cursor.fetchone()[0], asked)
        for statement in known:
            with suppress(ProgrammingError):  # of another version's tables, while a site is being replaced
                cursor.execute(f"EXPLAIN {statement}")
        cursor.close()
        connection.autocommit = False

    event.listen(engine.sync_engine, "checkout", _check)
    return engine


def _check(connection: Any, _record: object, _fairy: object) -> None:
    """Replace a connection that its server has closed. The kernel knows the state, so no round trip is needed."""
    idle = select.poll()
    idle.register(connection.driver_connection.pgconn.socket, select.POLLIN)
    if idle.poll(0):
        raise DisconnectionError()
