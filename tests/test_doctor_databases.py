"""What the doctor sees in a database, on each of its kinds."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from backends import drop_trigger

from engine import doctor
from engine.database import Database
from engine.doctor import Level, Place
from engine.errors import SystemNotReady
from engine.model.evidence import FUNCTION


def postgresql(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def test_what_is_answered_survives_a_power_cut_or_nothing_starts(database: Database) -> None:
    found = doctor.durability(Place(database, environment={}))
    assert (found.level, "fsync = off" in found.seen) == (
        (Level.ERROR, True) if postgresql(database) else (Level.OK, False)
    )
    allowed = doctor.durability(Place(database, environment={doctor.ALLOWED: "yes"}))
    assert allowed.level is (Level.WARNING if postgresql(database) else Level.OK)


def test_a_connection_that_is_not_ours_is_unsafe(database: Database) -> None:
    loose = {"connect_args": {"options": "-c synchronous_commit=off"}} if postgresql(database) else {}
    bare = replace(database, engine=sa.create_engine(database.engine.url, **loose))
    found = doctor.durability(Place(bare, environment={}))
    bare.engine.dispose()
    wrong = "synchronous_commit = off" if postgresql(database) else "recursive_triggers = 0"
    assert found.level is Level.ERROR and wrong in found.seen


def test_a_sound_database_is_safe_on_one_clock(database: Database) -> None:
    around = ("folder", "disk", "mail")  # test_doctor looks at them
    found = {one.name: one.level for one in doctor.examine(Place(database)) if one.name not in around}
    assert found.pop("durability") is not Level.ERROR and set(found.values()) == {Level.OK}


@pytest.mark.parametrize("trigger", ["history_event_no_update", "history_event_no_delete", "reading_no_delete"])
def test_a_trigger_that_is_gone_is_unsafe(database: Database, trigger: str) -> None:
    with database.engine.begin() as connection:
        drop_trigger(connection, trigger)
    with pytest.raises(SystemNotReady, match=f"^triggers: .*{trigger}"):
        doctor.must_be_safe(Place(database))


def test_a_trigger_that_refuses_nothing_is_unsafe(database: Database) -> None:
    with database.engine.begin() as connection:
        if postgresql(database):
            tame = FUNCTION.partition(" AS ")[0].replace("CREATE", "CREATE OR REPLACE")
            connection.exec_driver_sql(f"{tame} AS 'BEGIN RETURN NULL; END'")
        else:
            drop_trigger(connection, "history_event_no_delete")
            connection.exec_driver_sql(
                "CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event BEGIN SELECT 1; END"
            )
    with pytest.raises(SystemNotReady, match="^triggers: "):
        doctor.must_be_safe(Place(database))
