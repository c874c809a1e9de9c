"""A data folder: its database and schema, its documents and its secret, opened by every shell in the same way."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session, sessionmaker

from engine import calendars, clock, history, instances, stores
from engine.errors import SystemNotReady
from engine.model import System
from engine.stores import Store
from engine.transaction import connect, transaction

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@dataclass(frozen=True)
class Database:
    """An opened data folder."""

    url: str
    folder: Path
    engine: sa.Engine
    make: sessionmaker[Session]
    store: Store
    within: sa.Connection | None = None  # the transaction in which everything happens; see `inside`

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that ends with the block."""
        with self.make() as session:
            yield session

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """A connection that ends with the block, or the one whose transaction everything happens in."""
        if self.within is not None:
            yield self.within
            return
        with self.engine.connect() as connection:
            yield connection

    def former_secrets(self) -> tuple[str, ...]:
        """The key before it, if the operator has moved it aside: it opens what it sealed."""
        path = self.folder / "secret-before"
        return (path.read_text(),) if path.exists() else ()

    def secret(self) -> str:
        """The key that signs cookies: made once, readable by the owner only."""
        path = self.folder / "secret"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text()


def attach(folder: Path, url: str | None = None, documents: str | None = None) -> Database:
    """The database of a data folder, whatever its schema. Raises SystemNotReady for a kind of database or of document
    store that there is not."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = str(folder.resolve() / "sopan.db")
    url = url or sa.URL.create("sqlite", database=path).render_as_string(hide_password=False)
    engine = connect(url)
    store = stores.at(documents or str(folder / "documents"))
    return Database(url, folder, engine, sessionmaker(engine, expire_on_commit=False), store)


def open_(folder: Path, url: str | None = None, documents: str | None = None) -> Database:
    """The database of a data folder, ready for work. Raises SystemNotReady if its schema is not ours of today."""
    database = attach(folder, url, documents)
    try:
        must_be_ready(database)
    except BaseException:
        database.engine.dispose()
        raise
    return database


def inside(database: Database, connection: sa.Connection) -> Database:
    """The database as seen in a transaction that is open already: what is committed there is part of it, and goes when
    it is rolled back."""
    make = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    return replace(database, make=make, within=connection)


def must_be_ready(database: Database) -> None:
    """Raises SystemNotReady unless the schema is ours of today, with its triggers; follows the database's clock."""
    if (found := version(database)) != newest():
        raise SystemNotReady(f"Skema basis data ({found or 'kosong'}) belum terbaru. Jalankan: sopan db upgrade.")
    with database.session() as session:
        if missing := history.missing_triggers(session):
            raise SystemNotReady(f"Pemicu pelindung riwayat tidak ada: {', '.join(missing)}.")
    follow(database)


def follow(database: Database) -> None:
    """Let this process's business time run ahead as far as the database says."""
    with database.session() as session:
        clock.follow(timedelta(seconds=session.get_one(System, 1).shift_seconds))


def migrate(database: Database, revision: str = "head") -> None:
    """Create the schema, or bring it up to a revision, right where it stands; no row but those of the migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.connection() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def upgrade(database: Database) -> None:
    """The newest schema, with the built-in calendars if it has none, and the cases that run filed: `engine.schema`
    tries it out before."""
    migrate(database)
    with database.session() as session, transaction(session):
        calendars.seed(session)
        instances.fill(session)


def version(database: Database) -> str | None:
    """The revision of the schema that is there."""
    with database.connection() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str | None:
    """The revision that this code needs."""
    return _steps().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this code knows a revision: an older one it can upgrade, a newer one it has never heard of."""
    return revision in {step.revision for step in _steps().walk_revisions()}


def _steps() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def is_demo(database: Database) -> bool:
    """Whether `sopan demo` made this database."""
    with database.session() as session:
        return session.get_one(System, 1).demo
