"""kill -9 under load: the server with its worker is killed at any moment, again and again; clients send on."""

import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import clock, timers
from engine.database import Database
from tests.faults import ground, invariants
from tests.faults.client import AWAY, Client
from tests.faults.ground import Ground
from tests.faults.ledger import Ledger, Sent, Tally
from tests.faults.nursery import Nursery

CLIENTS, ENOUGH = 4, 12  # open steps
LIVES = (0.1, 1.6)  # seconds
FEW, PATIENCE = 4, 5.0  # acknowledged in a life, or seconds
REPEATS = 0.3  # share of commands that are sent twice
PEOPLE = ("ppk", "ppk2")


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a life of the server."""
    chance, tally = random.Random(seed), Tally("kill")
    end = time.monotonic() + seconds
    with place.opened() as found:
        ledger, port = Ledger(), free_port()
        clients = sign_in(place, nursery, found, port, ledger)
        while tally.runs == 0 or time.monotonic() < end:
            with serving(nursery, found, port) as pid:
                work = [threading.Thread(target=live, args=(one, chance.random())) for one in clients]
                [thread.start() for thread in work]
                time.sleep(chance.uniform(*LIVES))
                wait_for(ledger, FEW * (tally.runs + 1))
                nursery.kill(pid)
                [thread.join() for thread in work]
            tally.runs += 1
        with serving(nursery, found, port):
            [send_again(clients[0], sent) for sent in ledger.all if sent.unknown]
        at = clock.business()
        while timers.fire_due(found.session):
            pass
        tally.add(ledger, invariants.broken(found, ledger, at), runs=0)
    return tally


def wait_for(ledger: Ledger, number: int) -> None:
    """Give a slow machine time to acknowledge something."""
    end = time.monotonic() + PATIENCE
    while ledger.count("acknowledged") < number and time.monotonic() < end:
        time.sleep(0.02)


def live(client: Client, seed: float) -> None:
    """Work through the inbox until the server is gone, as people do: some click twice, some at once with others."""
    chance = random.Random(seed)
    try:
        while True:
            waiting = client.inbox()
            if len(waiting) < chance.randrange(1, ENOUGH):
                sent = client.start(ground.KEY)
            else:
                sent = client.complete(chance.choice(waiting))
            if sent.unknown:
                return
            if chance.random() < REPEATS:
                client.copy().send(sent)
    except AWAY:
        return  # it was killed while we looked


def send_again(client: Client, sent: Sent) -> None:
    """Ask under the same key what has become of it, as whoever sent it."""
    own = client.copy()
    own.send(sent)
    assert not sent.unknown, sent


def sign_in(place: Ground, nursery: Nursery, found: Database, port: int, ledger: Ledger) -> list[Client]:
    """Clients that stay signed in through every restart."""
    with serving(nursery, found, port):
        clients = [Client(port, ledger) for _ in range(CLIENTS)]
        for client in clients:
            client.sign_in(PEOPLE[0], place.passwords[PEOPLE[0]])
    return clients


@contextmanager
def serving(nursery: Nursery, found: Database, port: int) -> Iterator[int]:
    """A server with its worker, as `sopan serve` starts it, until the block ends. Its pid."""
    argv = ["serve", "--port", str(port), "--with-worker", "--most-commands", "1000000"]  # they share one account
    out = found.folder.parent / f"server-{secrets.token_hex(4)}"
    pid = nursery.start(found, out, argv=argv)
    try:
        _wait(port, out)
        yield pid
    finally:
        if pid in nursery.running:
            nursery.kill(pid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, out: Path) -> None:
    for _ in range(400):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"the server does not answer: {out.read_text()[-2000:]}")
