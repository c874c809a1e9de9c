"""The fixtures that every price of test shares: a fresh database, the demo's cast, what is deployed, a running app."""

import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import clock, people
from engine import database as databases
from engine.database import Database
from engine.demo import cast as casting
from engine.demo.fill import fill, publish
from engine.people import ZONE, Actor
from engine.transaction import transaction

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZONE)


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated data folder, made once; tests copy it."""
    folder = tmp_path_factory.mktemp("empty")
    database = databases.attach(folder)
    databases.upgrade(database)
    database.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def deployed_folder(tmp_path_factory: pytest.TempPathFactory, empty_folder: Path) -> Path:
    """The same with the cast hired and bpmn/ and forms/ deployed, long ago."""
    folder = tmp_path_factory.mktemp("deployed") / "data"
    shutil.copytree(empty_folder, folder)
    database = databases.open_(folder)
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
def database(tmp_path: Path, empty_folder: Path) -> Iterator[Database]:
    """A fresh database of the newest schema."""
    yield from _opened(empty_folder, tmp_path / "data")


@pytest.fixture
def deployed(tmp_path: Path, deployed_folder: Path, stopped_clock: datetime) -> Iterator[Database]:
    """A fresh database with the cast and everything deployed, on a stopped clock."""
    yield from _opened(deployed_folder, tmp_path / "data")


@pytest.fixture
def session(deployed: Database) -> Iterator[Session]:
    """A session on `deployed`."""
    with deployed.session() as session:
        yield session


@pytest.fixture
def cast(deployed: Database) -> dict[str, Actor]:
    """The demo's people, by username."""
    from engine.model import Account

    with deployed.session() as session:
        return {a.username: people.actor(session, a.person_id) for a in session.query(Account)}


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data folder with its 40 cases, made once. Read only: tests that write copy it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    database = databases.attach(folder)
    databases.upgrade(database)
    fill(database, folder / "demo-accounts.json")
    database.engine.dispose()
    return folder


@pytest.fixture
def demo(tmp_path: Path, demo_folder: Path) -> Iterator[Database]:
    """A copy of the demo's database."""
    yield from _opened(demo_folder, tmp_path / "data")
    clock.follow(timedelta(0))


@pytest.fixture
def live_url(demo: Database) -> Iterator[str]:
    """A running demo on loopback."""
    from waitress.server import create_server

    from webapp import create_app

    server = create_server(create_app(demo, demo=True), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def _opened(source: Path, folder: Path) -> Iterator[Database]:
    shutil.copytree(source, folder)
    database = databases.open_(folder)
    yield database
    database.engine.dispose()
