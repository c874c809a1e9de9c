"""The schema: what the migrations build is what the tables say, protected from the start."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from backends import drop_trigger

from engine import database as databases
from engine.database import Database
from engine.errors import SystemNotReady
from engine.model import Base


def test_the_migrations_build_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    databases.upgrade(database)
    assert databases.version(database) == databases.newest()


def test_a_database_without_our_schema_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(SystemNotReady, match="db upgrade"):
        databases.open_(tmp_path / "x")


def test_a_database_without_its_triggers_is_not_opened(database: Database) -> None:
    with database.engine.begin() as connection:
        drop_trigger(connection, "history_event_no_delete")
    with pytest.raises(SystemNotReady, match="history_event_no_delete"):
        databases.open_(database.folder, database.url)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(database: Database) -> None:
    assert database.secret() == database.secret() and len(database.secret()) > 40
    assert (database.folder / "secret").stat().st_mode & 0o777 == 0o600
