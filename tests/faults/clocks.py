"""Clocks: three days asleep, forty days ahead, an hour back; what was missed fires at its own time and in order."""

import time
from collections.abc import Iterator
from datetime import timedelta

from engine import clock, history
from engine.database import Database
from engine.model import Kind
from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery

HOUR = 3600.0
JUMPS = (0.0, 72 * HOUR, 40 * 24 * HOUR, -HOUR, 100 * 24 * HOUR)
CASES = 4


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a walk through all the jumps; between them a step is completed."""
    tally, end = Tally("clock"), time.monotonic() + seconds
    while tally.runs == 0 or time.monotonic() < end:
        with place.opened() as found:
            ledger, begun = Ledger(), [*ground.begin(found, CASES), *(ground.begin_sop(found, n) for n in (1, 2))]
            for shift in JUMPS:
                while sending.done(found, nursery, job="fire", shift=shift)[1][-1]["fired"]:
                    pass
                sent = ledger.remember(Sent("complete", f"/tugas/{_next(found, begun[:CASES])}"))
                sending.hear(sent, sending.done(found, nursery, shift=shift, **sending.form(sent))[1])
                while sending.done(found, nursery, job="fire", shift=shift)[1][-1]["fired"]:
                    pass
            now = clock.business() + timedelta(seconds=max(JUMPS))
            tally.add(ledger, [*invariants.broken(found, ledger, now), *order(found, begun)])
    return tally


def order(found: Database, begun: list[str]) -> Iterator[Violation]:
    """The timers of a case fired in the order of their due times."""
    fires = (Kind.TIMER_FIRED, Kind.TIMER_WARNED)
    with found.session() as session:
        for case in begun:
            due = [event.body["due"] for event in history.events(session, case) if event.kind in fires]
            if due != sorted(due):
                yield Violation("wrong", f"timers of {case} fired in the order {due}")


def _next(found: Database, begun: list[str]) -> str:
    """An open step of the small process."""
    return next(item for case in begun for name, item in ground.items(found, case).items() if name in "ABCD")
