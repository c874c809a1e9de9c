"""A database copied as it was at one instant, while others write: into one SQLite file, and out of one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import database as databases
from engine.database import Database
from engine.model import Base

BATCH = 1_000  # rows


class Verbatim(sa.types.UserDefinedType[str]):
    """JSON as its text, so that SQL's null and JSON's null stay two things."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name in DDL, which nobody writes."""
        return "JSON"


def take(database: Database, target: Path) -> None:
    """Copy a database into a new SQLite file. Raises SystemNotReady."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as source, closing(sqlite3.connect(target)) as copy:
            driver: Any = source.connection.dbapi_connection
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return
    databases.must_be_ready(database)  # the copy has triggers of its own, and would hide that these are gone
    url = sa.URL.create("sqlite", database=str(target.resolve()))
    copied = databases.attach(target.parent, url.render_as_string(hide_password=False))
    databases.upgrade(copied)
    pour(database.engine, copied.engine)
    copied.engine.dispose()


def pour(source: sa.Engine, target: sa.Engine) -> None:
    """Fill a fresh schema of today with the rows of another database, as they are at one instant."""
    options: dict[str, Any] = {} if source.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with source.connect().execution_options(**options) as reads, target.begin() as writes:
        tables = Base.metadata.sorted_tables
        for table in reversed(tables):
            if writes.scalar(sa.select(sa.exists(sa.select(table)))):  # what the migrations themselves put there
                writes.execute(sa.delete(table))
        for table in tables:
            for rows in _batches(reads, table):
                writes.execute(sa.insert(_plain(table)), rows)
            if target.dialect.name == "postgresql":
                _count_on(writes, table)


def rows(file: Path) -> dict[str, int]:
    """How many rows each table of an SQLite file has."""
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        tables = sorted(name for (name,) in names)
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def documents(file: Path) -> dict[str, int]:
    """The size of every document that the rows of an SQLite file speak of, by hash."""
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT sha256, size FROM document ORDER BY sha256"))


def damage(file: Path) -> list[str]:
    """What SQLite itself finds wrong with a file."""
    with closing(sqlite3.connect(file)) as connection:
        told = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
        orphans = [f"{table}: rujukan ke {other} putus" for table, _, other, _ in _orphans(connection)]
    return told + orphans


def _orphans(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return list(connection.execute("PRAGMA foreign_key_check"))


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    columns = [sa.cast(c, sa.Text).label(c.name) if isinstance(c.type, sa.JSON) else c for c in table.columns]
    found = connection.execution_options(yield_per=BATCH).execute(sa.select(*columns))
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


def _plain(table: sa.Table) -> sa.TableClause:
    return sa.table(table.name, *(sa.column(c.name, _plain_type(c)) for c in table.columns))


def _plain_type(column: sa.Column[Any]) -> Any:
    return Verbatim() if isinstance(column.type, sa.JSON) else column.type


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number the next row after the last one that was copied."""
    column = table.autoincrement_column
    if column is not None:
        last = sa.select(sa.func.max(column)).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None))))
