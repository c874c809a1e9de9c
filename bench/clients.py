"""Submits a second and their latency, with 1 to 8 clients that each submit their own; the hash chain on and off."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.figures import Row, Size
from bench.folder import SHELL, one_lane
from bench.step import row
from engine import cases, history, tasks
from engine.database import Database
from engine.transaction import transaction

LENGTH = 11


def measure(size: Size) -> Iterator[Row]:
    """Threads of one process, each with cases of its own; a start of a case counts as a submit too."""
    alone = 0.0
    for clients in size.clients:
        with one_lane(row(LENGTH)) as found:
            work(found, 1, 0.1)  # reads the model
            took = work(found, clients, size.seconds)
            rate = len(took) / size.seconds
            alone = alone or rate
            p50, p95 = (percentile(took, share) * 1e3 for share in (50, 95))
        yield f"{clients} clients: submits a second, / with 1", (rate, rate / alone), ""
        yield "... milliseconds (p50, p95)", (p50, p95), ""
    yield from chain(size)


def chain(size: Size) -> Iterator[Row]:
    """What the hashes cost: the same with and without them, in turn, so that both meet the same machine."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(size.rounds):
        for hashed in rates:
            with one_lane(row(LENGTH)) as found, hashing(hashed):
                work(found, 1, 0.1)
                took = work(found, size.clients[-1], size.seconds / 3)
                rates[hashed].append(len(took) / size.seconds * 3)
    with_, without = (statistics.median(rates[hashed]) for hashed in (True, False))
    cost = (without / with_ - 1) * 100
    yield f"cost of the hash chain, {size.clients[-1]} clients: % of the submits a second", (cost,), "<= 15 %"


@contextmanager
def hashing(on: bool) -> Iterator[None]:
    """The chain's hashes, or constants in their place."""
    digest, root = history.digest, history.root
    if not on:
        history.digest, history.root = (lambda _: "0" * 64), (lambda _: "0" * 64)
    try:
        yield
    finally:
        history.digest, history.root = digest, root


def work(found: Database, clients: int, seconds: float) -> list[float]:
    """The seconds that each submit took."""
    took: list[list[float]] = [[] for _ in range(clients)]
    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=client, args=(found, end, mine)) for mine in took]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(took), "a client did nothing: one failed, or the time was too short"
    return [one for mine in took for one in mine]


def client(found: Database, end: float, took: list[float]) -> None:
    """Start cases and complete their steps until the time is over."""
    items: list[str] = []
    with found.session() as session:
        case = ""
        while time.perf_counter() < end:
            began = time.perf_counter()
            with transaction(session):
                if items:
                    tasks.complete(session, items[0], SHELL, {}, typed=True)
                else:
                    case = cases.start(session, "p", SHELL, {}, typed=True).id
            took.append(time.perf_counter() - began)
            items = [item.id for item in cases.open_items(session, [case])[case]]


def percentile(found: list[float], share: int) -> float:
    """The value under which so many percent lie."""
    return sorted(found)[min(len(found) - 1, len(found) * share // 100)]
