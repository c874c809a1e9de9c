"""The only place that commits: all of a command happens, or none of it. And the one place that knows both databases."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.errors import Conflict, SystemNotReady
from engine.model import Base

WRITE = "sopan_write"
BUSY_SECONDS = 30
IS_BUSY = "Basis data sedang sibuk. Coba lagi sebentar."
TURNS = WeakKeyDictionary[sa.Engine, threading.Lock]()
Row = TypeVar("Row")
Sessions = Callable[[], AbstractContextManager[Session]]
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an answered step survives a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # so that REPLACE meets the history's triggers
    "busy_timeout": BUSY_SECONDS * 1000,  # milliseconds
}


SETTINGS = {  # of every connection to PostgreSQL; synchronous_commit: an answered step survives a power cut
    "application_name": "sopan",
    "synchronous_commit": "on",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",
}
ALWAYS = {"hide_parameters": True, "json_serializer": json.JSONEncoder(separators=(",", ":")).encode}
POOL = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
BUSY = ("40001", "40P01", "55P03")  # serialization failure, deadlock, a lock that did not come: nobody is to blame
DRIVER = "postgresql+psycopg"


def connect(url: str) -> sa.Engine:
    """An engine whose every connection keeps what we rely on. Raises SystemNotReady where a pragma does not hold, and
    for any other kind of database. What people typed stands in none of its error messages."""
    place = sa.make_url(url)
    match place.get_backend_name():
        case "sqlite":
            engine = sa.create_engine(place, **ALWAYS)
            sa.event.listen(engine, "connect", _prepare)
            sa.event.listen(engine, "begin", _begin)
            TURNS[engine] = threading.Lock()
            return engine
        case "postgresql" | "postgres":
            sets = {"options": " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())}
            return sa.create_engine(place.set(drivername=DRIVER), connect_args=sets, **ALWAYS, **POOL)
    raise SystemNotReady(f"Basis data {place.get_backend_name()} tidak didukung: SQLite atau PostgreSQL.")


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Everything a command decides on is read inside, in a fresh transaction that may write. Raises Conflict."""
    leave(session)
    with _turn(session):
        session.connection(execution_options={WRITE: True})
        try:
            yield session
            session.commit()
        except (StaleDataError, DBAPIError) as error:
            session.rollback()
            if _is_race(error):
                raise Conflict() from error
            raise
        except BaseException:
            session.rollback()
            raise


def leave(session: Session) -> None:
    """End the read transaction of the request: for a new one, or for something slow that needs none."""
    session.rollback()
    session.expire_all()
    session.info.clear()


def lock(query: sa.Select[Row], session: Session, wait: bool = True) -> sa.Select[Row]:
    """The query, locking its rows; without waiting it leaves out what others hold. SQLite's write transaction has
    locked the whole database already."""
    return query if session.get_bind().dialect.name == "sqlite" else query.with_for_update(skip_locked=not wait)


def alone(session: Session, name: str) -> None:
    """Whoever else asks for the same name waits until this transaction is over. On SQLite they wait already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def add_missing(session: Session, table: type[Base], **row: Any) -> None:
    """Add a row unless one with its key is there, or somebody adds it now: then theirs counts."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(table).values(**row).on_conflict_do_nothing())


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """SQLite has one writer. Within a process the next is whoever is woken, not whoever happens to ask at the right
    moment: SQLite's own waiting is asking again after longer and longer sleeps. Raises Conflict."""
    turn = TURNS.get(session.get_bind().engine)
    if turn is not None and not turn.acquire(timeout=BUSY_SECONDS):
        raise Conflict(IS_BUSY)
    try:
        yield
    finally:
        if turn is not None:
            turn.release()


def _is_race(error: StaleDataError | DBAPIError) -> bool:
    """Whether somebody else wrote first: a row has another revision, a unique value is taken, or two waited for each
    other. Else it is a fault."""
    if isinstance(error, StaleDataError):
        return True
    unique = isinstance(error, IntegrityError) and "UNIQUE" in str(error.orig)
    return unique or getattr(error.orig, "sqlstate", "") in (*BUSY, "23505")


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
        raise Conflict(IS_BUSY) from error
