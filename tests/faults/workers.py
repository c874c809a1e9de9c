"""Workers that die or fall asleep: some fire the same timers, one is killed or stopped with a timer in its hand."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from engine import clock, timers
from engine.database import Database
from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Tally
from tests.faults.nursery import Nursery

CASES, WORKERS = 8, 2
LATER = timedelta(hours=1)
POINTS = ("after select timer", "after update timer", "after insert history_event", "before commit")
NAP = 0.4  # seconds
PATIENCE = 30.0  # seconds until the others must have caught up


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a worker that is struck at one of the points, in turn killed and stopped."""
    chance, tally, end = random.Random(seed), Tally("workers"), time.monotonic() + seconds
    while tally.runs < 2 or time.monotonic() < end:
        action = (signal.SIGKILL, signal.SIGSTOP)[tally.runs % 2]
        strike(place, nursery, chance.choice(POINTS), action, tally)
    return tally


def strike(place: Ground, nursery: Nursery, point: str, action: signal.Signals, tally: Tally) -> None:
    """One worker is struck, the others go on; one that slept wakes and finds its timers fired, or ends its own."""
    with place.opened() as found:
        ground.begin(found, CASES)
        out, shift = found.folder.parent, LATER.total_seconds()
        struck = nursery.start(found, out / "struck", job="work", shift=shift, at=point, action=int(action))
        wait(lambda: any(one["point"].startswith(point) for one in sending.read(out / "struck")))
        others = [nursery.start(found, out / f"other-{n}", job="work", shift=shift) for n in range(WORKERS)]
        time.sleep(NAP)
        if action == signal.SIGSTOP:
            os.kill(struck, signal.SIGCONT)
        until = clock.business() + LATER
        wait(lambda: not waiting(found, until))
        for pid in (struck, *others):
            nursery.kill(pid)
        tally.add(Ledger(), invariants.broken(found, Ledger(), until))


def wait(over: Callable[[], bool]) -> None:
    """Wait until something is so, or for as long as anyone has patience: what follows looks at it."""
    end = time.monotonic() + PATIENCE
    while not over() and time.monotonic() < end:
        time.sleep(0.05)


def waiting(found: Database, until: datetime) -> bool:
    """Whether a timer is due that has not fired."""
    with found.session() as session:
        return bool(timers.due(session, until, 1))
