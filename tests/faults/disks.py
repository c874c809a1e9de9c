"""A full disk, at any byte: the step is refused in words, nothing of it is stored, and it can be done later."""

import random
import time

from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery

ROOM = 120_000  # bytes that a step may still write, at most


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a step on a disk that is full after some bytes more; then the same step, when there is room again."""
    chance, tally, end = random.Random(seed), Tally("disk"), time.monotonic() + seconds
    while tally.runs < 3 or time.monotonic() < end:
        with place.opened() as found:
            [case] = ground.begin(found)
            ledger = Ledger()
            sent = ledger.remember(Sent("complete", f"/tugas/{ground.items(found, case)['A']}"))
            sizes = [path.stat().st_size for path in found.folder.glob("sopan.db*")]
            largest = chance.choice(sizes) + chance.randrange(ROOM)
            code, told = sending.done(found, nursery, largest=largest, **sending.form(sent))
            first = sending.hear(sent, told)
            violations = invariants.broken(found, ledger)
            if code or first.status not in (302, 409, 503):
                violations.append(Violation("wrong", f"a full disk was answered with {first}, exit code {code}"))
            sending.hear(sent, sending.done(found, nursery, **sending.form(sent))[1])
            if not sent.acknowledged:
                violations.append(Violation("wrong", f"with room again: {sent.answers}"))
            tally.add(ledger, [*violations, *invariants.broken(found, ledger)])
    return tally
