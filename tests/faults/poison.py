"""A case whose stored state is broken: it alone stands still, with an incident that says so, until it is mended."""

import random
import time
from datetime import timedelta

import sqlalchemy as sa

from engine import clock, incidents, timers
from engine.database import Database
from engine.model import Incident, Instance
from engine.transaction import transaction
from tests.faults import ground, invariants, sending
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery

LATER = timedelta(hours=1)
CASES = 4


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a corruption: people and the worker meet it, the others go on; it is mended and tried again."""
    chance, tally, end = random.Random(seed), Tally("poison"), time.monotonic() + seconds
    while tally.runs < 3 or time.monotonic() < end:
        with place.opened() as found:
            bad, *good = ground.begin(found, CASES)
            whole = spoil(found, bad, chance)
            ledger, until = Ledger(), clock.business() + LATER
            ours, theirs = (Sent("complete", f"/tugas/{ground.items(found, one)['A']}") for one in (bad, good[0]))
            violations = meet(found, nursery, ledger, ours, theirs)
            mend(found, bad, whole)
            sending.hear(ours, sending.done(found, nursery, **sending.form(ours))[1])
            sending.done(found, nursery, job="fire", shift=LATER.total_seconds())
            if not ours.acknowledged:
                violations.append(Violation("lost", f"the mended case cannot be worked on: {ours.answers}"))
            tally.add(ledger, [*violations, *invariants.broken(found, ledger, until)])
    return tally


def spoil(found: Database, case: str, chance: random.Random) -> bytes:
    """Break the stored state of a case; what it was."""
    with found.session() as session, transaction(session):
        instance = session.get_one(Instance, case)
        whole = instance.state
        at = chance.randrange(len(whole))
        torn = (b"", whole[:at], chance.randbytes(len(whole)), whole[:at] + chance.randbytes(4) + whole[at + 4 :])
        instance.state = chance.choice([one for one in torn if one != whole])
    return whole


def meet(found: Database, nursery: Nursery, ledger: Ledger, ours: Sent, theirs: Sent) -> list[Violation]:
    """A person and the worker meet the broken case: a refusal in words, an incident, and no other case is touched."""
    for sent in (ours, theirs):
        sending.hear(ledger.remember(sent), sending.done(found, nursery, **sending.form(sent))[1])
    fired = sending.done(found, nursery, job="fire", shift=LATER.total_seconds())[1]
    violations = ledger.violations()
    if ours.acknowledged or ours.answers[0].status != 409 or not theirs.acknowledged:
        violations.append(Violation("wrong", f"the broken case: {ours.answers}, another: {theirs.answers}"))
    with found.session() as session:
        held = {one.instance_id for one in incidents.unresolved(session)}
        waiting = timers.due(session, clock.business() + LATER)
    if len(held) != 1 or waiting:
        violations.append(Violation("wrong", f"incidents of {held}, {len(waiting)} timers wait, {fired}"))
    return violations


def mend(found: Database, case: str, whole: bytes) -> None:
    """Put the state back, and let what was held try again."""
    with found.session() as session, transaction(session):
        session.get_one(Instance, case).state = whole
        for incident in session.scalars(sa.select(Incident)):
            timers.retry(session, incident.id, "operator")
