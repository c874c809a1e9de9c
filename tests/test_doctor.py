"""The doctor: every unsafe start is found, told with its remedy, and refused."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_cli import sopan
from walks import Walk

from engine import clock, doctor, incidents
from engine import database as databases
from engine.database import Database
from engine.doctor import Level, Place
from engine.errors import SystemNotReady
from engine.model import Delivery
from engine.people import Actor
from engine.transaction import transaction

HUGE = 10**9  # megabytes
GOOD = "0123456789abcdefghijklmnopqrstuvwxyz"
MAIL = {
    "SOPAN_BASE_URL": "https://sopan.example",
    "SOPAN_SMTP_HOST": "surel.example",
    "SOPAN_MAIL_FROM": "sopan@sopan.example",
}


@pytest.fixture
def kept(deployed: Database, cast: dict[str, Actor]) -> Iterator[Database]:
    """A folder where all is well, with a case, a moment after its newest event."""
    deployed.folder.chmod(0o700)
    deployed.secret()
    with clock.stopped(clock.system()):
        Walk(deployed, cast)
        yield deployed


def levels(place: Place) -> dict[str, Level]:
    return {found.name: found.level for found in doctor.examine(place)}


def test_where_all_is_well_every_check_says_so(kept: Database) -> None:
    found = doctor.examine(Place(kept, environment=MAIL))
    assert {one.level for one in found} == {Level.OK} and all(one.seen and not one.todo for one in found)
    assert [one.name for one in found] == [*doctor.BEFORE_START, *doctor.RUNNING]
    doctor.must_be_safe(Place(kept, environment={}))


def writes(name: str, text: str, mode: int = 0o600) -> Callable[[Database], None]:
    def write(found: Database) -> None:
        path = found.folder / name
        path.write_text(text)
        path.chmod(mode)

    return write


def runs(statement: str) -> Callable[[Database], None]:
    def run(found: Database) -> None:
        with found.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    return run


UNSAFE: list[tuple[str, Callable[[Database], None]]] = [
    ("secret", writes("secret", "dev")),
    ("secret", writes("secret", "a" * 64)),
    ("secret", writes("secret", GOOD, 0o644)),
    ("secret", writes("secret", GOOD, 0o640)),
    ("secret", writes("secret-before", GOOD, 0o640)),
    ("folder", lambda found: found.folder.chmod(0o777)),
    ("schema", runs("UPDATE alembic_version SET version_num = '0001'")),
    ("schema", runs("UPDATE alembic_version SET version_num = '9999'")),
    ("schema", runs("DROP TABLE alembic_version")),
    ("triggers", runs("DROP TRIGGER history_event_no_update")),
    ("triggers", runs("DROP TRIGGER history_event_no_delete")),
    (
        "triggers",
        lambda found: [
            runs(text)(found)
            for text in (
                "DROP TRIGGER history_event_no_delete",
                "CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event BEGIN SELECT 1; END",
            )
        ],
    ),
]


@pytest.mark.parametrize(("check", "spoil"), UNSAFE, ids=[f"{n}-{name}" for n, (name, _) in enumerate(UNSAFE)])
def test_what_is_unsafe_is_an_error_with_a_remedy_and_forbids_the_start(
    kept: Database, check: str, spoil: Callable[[Database], None]
) -> None:
    spoil(kept)
    [wrong] = [found for found in doctor.examine(Place(kept, environment={})) if found.level is Level.ERROR]
    assert wrong.name == check and wrong.todo
    with pytest.raises(SystemNotReady, match=f"^{check}: "):
        doctor.must_be_safe(Place(kept, environment={}))


def test_mail_that_is_not_set_up_is_told_and_mail_set_up_wrongly_is_unsafe(kept: Database) -> None:
    assert levels(Place(kept, environment={}))["mail"] is Level.WARNING
    wrong = MAIL | {"SOPAN_SMTP_TLS": "none"}
    assert levels(Place(kept, environment=wrong))["mail"] is Level.ERROR
    with pytest.raises(SystemNotReady, match="^mail: SOPAN_SMTP_TLS"):
        doctor.must_be_safe(Place(kept, environment=wrong))


def test_an_old_or_a_failed_letter_is_told(kept: Database) -> None:
    for changes in ({"wanted_at": clock.system() - timedelta(hours=1)}, {"failed_at": clock.system()}):
        with kept.session() as session, transaction(session):
            session.execute(sa.delete(Delivery))
            place = {"channel": "surel", "notices": [], "wanted_at": clock.system(), "due_at": clock.system()}
            session.add(Delivery(**(place | changes)))
        assert levels(Place(kept, environment=MAIL))["outbox"] is Level.WARNING


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_a_debugger_is_unsafe(kept: Database, value: str) -> None:
    assert levels(Place(kept, environment={"FLASK_DEBUG": value}))["debug"] is Level.ERROR
    assert levels(Place(kept, environment={"FLASK_DEBUG": "0"}))["debug"] is Level.OK


def test_a_full_disk_is_unsafe_and_a_nearly_full_one_is_told(kept: Database) -> None:
    free = os.statvfs(kept.folder)
    megabytes = free.f_bavail * free.f_frsize // 1_000_000
    assert levels(Place(kept, least_free=HUGE))["disk"] is Level.ERROR
    assert levels(Place(kept, least_free=megabytes * 3 // 4))["disk"] is Level.WARNING


def test_connections_without_our_pragmas_are_unsafe(kept: Database) -> None:
    bare = replace(kept, engine=sa.create_engine(kept.url))
    found = doctor.durability(Place(bare))
    assert found.level is Level.ERROR and "recursive_triggers = 0" in found.seen
    bare.engine.dispose()


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (-4, "ok"), (30, "warning"), (-30, "warning"), (61, "error")]
)
def test_two_clocks_that_differ_are_told(seconds: int, level: str) -> None:
    assert doctor.skew(timedelta(seconds=seconds)).level == level


def test_a_history_that_ends_in_the_future_is_unsafe(kept: Database) -> None:
    with clock.stopped(clock.business() - timedelta(hours=1)):
        assert levels(Place(kept))["last-event"] is Level.ERROR


def test_a_zone_that_is_not_there_is_unsafe(kept: Database) -> None:
    assert doctor.zone(Place(kept), "Asia/Nowhere").level is Level.ERROR
    assert doctor.zone(Place(kept), "Asia/Tokyo").level is Level.ERROR


def test_a_folder_that_others_read_is_told(kept: Database) -> None:
    kept.folder.chmod(0o755)
    assert levels(Place(kept))["folder"] is Level.WARNING


def test_a_sleeping_worker_a_stuck_timer_and_an_incident_are_told(kept: Database) -> None:
    with clock.stopped(clock.business() + timedelta(days=300)):
        assert levels(Place(kept))["worker"] is Level.ERROR
    runs("UPDATE timer SET stuck_at = due_at")(kept)
    with kept.session() as session, transaction(session):
        incidents.record(session, session.scalar(sa.text("SELECT id FROM instance")), "x")
    found = levels(Place(kept))
    assert (found["stuck-timers"], found["incidents"]) == (Level.WARNING, Level.WARNING)
    doctor.must_be_safe(Place(kept, environment={}))


def test_a_database_that_cannot_be_read_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "sopan.db").write_bytes(b"this is no database, whatever its name" * 100)
    assert "Basis data tidak dapat dipakai" in sopan("tasks", folder=folder, code=4, out="text")
    found = {one.name: one for one in doctor.examine(Place(databases.attach(folder)))}
    assert found["durability"].level is Level.ERROR and "tidak diperiksa" in found["incidents"].seen


def test_the_shell_prints_the_table_and_serve_and_worker_refuse(kept: Database) -> None:
    told = sopan("doctor", folder=kept.folder)
    assert told["ok"] and {frozenset(one) for one in told["checks"]} == {frozenset({"name", "level", "seen", "todo"})}
    (kept.folder / "secret").write_text("dev")
    assert not sopan("doctor", folder=kept.folder, code=4)["ok"]
    for command in ("serve", "worker"):
        assert "secret: " in sopan(command, folder=kept.folder, code=4, out="text")
