"""One write path: all of a command or none of it, and clients that read, think and write at once."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from browsing import Visitor
from conftest import MONDAY
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session
from walks import Walk

from engine import clock, history, timers, transaction
from engine import database as databases
from engine.database import Database
from engine.errors import Conflict
from engine.instances import beginning
from engine.model import Counter, HistoryEvent, Kind, System
from engine.people import Actor
from engine.transaction import PRAGMAS, SETTINGS
from engine.transaction import transaction as writing

CLIENTS, ROUNDS = 8, 12
LONGEST = 15  # seconds: half of what SQLite waits by itself


def test_every_connection_keeps_the_settings(database: Database) -> None:
    ask, wanted = {"sqlite": ("PRAGMA", PRAGMAS), "postgresql": ("SHOW", SETTINGS)}[database.engine.dialect.name]
    for _ in range(3):
        with database.engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"{ask} {name}").scalar() for name in wanted}
        assert found == wanted


def test_a_failed_command_leaves_nothing(database: Database) -> None:
    with database.session() as session, pytest.raises(RuntimeError), writing(session):
        session.add(Counter(prefix="X", year=2026, last=1))
        session.flush()
        raise RuntimeError
    with database.session() as session:
        assert session.get(Counter, ("X", 2026)) is None


def test_clients_that_read_think_and_write_all_get_through(database: Database) -> None:
    failures, numbers = list[Exception](), list[str]()

    def client() -> None:
        own = databases.attach(database.folder, database.url)  # as another process would
        for _ in range(ROUNDS):
            try:
                with own.session() as session:
                    session.scalars(sa.select(System)).all()  # a request reads before its command
                    with writing(session):
                        numbers.append(beginning.number(session, "X", MONDAY))
            except Exception as error:  # noqa: BLE001 (collected and asserted on below)
                failures.append(error)
        own.engine.dispose()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    assert sorted(numbers) == [f"X-2026-{n:04d}" for n in range(1, CLIENTS * ROUNDS + 1)]  # no gap, none twice


def test_whoever_waits_for_sqlites_one_writer_waits_in_a_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, began = transaction.connect(f"sqlite:///{tmp_path / 'x.db'}"), time.monotonic()
    monkeypatch.setattr(transaction, "BUSY_SECONDS", 0)  # of the queue alone: the connections keep SQLite's own
    busy = pytest.raises(Conflict, match="sibuk")
    with Session(engine) as first, Session(engine) as second, writing(first), busy, writing(second):
        raise AssertionError("two writers at once")
    engine.dispose()
    assert time.monotonic() - began < LONGEST


def test_nothing_read_before_a_command_is_trusted_in_it(database: Database) -> None:
    with database.session() as ours, database.session() as theirs:
        before = ours.get_one(System, 1)
        assert before.shift_seconds == 0
        with writing(theirs):
            theirs.get_one(System, 1).shift_seconds = 60
        with writing(ours):
            assert ours.get_one(System, 1).shift_seconds == 60


def test_a_lost_race_is_a_conflict(database: Database) -> None:
    with database.session() as session, writing(session):
        session.add(Counter(prefix="X", year=2026, last=1))
    with database.session() as session, pytest.raises(Conflict), writing(session):
        session.execute(sa.insert(Counter).values(prefix="X", year=2026, last=1))


def test_a_fault_of_ours_is_not_called_a_race(database: Database) -> None:
    with database.session() as session, pytest.raises(IntegrityError), writing(session):
        session.execute(sa.text("INSERT INTO start_right (key, role_key, begins) VALUES ('p', 'nobody', '2026-01-01')"))


@pytest.mark.parametrize("statement", ["UPDATE history_event SET actor = 'x'", "DELETE FROM history_event"])
def test_the_history_can_be_neither_changed_nor_deleted(database: Database, statement: str) -> None:
    tell(database)
    with database.session() as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(sa.text(statement))


def test_the_history_cannot_be_replaced(database: Database) -> None:
    tell(database)
    upsert = "ON CONFLICT (instance_id, seq) DO UPDATE SET actor = 'x'"
    statements = {
        "sqlite": ["INSERT OR REPLACE INTO history_event SELECT * FROM history_event"],
        "postgresql": ["TRUNCATE history_event", f"INSERT INTO history_event SELECT * FROM history_event {upsert}"],
    }[database.engine.dialect.name]
    for statement in statements:
        with database.session() as session, pytest.raises(DatabaseError, match="append-only"):
            session.execute(sa.text(statement))


def tell(database: Database) -> None:
    with database.session() as session, writing(session):
        history.append(session, session.get_one(System, 1), Kind.DEPLOYED, "system", {"x": 1}, {"y": "z"})
    with database.session() as session:
        assert session.scalars(sa.select(HistoryEvent.kind)).all() == [Kind.CALENDAR_CHANGED, Kind.DEPLOYED]


def test_only_one_line_of_the_product_commits() -> None:
    assert Path(transaction.__file__).read_text().count(".commit()") == 1


def test_every_connection_of_web_and_worker_keeps_the_settings(deployed: Database, cast: dict[str, Actor]) -> None:
    wanted, verb = {"sqlite": (PRAGMAS, "PRAGMA"), "postgresql": (SETTINGS, "SHOW")}[deployed.engine.dialect.name]
    found: list[dict[str, object]] = []

    def look(connection: Any, *_: object) -> None:
        found.append({name: connection.execute(f"{verb} {name}").fetchone()[0] for name in wanted})

    sa.event.listen(sa.pool.Pool, "checkout", look)
    try:
        visitor, walk = Visitor(deployed, "ppk"), Walk(deployed, cast)
        walk.upload("A01")
        assert visitor.get(f"/berkas/{walk.id}").status_code == 200
        with clock.stopped(clock.business() + timedelta(days=30)):
            assert timers.fire_due(deployed.session) > 0
        databases.upgrade(deployed)
    finally:
        sa.event.remove(sa.pool.Pool, "checkout", look)
    assert len(found) >= 10 and [one for one in found if one != wanted] == []


def test_one_place_connects() -> None:
    """But for the file of a backup, from which nobody works."""
    root = Path(transaction.__file__).parent.parent
    files = [path for folder in ("engine", "webapp", "migrations") for path in (root / folder).rglob("*.py")]
    words = ("create_engine", "sqlite3.connect", "engine_from_config")
    found = sorted(path.name for path in files if any(word in path.read_text() for word in words))
    assert found == ["snapshot.py", "transaction.py"]
