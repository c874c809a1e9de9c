"""The worker: one loop over what is due or was asked for. A thread beside the web server, or a process of its own."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from engine import operations, outbox, timers
from engine.errors import Conflict
from engine.transaction import Sessions

PAUSE = 1.0  # seconds between two looks when nothing was due
Work = Callable[[Sessions, Callable[[], bool]], int]  # does a batch of what is due, until it is told to end: how much
WORKS: dict[str, Work] = {"timers": timers.fire_due, "operations": operations.work, "outbox": outbox.deliver_due}
log = logging.getLogger("sopan.worker")


class Worker(threading.Thread):
    """Does what is due until it is stopped; finishes the item in hand first."""

    def __init__(self, sessions: Sessions, pause: float = PAUSE) -> None:
        super().__init__(name="sopan-worker", daemon=True)
        self.sessions, self.pause, self.ending = sessions, pause, threading.Event()

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                done = sum(work(self.sessions, self.ending.is_set) for work in WORKS.values())
            except (DBAPIError, Conflict) as error:  # the loop outlives a database that is away or held for a while
                log.error("the database is away, trying again: %s", error)
                done = 0
            if not done:
                self.ending.wait(self.pause)

    def stop(self) -> None:
        """Ask the loop to end, and wait for it."""
        self.ending.set()
        self.join()
