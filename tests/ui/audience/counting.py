"""Record the queries of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from chat_app.core.kernel.context import UnitOfWork


@contextmanager
def statements(work: UnitOfWork) -> Iterator[list[str]]:
    """Yield the queries to the database so far."""
    asked: list[str] = []
    engine = work.sessions.kw["bind"].sync_engine

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
