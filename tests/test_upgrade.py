"""Upgrading a database of an earlier version with cases in flight: tried on a copy, kept, and gone on with."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from test_cli import sopan

from engine import backup, cases, clock, history, people, replay, schema, tasks, timers
from engine import database as databases
from engine.backup import snapshot
from engine.database import Database
from engine.errors import SystemNotReady
from engine.model import Instance, Status
from engine.people import ZONE
from engine.transaction import transaction

FIXTURES = sorted((Path(__file__).parent / "upgrades").glob("*.sql"))
THEN = datetime(2026, 3, 3, 9, tzinfo=ZONE)  # the day after the fixtures were made


@pytest.fixture(params=FIXTURES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of an earlier revision, with the rows that its program had written."""
    found = databases.attach(tmp_path / "data")
    databases.migrate(found, request.param.stem)
    found.engine.dispose()
    with closing(sqlite3.connect(found.folder / "sopan.db")) as connection:
        connection.executescript(request.param.read_text())
    return found


def spoil(found: Database, statement: str) -> None:
    with found.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def go_on(found: Database) -> None:
    """Every running case goes to its end, and the history holds."""
    with found.session() as session:
        ani = people.actor(session, "ani")
        for case in session.query(Instance).filter_by(status=Status.RUNNING).all():
            while opened := cases.open_items(session, [case.id])[case.id]:
                with transaction(session):
                    tasks.complete(session, opened[0].id, ani, {"selesai": True}, typed=True)
            assert case.status == Status.COMPLETED
        assert list(history.verify(session)) == []
        assert [d for case in session.query(Instance) for d in replay.differences(session, case)] == []


def rows(found: Database) -> tuple[str | None, dict[str, int], list[str]]:
    files = sorted(p.name for p in found.folder.iterdir() if not p.name.endswith(("-wal", "-shm")))
    return databases.version(found), snapshot.rows(found.folder / "sopan.db"), files


def test_every_revision_that_was_released_has_its_cases_in_flight() -> None:
    assert [path.stem for path in FIXTURES] == ["0002"]


def test_cases_in_flight_go_on_after_the_upgrade(old: Database) -> None:
    with clock.stopped(THEN):
        done = schema.upgrade(old)
        assert (done.after, done.cases) == (databases.newest(), 3)
        found = databases.open_(old.folder)
        go_on(found)
        found.engine.dispose()


def test_timers_set_before_the_upgrade_fire_after_it(old: Database) -> None:
    schema.upgrade(old)
    with clock.stopped(THEN + timedelta(days=40)):
        assert timers.fire_due(old.session) == 2  # warning and breach of the case that is still at its first step
    with old.session() as session:
        assert list(history.verify(session)) == []


def test_a_copy_of_what_was_there_is_kept_and_opens_with_the_old_revision(old: Database) -> None:
    before, there, _ = rows(old)
    done = schema.upgrade(old)
    assert done.kept == old.folder / f"sopan.db.before-{databases.newest()}"
    assert done.kept.stat().st_mode & 0o777 == 0o600 and snapshot.rows(done.kept) == there
    with closing(sqlite3.connect(done.kept)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (before,)


def test_no_earlier_copy_is_overwritten(old: Database) -> None:
    (old.folder / f"sopan.db.before-{databases.newest()}").write_text("precious")
    kept = schema.upgrade(old).kept
    assert kept and kept.name.endswith("-2")
    assert (old.folder / f"sopan.db.before-{databases.newest()}").read_text() == "precious"


def test_an_upgrade_that_fails_leaves_the_original_untouched(old: Database) -> None:
    spoil(old, "CREATE TABLE ix_history_event_at (id INTEGER)")  # a name that the migration wants
    before = rows(old)
    with pytest.raises(SystemNotReady, match="gagal saat dicoba"):
        schema.upgrade(old)
    assert rows(old) == before
    assert "gagal saat dicoba" in sopan("db", "upgrade", folder=old.folder, code=4)["error"]


@pytest.mark.parametrize("fault", ["state", "event"])
def test_a_case_that_the_new_program_cannot_read_stops_the_upgrade(old: Database, fault: str) -> None:
    if fault == "state":
        spoil(old, "UPDATE instance SET state = x'00' WHERE number = 'P-2026-0002'")
    else:
        spoil(old, "UPDATE instance SET head = 'x' WHERE number = 'P-2026-0002'")
    before = rows(old)
    with pytest.raises(SystemNotReady, match="P-2026-0002: Keadaan" if fault == "state" else "Kepala rantai"):
        schema.upgrade(old)
    assert rows(old) == before


def test_a_case_that_was_broken_before_and_is_known_does_not(old: Database) -> None:
    spoil(old, "UPDATE instance SET state = x'00' WHERE number = 'P-2026-0002'")
    spoil(
        old,
        "INSERT INTO incident (id, instance_id, reason, at) SELECT 'x', id, 'rusak', '2026-03-02 02:00:00.000000' "
        "FROM instance WHERE number = 'P-2026-0002'",
    )
    assert schema.upgrade(old).after == databases.newest()


def test_a_dry_run_changes_nothing(old: Database) -> None:
    before = rows(old)
    told = sopan("db", "upgrade", "--dry-run", folder=old.folder)
    assert told == {"ok": True, "before": before[0], "after": databases.newest(), "cases": 3, "kept": None}
    assert rows(old) == before


def test_a_newer_schema_is_not_touched(old: Database) -> None:
    spoil(old, "UPDATE alembic_version SET version_num = '9999'")
    for command in (schema.upgrade, schema.rehearse):
        with pytest.raises(SystemNotReady, match="lebih baru"):
            command(old)


def test_a_fresh_folder_gets_its_schema_and_no_copy(tmp_path: Path) -> None:
    found = databases.attach(tmp_path / "x")
    assert schema.rehearse(found).before is None and databases.version(found) is None
    assert schema.upgrade(found).kept is None and schema.upgrade(found).kept is None
    assert [p.name for p in found.folder.iterdir() if "before" in p.name] == []


def test_a_backup_of_an_earlier_version_is_restored_as_today(old: Database, tmp_path: Path) -> None:
    backup.make(old, tmp_path / "b.tar")
    assert backup.restore(tmp_path / "b.tar", tmp_path / "new").problems == []
    restored = databases.open_(tmp_path / "new")
    with restored.session() as session:
        assert session.query(Instance).filter_by(status=Status.RUNNING).count() == 3
    restored.engine.dispose()
    shutil.rmtree(tmp_path / "new")
