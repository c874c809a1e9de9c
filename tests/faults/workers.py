"""Workers that die or fall asleep: some fire the same timers, one is killed or stopped with a timer in its hand."""

import os
import random
import signal
import time
from datetime import timedelta
from pathlib import Path

from engine import clock, timers
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
        others = [nursery.start(found, out / f"other-{n}", job="work", shift=shift) for n in range(WORKERS)]
        time.sleep(NAP)
        if action == signal.SIGSTOP:
            _continue(nursery, found.folder.parent / "struck", struck)
        until = clock.business() + LATER
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with found.session() as session:
                if not timers.due(session, until, 1):
                    break
            time.sleep(0.05)
        for pid in others if action == signal.SIGKILL else [*others, struck]:
            nursery.kill(pid)
        if action == signal.SIGKILL:
            nursery.wait(struck)
        tally.add(Ledger(), invariants.broken(found, Ledger(), until))


def _continue(nursery: Nursery, out: Path, pid: int) -> None:
    """Wake a worker, which must have fallen asleep by now or found nothing to do."""
    assert pid in nursery.running, sending.read(out)
    os.kill(pid, signal.SIGCONT)
