"""A new process after every step: the whole SOP, each step by a command that starts, does it and ends."""

import json
import time
from pathlib import Path
from typing import Any

from engine import people
from engine.database import Database
from engine.demo import answers
from tests.faults import ground, invariants
from tests.faults.ground import Ground
from tests.faults.ledger import Answer, Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery
from tests.walks import KEY, PLAN, Walk

SEED_PEOPLE = ("ppk", "pptk", "pejabat_pengadaan", "penyedia", "pa", "penyimpan_barang", "pphp", "opd")


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a case, from its start to its end."""
    tally, end = Tally("restart"), time.monotonic() + seconds
    while tally.runs == 0 or time.monotonic() < end:
        with place.opened() as found:
            ledger, walk = Ledger(), Walk(found, {name: ground.actor(found, name) for name in SEED_PEOPLE})
            violations = to_the_end(found, nursery, ledger, walk)
            tally.add(ledger, [*violations, *invariants.broken(found, ledger)])
    return tally


def to_the_end(found: Database, nursery: Nursery, ledger: Ledger, walk: Walk) -> list[Violation]:
    """Complete what is open, a process a step, each asked twice under one key."""
    for _ in range(40):
        elements = walk.open()
        if not elements:
            return []
        element = elements[0]
        walk.upload(element)
        item = walk.item(element)
        sent = ledger.remember(Sent("shell", f"/tugas/{item.id}"))
        data = answers.step(element, item.round, PLAN, 1, people.today())
        told = [complete(found, nursery, sent, item.role or "", data) for _ in range(2)]
        if told[0] != told[1]:
            return [Violation("wrong", f"{element}: {told}")]
    return [Violation("wrong", f"{KEY} does not end: {walk.open()}")]


def complete(found: Database, nursery: Nursery, sent: Sent, who: str, data: dict[str, Any]) -> str:
    """`sopan complete` in a process of its own; what it prints."""
    out = Path(found.folder.parent / f"shell-{time.monotonic_ns()}")
    given = json.dumps({name: value for name, value in data.items() if value is not None}, default=str)
    argv = ["complete", sent.item, "--as", who, "--key", sent.key, "--json", "--data", given]
    code = nursery.wait(nursery.start(found, out, argv=argv))
    sent.answers.append(Answer(302 if code == 0 else 422, out.read_text() if code == 0 else ""))
    return out.read_text()
