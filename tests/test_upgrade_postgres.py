"""Upgrading a PostgreSQL of an earlier version with cases in flight: one transaction with its checks, or nothing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from backends import Backend
from test_cli import sopan
from test_upgrade import FIXTURES, THEN, go_on, spoil

from engine import clock, schema
from engine import database as databases
from engine.database import Database
from engine.errors import SystemNotReady

READ = {sa.DateTime: lambda v: datetime.fromisoformat(v).replace(tzinfo=UTC), sa.Boolean: bool, sa.JSON: json.loads}


@pytest.fixture(params=FIXTURES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, backend: Backend, tmp_path: Path) -> Iterator[Database]:
    """A PostgreSQL of an earlier revision, with the rows that its program had written."""
    found, file = backend.make(tmp_path / "data"), databases.attach(tmp_path / "file")
    for place in (file, found):
        databases.migrate(place, request.param.stem)
    file.engine.dispose()
    with closing(sqlite3.connect(file.folder / "sopan.db")) as rows, found.engine.begin() as connection:
        rows.row_factory = sqlite3.Row
        rows.executescript(request.param.read_text())
        tables = sa.MetaData()
        tables.reflect(connection)
        connection.execute(sa.delete(tables.tables["system"]))
        for table in tables.sorted_tables:
            told = [dict(row) for row in rows.execute(f'SELECT * FROM "{table.name}"')]
            for column in table.c:
                column.type = sa.JSON(none_as_null=True) if isinstance(column.type, sa.JSON) else column.type
            if told and table.name != "alembic_version":
                connection.execute(sa.insert(table), [{c: read(table.c[c], v) for c, v in r.items()} for r in told])
    found.engine.dispose()
    yield found
    backend.drop(found)


def read(column: sa.Column[Any], value: Any) -> Any:
    """A value of SQLite as PostgreSQL's column wants it."""
    as_read = next((one for kind, one in READ.items() if isinstance(column.type, kind)), None)
    return as_read(value) if as_read and value is not None else value


def everything(found: Database) -> tuple[str | None, list[Any]]:
    """The revision, the columns, and every row."""
    with found.engine.connect() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        rows = {t.name: sorted(map(str, connection.execute(sa.select(t)))) for t in tables.sorted_tables}
        return databases.version(found), [
            rows,
            sorted(f"{c} {c.type} {c.nullable}" for t in tables.sorted_tables for c in t.c),
        ]


def test_cases_in_flight_go_on_after_the_upgrade(old: Database) -> None:
    with clock.stopped(THEN):
        done = schema.upgrade(old)
        assert (done.before, done.after, done.cases, done.kept) == ("0002", databases.newest(), 3, None)
        databases.must_be_ready(old)
        go_on(old)


def test_a_dry_run_reads_every_running_case_and_changes_nothing(old: Database) -> None:
    before = everything(old)
    told = sopan("--database-url", old.url, "db", "upgrade", "--dry-run", folder=old.folder)
    assert told == {"ok": True, "before": "0002", "after": databases.newest(), "cases": 3, "kept": None}
    assert everything(old) == before


FAULTS = {
    "UPDATE instance SET state = '\\x00' WHERE number = 'P-2026-0002'": "P-2026-0002: Keadaan",
    "UPDATE instance SET head = 'x' WHERE number = 'P-2026-0002'": "Kepala rantai",
    "DROP TRIGGER history_event_no_delete ON history_event": "history_event_no_delete",
    "CREATE TABLE subscription (id INTEGER)": "subscription",  # a name that a later migration wants
}


@pytest.mark.parametrize("statement", FAULTS)
def test_an_upgrade_that_fails_leaves_everything_as_it_was(old: Database, statement: str) -> None:
    spoil(old, statement)
    before = everything(old)
    for command in (schema.rehearse, schema.upgrade):
        with pytest.raises(SystemNotReady, match="gagal saat dicoba") as told:
            command(old)
        assert FAULTS[statement] in str(told.value)
        assert everything(old) == before


def test_an_upgrade_of_what_is_up_to_date_is_done_again(old: Database) -> None:
    for _ in range(2):
        done = schema.upgrade(old)
    assert (done.before, done.after) == (databases.newest(), databases.newest())
    assert schema.rehearse(old).cases == 3


def test_a_fresh_database_gets_its_schema_and_a_rehearsal_leaves_none(backend: Backend, tmp_path: Path) -> None:
    found = backend.make(tmp_path / "data")
    assert schema.rehearse(found).before is None and databases.version(found) is None
    assert schema.upgrade(found).after == databases.version(found)
    backend.drop(found)
