"""Kill points: a completion, a start, an upload and a timer, each killed once before and after every statement, every
commit, every fsync and every rename; then asked again under the same key."""

import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import cases, clock, database, library, people
from engine.database import Database
from engine.demo import answers
from engine.model import Instance
from engine.transaction import transaction
from tests.faults import ground, invariants
from tests.faults.client import NOTE
from tests.faults.ground import Ground
from tests.faults.ledger import Answer, Ledger, Sent, Tally
from tests.faults.nursery import Nursery
from tests.form_samples import MULAI
from tests.walks import KEY, PDF, PLAN

LATER = timedelta(days=90)


@dataclass(frozen=True)
class Operation:
    """One thing to kill: what is sent as which form, or the timers that are fired."""

    name: str
    sent: Sent | None = None
    fields: dict[str, str] | None = None
    files: dict[str, tuple[str, str]] | None = None

    def job(self) -> dict[str, Any]:
        """What a process of the nursery has to do for it."""
        if self.sent is None:
            return {"job": "fire", "shift": LATER.total_seconds()}
        form = {"path": self.sent.path, "fields": (self.fields or {}) | {"request": self.sent.key}}
        return {"job": "post", "username": "ppk", "files": self.files or {}, **form}


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a point, in random order until the time is over; each operation's commit is always among them."""
    chance, tally, end = random.Random(seed), Tally("points"), time.monotonic() + seconds
    with begun(place) as (start, case):
        todo = [(name, number, point) for name in NAMES for number, point in passed(start, case, nursery, name)]
        chance.shuffle(todo)
        todo.sort(key=lambda one: "commit" not in one[2])
        for name, number, _ in todo:
            if time.monotonic() > end and tally.runs:
                break
            strike(start, case, nursery, name, number, tally)
    return tally


@contextmanager
def begun(place: Ground) -> Iterator[tuple[Ground, str]]:
    """The ground with a case of the SOP whose first step is open, and one of the small process. The SOP's case."""
    with place.copied() as folder:
        found = database.open_(folder)
        who = ground.actor(found, "ppk")
        with found.session() as session, transaction(session):
            data = answers.start(PLAN, 1, people.today())
            case = cases.start(session, KEY, who, data, typed=True).id
        ground.begin(found)
        found.engine.dispose()
        yield Ground(folder, place.passwords), case


def passed(start: Ground, case: str, nursery: Nursery, name: str) -> list[tuple[int, str]]:
    """Every point that an operation passes when nothing happens to it."""
    with start.opened() as found:
        code, told = done(found, nursery, {"points": True} | operation(found, case, name).job())
        assert code == 0, told
        return list(enumerate((one["point"] for one in told if "point" in one), 1))


def strike(start: Ground, case: str, nursery: Nursery, name: str, number: int, tally: Tally) -> None:
    """Kill an operation at one point, look; ask again under the same key, look again."""
    with start.opened() as found:
        what, ledger = operation(found, case, name), Ledger()
        if what.sent:
            ledger.remember(what.sent)
        code, told = done(found, nursery, {"at": number} | what.job())
        assert code == -signal.SIGKILL, (name, number, code, told)
        hear(what, told)
        violations = invariants.broken(found, ledger)
        _, told = done(found, nursery, what.job())
        hear(what, told)
        assert what.sent is None or what.sent.acknowledged, (name, number, told)
        now = clock.business() + LATER if what.sent is None else None
        tally.add(ledger, [*violations, *invariants.broken(found, ledger, now)])


def done(found: Database, nursery: Nursery, job: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """Let a process do a job on a database: its exit code, and what it told."""
    out = found.folder.parent / f"told-{time.monotonic_ns()}"
    code = nursery.wait(nursery.start(out, folder=str(found.folder), **job))
    return code, [json.loads(line) for line in out.read_text().splitlines() if line.startswith("{")]


def hear(what: Operation, told: list[dict[str, Any]]) -> None:
    """Remember what was answered, or that nothing was."""
    if what.sent:
        last = next((one for one in told if "status" in one), {"status": None, "location": ""})
        what.sent.answers.append(Answer(last["status"], last["location"]))


def operation(found: Database, case: str, name: str) -> Operation:
    """One of the operations, with a key and a note of its own."""
    if name == "timer":
        return Operation(name)
    if name == "start":
        sent = Sent("start", f"/berkas/baru/{KEY}")
        return Operation(name, sent, MULAI | {"nama_paket": sent.note})
    if name == "upload":
        item = ground.items(found, case)["A01"]
        return Operation(name, Sent("upload", f"/tugas/{item}"), {"aksi": "draf"}, _files(found, case))
    [item] = [item for one in _others(found, case) for item in ground.items(found, one).values()]
    sent = Sent("complete", f"/tugas/{item}")
    return Operation(name, sent, {"aksi": "selesai", NOTE: sent.note})


NAMES = ("complete", "start", "upload", "timer")


def _others(found: Database, case: str) -> list[str]:
    with found.session() as session:
        return [one.id for one in session.query(Instance).filter(Instance.id != case)]


def _files(found: Database, case: str) -> dict[str, tuple[str, str]]:
    """A file for the first line of the first step's kelengkapan that takes one."""
    with found.session() as session:
        node = library.node(session, session.get_one(Instance, case), "A01")
    index = next(n for n, wanted in enumerate(node.requirements) if wanted.upload)
    return {f"berkas-{index}": ("hps.pdf", PDF.decode("latin-1"))}
