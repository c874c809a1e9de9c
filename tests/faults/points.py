"""Kill points: a completion, a start, an upload and a timer, each killed once before and after every statement, every
commit, every fsync and every rename; then asked again under the same key."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from engine import clock, library
from engine.database import Database
from engine.model import Instance
from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally
from tests.faults.nursery import Nursery
from tests.form_samples import MULAI
from tests.walks import KEY, PDF

LATER = timedelta(days=90)
NAMES = ("complete", "start", "upload", "timer")


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a point, in random order until the time is over; those right after a commit first, and always."""
    chance, tally, end = random.Random(seed), Tally("points"), time.monotonic() + seconds
    with begun(place) as (start, case):
        todo = [(name, number, point) for name in NAMES for number, point in passed(start, case, nursery, name)]
        chance.shuffle(todo)
        todo.sort(key=lambda one: one[2] != "after commit")
        for name, number, point in todo:
            if time.monotonic() > end and point != "after commit":
                break
            strike(start, case, nursery, name, number, tally)
    return tally


@contextmanager
def begun(place: Ground) -> Iterator[tuple[Ground, str]]:
    """The ground with a case of the SOP whose first step is open, and one of the small process. The SOP's case."""
    with place.opened() as found:
        case = ground.begin_sop(found)
        ground.begin(found)
        found.engine.dispose()
        yield Ground(place.backend, found.folder, place.passwords), case


def passed(start: Ground, case: str, nursery: Nursery, name: str) -> list[tuple[int, str]]:
    """Every point that an operation passes when nothing happens to it."""
    with start.opened() as found:
        _, job = operation(found, case, name)
        code, told = sending.done(found, nursery, points=True, **job)
        assert code == 0, told
        return list(enumerate((one["point"] for one in told if "point" in one), 1))


def strike(start: Ground, case: str, nursery: Nursery, name: str, number: int, tally: Tally) -> None:
    """Kill an operation at one point, look; ask again under the same key, look again."""
    with start.opened() as found:
        (sent, job), ledger = operation(found, case, name), Ledger()
        code, told = sending.done(found, nursery, at=number, **job)
        assert code == -signal.SIGKILL, (name, number, code, told)
        if sent:
            sending.hear(ledger.remember(sent), told)
        violations = invariants.broken(found, ledger)
        _, told = sending.done(found, nursery, **job)
        assert sent is None or sending.hear(sent, told).done, (name, number, told)
        now = None if sent else clock.business() + LATER
        tally.add(ledger, [*violations, *invariants.broken(found, ledger, now)])


def operation(found: Database, case: str, name: str) -> tuple[Sent | None, dict[str, Any]]:
    """One of the operations with a key and a note of its own, and the job that does it."""
    if name == "timer":
        return None, {"job": "fire", "shift": LATER.total_seconds()}
    if name == "start":
        sent = Sent("start", f"/berkas/baru/{KEY}")
        return sent, sending.form(sent, MULAI | {"nama_paket": sent.note})
    if name == "upload":
        sent = Sent("upload", f"/tugas/{ground.items(found, case)['A01']}")
        return sent, sending.form(sent, **_file(found, case))
    with found.session() as session:
        [other] = session.query(Instance).filter(Instance.id != case)
    sent = Sent("complete", f"/tugas/{ground.items(found, other.id)['A']}")
    return sent, sending.form(sent)


def _file(found: Database, case: str) -> dict[str, tuple[str, str]]:
    """A file for the first line of the first step's kelengkapan that takes one."""
    with found.session() as session:
        node = library.node(session, session.get_one(Instance, case), "A01")
    index = next(n for n, wanted in enumerate(node.requirements) if wanted.upload)
    return {f"berkas-{index}": ("hps.pdf", PDF.decode("latin-1"))}
