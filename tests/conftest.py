"""The fixtures that every price of test shares: a fresh database, the demo's cast, what is deployed, a running app."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import backends
import poison
import pytest
from backends import Backend
from crews import Crew
from posts import Taking, smtp
from servers import served
from sqlalchemy.orm import Session
from stage import Kept, Stage

from engine import clock, people, queue
from engine import database as databases
from engine.database import Database
from engine.demo import cast as casting
from engine.demo.fill import fill, publish
from engine.model import Account
from engine.people import ZONE, Actor
from engine.transaction import transaction

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZONE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that opens a database runs on each of its backends, first all on the one, then all on the other."""
    if "backend" in metafunc.fixturenames:
        names = backends.wanted(metafunc.module.__name__)
        metafunc.parametrize("backend", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """SQLite or PostgreSQL, running."""
    with backends.backend(request.param) as backend:
        yield backend


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Path:
    """A migrated data folder, made once; tests copy it."""
    folder = tmp_path_factory.mktemp("empty")
    database = backend.make(folder)
    databases.upgrade(database)
    database.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def deployed_folder(tmp_path_factory: pytest.TempPathFactory, backend: Backend, empty_folder: Path) -> Path:
    """The same with the cast hired and bpmn/ and forms/ deployed, long ago."""
    folder = tmp_path_factory.mktemp("deployed") / "data"
    database = backend.make(folder, empty_folder)
    with clock.stopped(MONDAY - timedelta(days=300)), database.session() as session, transaction(session):
        hired = casting.hire(session)
        publish(session)
    casting.write_accounts(folder / "demo-accounts.json", hired)
    database.engine.dispose()
    return folder


@pytest.fixture
def stopped_clock() -> Iterator[datetime]:
    """Business time stands still on a Monday morning in Pontianak."""
    with clock.stopped(MONDAY):
        yield MONDAY


@pytest.fixture
def database(backend: Backend, tmp_path: Path, empty_folder: Path) -> Iterator[Database]:
    """A fresh database of the newest schema."""
    yield from _opened(backend, empty_folder, tmp_path / "data")


@pytest.fixture
def deployed(backend: Backend, tmp_path: Path, deployed_folder: Path, stopped_clock: datetime) -> Iterator[Database]:
    """A fresh database with the cast and everything deployed, on a stopped clock."""
    yield from _opened(backend, deployed_folder, tmp_path / "data")


@pytest.fixture
def session(deployed: Database) -> Iterator[Session]:
    """A session on `deployed`."""
    with deployed.session() as session:
        yield session


@pytest.fixture
def cast(deployed: Database) -> dict[str, Actor]:
    """The demo's people, by username."""
    return acting(deployed)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Path:
    """The demo's data folder with its 40 cases, made once. Read only: tests that write copy it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    database = backend.make(folder)
    databases.upgrade(database)
    fill(database, folder / "demo-accounts.json")
    database.engine.dispose()
    return folder


@pytest.fixture
def demo(backend: Backend, tmp_path: Path, demo_folder: Path) -> Iterator[Database]:
    """A copy of the demo's database."""
    yield from _opened(backend, demo_folder, tmp_path / "data")
    clock.follow(timedelta(0))


@pytest.fixture(scope="module")
def stopped() -> Iterator[datetime]:
    """Business time stands still on that Monday for a whole module."""
    with clock.stopped(MONDAY):
        yield MONDAY


@pytest.fixture(scope="module")
def kept(
    backend: Backend, tmp_path_factory: pytest.TempPathFactory, deployed_folder: Path, stopped: datetime
) -> Iterator[Kept]:
    """A stage for questions of rights, set once for a module."""
    folder = tmp_path_factory.mktemp("stage")
    database = backend.make(folder / "data", deployed_folder)
    yield Kept(Stage(database, acting(database)), folder / "kept")
    backend.drop(database)


@pytest.fixture(scope="module")
def poisoned(
    backend: Backend, tmp_path_factory: pytest.TempPathFactory, deployed_folder: Path, stopped: datetime
) -> Iterator[Stage]:
    """A stage where every text tries to break out of its page."""
    database = backend.make(tmp_path_factory.mktemp("poisoned") / "data", deployed_folder)
    poison.deploy(database)
    stage = Stage(database, acting(database), poison.POISONED)
    poison.columns(database)
    yield stage
    backend.drop(database)


@pytest.fixture
def crew(deployed: Database, tmp_path: Path) -> Iterator[Crew]:
    """Worker processes, none yet; those that are left in the end are killed."""
    queue.prepare(deployed)
    crew = Crew(deployed, tmp_path)
    yield crew
    for worker in crew.members:
        worker.kill()
        worker.wait()


@pytest.fixture
def live_url(demo: Database) -> Iterator[str]:
    """A running demo on loopback."""
    from webapp import create_app

    with served(create_app(demo, demo=True)) as url:
        yield url


def acting(database: Database) -> dict[str, Actor]:
    """Everybody who has an account, as they may act now, by username."""
    with database.session() as session:
        return {a.username: people.actor(session, a.person_id) for a in session.query(Account)}


def _opened(backend: Backend, source: Path, folder: Path) -> Iterator[Database]:
    """Opened as every shell does, which then finds it by the environment."""
    made = backend.make(folder, source)
    with pytest.MonkeyPatch.context() as patch:
        if made.engine.dialect.name != "sqlite":
            patch.setenv("SOPAN_DATABASE_URL", made.url)
        opened = databases.open_(folder, made.url)
        yield opened
        opened.engine.dispose()
    backend.drop(made)


@pytest.fixture
def taking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Taking]:
    """A mail server that takes every letter."""
    with smtp(monkeypatch, taking := Taking(), tmp_path):
        yield taking
