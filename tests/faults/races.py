"""Races on one server: a hundred submits of one step, a double click, a submit against its timer, a join."""

import random
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from engine import clock, timers
from engine.database import Database
from tests.faults import ground, invariants
from tests.faults.client import Client
from tests.faults.ground import Ground
from tests.faults.kills import free_port, serving
from tests.faults.ledger import Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery

CROWD, CLICKS = 100, 6
DUE = 1.0  # seconds after its start, in the model
NEAR = (-0.15, 0.9)  # seconds from the due time: the worker looks once a second


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a race."""
    chance, tally, end = random.Random(seed), Tally("races"), time.monotonic() + seconds
    with place.opened() as found:
        ledger, port = Ledger(), free_port()
        violations: list[Violation] = []
        with serving(nursery, found, port):
            client = Client(port, ledger)
            client.sign_in("ppk", place.passwords["ppk"])
            violations += [*crowd(found, client), *clicks(found, client)]
            tally.runs += 2
            while tally.runs < 4 or time.monotonic() < end:
                violations += join(found, client) if tally.runs % 2 else against_timer(found, client, chance)
                tally.runs += 1
        at = clock.business() + timedelta(seconds=5)
        with clock.stopped(at):
            while timers.fire_due(found.session):
                pass
        busy = [sent for sent in ledger.all if any(answer.status == 503 for answer in sent.answers)]
        violations += [Violation("wrong", f"nothing was away, and {sent.path} got a 503") for sent in busy]
        tally.add(ledger, [*violations, *invariants.broken(found, ledger, at)], runs=0)
    return tally


def crowd(found: Database, client: Client) -> Iterable[Violation]:
    """A hundred people complete one step at once, each under a key of their own: one is first."""
    [case] = ground.begin(found)
    item, before = ground.items(found, case)["A"], client.ledger.count("acknowledged")
    at_once([lambda: client.copy().complete(item)] * CROWD)
    done = client.ledger.count("acknowledged") - before
    if done != 1:
        yield Violation("double" if done else "lost", f"{done} of {CROWD} completed one step")


def clicks(found: Database, client: Client) -> Iterable[Violation]:
    """One person clicks many times: one step and one case, and one answer."""
    [case] = ground.begin(found)
    for sent in (
        Sent("complete", f"/tugas/{ground.items(found, case)['A']}"),
        Sent("start", f"/berkas/baru/{ground.KEY}"),
    ):
        client.ledger.remember(sent)
        at_once([lambda sent=sent: client.copy().send(sent)] * CLICKS)  # type: ignore[misc]
        if not all(answer.done for answer in sent.answers):
            yield Violation("wrong", f"a repeated click was refused: {sent.answers}")


def join(found: Database, client: Client) -> Iterable[Violation]:
    """Both branches end at once: the join opens the next step once."""
    [case] = ground.begin(found)
    client.complete(ground.items(found, case)["A"])
    branches = [ground.items(found, case)[name] for name in "BC"]
    at_once([lambda item=item: client.copy().complete(item) for item in branches])  # type: ignore[misc]
    opened = list(ground.items(found, case))
    if opened != ["D"]:
        yield Violation("double" if "D" in opened else "lost", f"after the join {opened} are open")


def against_timer(found: Database, client: Client, chance: random.Random) -> Iterable[Violation]:
    """A step is completed about when its timer fires: both happen, or the timer is cancelled."""
    [case] = ground.begin(found)
    item = ground.items(found, case)["A"]
    time.sleep(DUE + chance.uniform(*NEAR))
    sent = client.complete(item)
    if not sent.acknowledged:
        yield Violation("wrong", f"a timer refused a submit: {sent.answers}")


def at_once(calls: list[Callable[[], object]]) -> None:
    """Let each call go in a thread of its own when all are ready."""
    gate = threading.Barrier(len(calls))

    def go(call: Callable[[], object]) -> None:
        gate.wait()
        call()

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
