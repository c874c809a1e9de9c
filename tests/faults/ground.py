"""The ground a fault stands on: a data folder with the cast hired, the SOP and a small process of our own deployed."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backends import Backend

from engine import cases, clock, database, definition, deployments, history, people
from engine.database import Database
from engine.demo import answers, cast
from engine.demo.fill import publish
from engine.model import Account
from engine.people import Actor
from engine.transaction import transaction
from tests.models import model
from tests.walks import KEY as SOP
from tests.walks import PLAN

KEY, TITLE = "uji", "nama_paket"
FORM = {
    "type": "default",
    "id": "uji-mulai",
    "components": [{"type": "textfield", "key": TITLE, "label": "Nama paket", "validate": {"required": True}}],
}
MODEL = """start S form=uji-mulai | user A lane=PPK | timer W on=A at=PT1S | end L | and P | user B lane=PPK | end E
user C lane=PPK | and Q | user D lane=PPK
S > A | W > L | A > P | P > B | P > C | B > Q | C > Q | Q > D | D > E"""
AGO = timedelta(days=30)


@dataclass(frozen=True)
class Ground:
    """A data folder with its database, ready to be copied for each run. Nobody has it open."""

    backend: Backend
    folder: Path
    passwords: dict[str, str]

    @property
    def on_sqlite(self) -> bool:
        return self.backend.server is None

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """A copy of one's own, opened in this process."""
        with tempfile.TemporaryDirectory(prefix="sopan-fault-") as name:
            made = self.backend.make(Path(name) / "data", self.folder)
            found = database.open_(made.folder, made.url)
            try:
                yield found
            finally:
                found.engine.dispose()
                self.backend.drop(made)


def make(backend: Backend, folder: Path) -> Ground:
    """Make the ground in a new folder."""
    found = backend.make(folder)
    database.upgrade(found)
    files = {"uji.bpmn": model(MODEL, KEY), "uji-mulai.json": json.dumps(FORM).encode()}
    with clock.stopped(clock.business() - AGO), found.session() as session, transaction(session):
        hired = cast.hire(session)
        publish(session)
        for process in definition.read(files["uji.bpmn"], "uji.bpmn"):
            cast.map_lanes(session, process)
        deployments.deploy(session, files, history.SYSTEM)
    found.engine.dispose()
    cast.write_accounts(folder / "demo-accounts.json", hired)
    return Ground(backend, folder, {name: password for name, (_, password) in hired.items()})


def actor(found: Database, username: str) -> Actor:
    """A person of the cast."""
    with found.session() as session:
        account = session.query(Account).filter_by(username=username).one()
        return people.actor(session, account.person_id)


def begin(found: Database, number: int = 1, title: str = "Uji gangguan") -> list[str]:
    """Start some cases of the small process. Their ids."""
    who, begun = actor(found, "ppk"), []
    for n in range(number):
        with found.session() as session, transaction(session):
            begun.append(cases.start(session, KEY, who, {TITLE: f"{title} {n}"}, typed=True).id)
    return begun


def begin_sop(found: Database, number: int = 1) -> str:
    """Start a case of the SOP. Its id."""
    who = actor(found, "ppk")
    with found.session() as session, transaction(session):
        return cases.start(session, SOP, who, answers.start(PLAN, number, people.today()), typed=True).id


def items(found: Database, case: str) -> dict[str, str]:
    """The open work items of a case: element -> id."""
    with found.session() as session:
        return {item.element: item.id for item in cases.open_items(session, [case])[case]}
