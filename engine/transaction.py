"""The only place that commits: all of a command happens, or none of it. And the one place that knows both databases."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.errors import Conflict, SystemNotReady

WRITE = "sopan_write"
Row = TypeVar("Row")
Sessions = Callable[[], AbstractContextManager[Session]]
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an answered step survives a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # so that REPLACE meets the history's triggers
    "busy_timeout": 30_000,  # milliseconds
}


def connect(url: str) -> sa.Engine:
    """An engine whose every connection keeps what we rely on. Raises SystemNotReady where a pragma does not hold."""
    engine = sa.create_engine(url, hide_parameters=True)  # what people typed stands in no error message and no log
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Everything a command decides on is read inside, in a fresh transaction that may write. Raises Conflict."""
    session.rollback()  # ends the read transaction of the request
    session.expire_all()
    session.info.clear()
    session.connection(execution_options={WRITE: True})
    try:
        yield session
        session.commit()
    except (StaleDataError, IntegrityError) as error:
        session.rollback()
        if _is_race(error):
            raise Conflict() from error
        raise
    except BaseException:
        session.rollback()
        raise


def lock(query: sa.Select[Row], session: Session) -> sa.Select[Row]:
    """The query, locking its rows. SQLite's write transaction has locked the whole database already."""
    return query if session.get_bind().dialect.name == "sqlite" else query.with_for_update()


def _is_race(error: StaleDataError | IntegrityError) -> bool:
    """Whether somebody else wrote first: a row has another revision, or a unique value is taken. Else it is a fault."""
    if isinstance(error, StaleDataError):
        return True
    return "UNIQUE" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "23505"


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we begin, not the driver
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
        [found] = connection.execute(f"PRAGMA {name}").fetchone()
        memory = name == "journal_mode" and found == "memory"
        if found != value and not memory:
            raise SystemNotReady(f"SQLite: PRAGMA {name} adalah {found}, seharusnya {value}.")


def _begin(connection: sa.Connection) -> None:
    mode = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
    try:
        connection.exec_driver_sql(f"BEGIN {mode}")
    except OperationalError as error:
        raise Conflict("Basis data sedang sibuk. Coba lagi sebentar.") from error
