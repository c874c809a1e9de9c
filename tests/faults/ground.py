"""The ground a fault stands on: a data folder with the cast hired, the SOP and a small process of our own deployed."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from engine import cases, clock, database, definition, deployments, history, people
from engine.database import Database
from engine.demo import cast
from engine.demo.fill import publish
from engine.model import Account
from engine.people import Actor
from engine.transaction import transaction
from tests.models import model

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
    """A data folder that is ready, to be copied for each run."""

    folder: Path
    passwords: dict[str, str]

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """A data folder of one's own."""
        with tempfile.TemporaryDirectory(prefix="sopan-fault-") as place:
            target = Path(place) / "data"
            shutil.copytree(self.folder, target)
            yield target

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """A database of one's own, opened in this process."""
        with self.copied() as folder:
            found = database.open_(folder)
            try:
                yield found
            finally:
                found.engine.dispose()


def make(folder: Path) -> Ground:
    """Make the ground in an empty folder."""
    found = database.attach(folder)
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
    return Ground(folder, {name: password for name, (_, password) in hired.items()})


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


def items(found: Database, case: str) -> dict[str, str]:
    """The open work items of a case: element -> id."""
    with found.session() as session:
        return {item.element: item.id for item in cases.open_items(session, [case])[case]}
