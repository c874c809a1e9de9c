"""The database is away: it is held for longer than anyone waits. Steps are refused in words, the worker goes on."""

import signal
import time
from datetime import datetime, timedelta

from engine import clock, timers
from engine.database import Database
from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery

PATIENCE = 150  # milliseconds that a lock is waited for here; the product waits longer
HELD = 1.0  # seconds
LATER = timedelta(hours=1)
CASES = 3
AGAIN = 10.0  # seconds until the worker must have caught up


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a lock: a step and a worker meet it, and do their work when it is gone."""
    tally, end = Tally("away"), time.monotonic() + seconds
    while tally.runs == 0 or time.monotonic() < end:
        with place.opened() as found:
            case, *_ = ground.begin(found, CASES)
            sent = Sent("complete", f"/tugas/{ground.items(found, case)['A']}")
            (ledger := Ledger()).remember(sent)
            job = sending.form(sent)
            first = sending.hear(sent, sending.done(found, nursery, held=True, patience=PATIENCE, **job)[1])
            violations = invariants.broken(found, ledger)
            if first.status not in (409, 503):
                violations.append(Violation("wrong", f"a database that is away was answered with {first}"))
            if not sending.hear(sent, sending.done(found, nursery, **job)[1]).done:
                violations.append(Violation("wrong", f"when it was back: {sent.answers}"))
            until = clock.business() + LATER
            violations += worker(found, nursery, until)
            tally.add(ledger, [*violations, *invariants.broken(found, ledger, until)])
    return tally


def worker(found: Database, nursery: Nursery, until: datetime) -> list[Violation]:
    """A worker that cannot write for a while lives on, and fires everything then."""
    shift, place = LATER.total_seconds(), found.folder.parent
    lock = nursery.start(found, place / f"lock-{time.monotonic_ns()}", job="hold", seconds=HELD)
    pid = nursery.start(found, place / f"work-{time.monotonic_ns()}", job="work", patience=PATIENCE, shift=shift)
    nursery.wait(lock)
    end = time.monotonic() + AGAIN
    while waiting(found, until) and time.monotonic() < end:
        time.sleep(0.05)
    code = nursery.kill(pid)
    return [] if code == -signal.SIGKILL else [Violation("lost", f"the worker had ended with {code}")]


def waiting(found: Database, until: datetime) -> bool:
    with found.session() as session:
        return bool(timers.due(session, until, 1))
