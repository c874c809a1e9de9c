"""The two databases of the tests: every test that opens one runs on SQLite and on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import postgres
import pytest
import sqlalchemy as sa

from engine import database as databases
from engine import doctor
from engine.database import Database
from engine.model.evidence import TRIGGERS

BOTH = ("sqlite", "postgresql")
ONCE = {  # modules whose tests open a database and run on SQLite alone, and why
    "browser": "what a browser shows of a page does not depend on the database behind it",
    "test_access": "rights are asked in the same statements; what they select is tried in test_cases on both",
    "test_attacks": "what a database cannot hold is tried on both in test_web_inbox and test_web_task",
    "test_away": "a full disk and a held database are made with SQLite's means; tests/faults takes a server away",
    "test_doctor": "what is around the database; what is in it stands in test_doctor_databases",
    "test_lists": "as test_access: the statements behind the lists are tried in test_inbox and test_cases on both",
    "test_weight": "bytes on the way to a browser",
    "test_web_security": "headers, hosts and sizes are decided before the database is asked",
}

ONLY = {
    "test_queue": BOTH[1:],  # SQLite has no queue: one process is the worker
    "test_upgrade_postgres": BOTH[1:],  # test_upgrade is SQLite's: a file and its copy
}


def wanted(module: str) -> tuple[str, ...]:
    """The databases on which the tests of a module run."""
    if module in ONLY:
        return ONLY[module]
    return BOTH[:1] if any(part in ONCE for part in module.split(".")) else BOTH


@dataclass
class Backend:
    """Makes data folders with a database, and copies of them."""

    server: postgres.Server | None
    _names: dict[Path, str] = field(default_factory=dict)

    def make(self, folder: Path, source: Path | None = None) -> Database:
        """A data folder that is new, or a copy of another one whose database nobody has open."""
        if source is not None:
            shutil.copytree(source, folder)
        if self.server is None:
            return databases.attach(folder)
        self._names[folder] = self.server.create(self._names[source] if source else "template0")
        return databases.attach(folder, self.server.address(self._names[folder]))

    def drop(self, database: Database) -> None:
        """Nobody needs it any more."""
        database.engine.dispose()
        if self.server is not None:
            self.server.drop(self._names.pop(database.folder))


@contextmanager
def backend(name: str) -> Iterator[Backend]:
    """The backend of that name."""
    if name == "sqlite":
        yield Backend(None)
        return
    with postgres.server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(doctor.ALLOWED, "yes")  # the tests' server is hasty
        yield Backend(server)


def behind_the_triggers(connection: sa.Connection, *statements: tuple[str, dict[str, str]]) -> None:
    """What an insider does who may change the schema: the history is not protected meanwhile."""
    dialect = connection.dialect.name
    for name in TRIGGERS[dialect]:
        drop_trigger(connection, name)
    for text, values in statements:
        connection.execute(sa.text(text), values)
    for text in TRIGGERS[dialect].values():
        connection.execute(sa.text(text))


def drop_trigger(connection: sa.Connection, name: str) -> None:
    """One of the triggers that protect the history, or who read what, is no more."""
    table = f" ON {name.partition('_no_')[0]}" if connection.dialect.name == "postgresql" else ""
    connection.execute(sa.text(f"DROP TRIGGER {name}{table}"))
