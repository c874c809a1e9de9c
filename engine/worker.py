"""The worker: one loop over what is due or was asked for. A thread beside the web server, or a process of its own."""

import logging
import threading

from sqlalchemy.exc import OperationalError

from engine import operations, timers
from engine.transaction import Sessions

PAUSE = 1.0  # seconds between two looks when nothing was due
log = logging.getLogger("sopan.worker")


class Worker(threading.Thread):
    """Fires timers and does operations until it is stopped; finishes the one in hand first."""

    def __init__(self, sessions: Sessions, pause: float = PAUSE) -> None:
        super().__init__(name="sopan-worker", daemon=True)
        self.sessions, self.pause, self.ending = sessions, pause, threading.Event()

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                done = timers.fire_due(self.sessions) + operations.work(self.sessions)
            except OperationalError as error:  # the loop outlives a database that is away for a while
                log.error("the database is away, trying again: %s", error)
                done = 0
            if not done:
                self.ending.wait(self.pause)

    def stop(self) -> None:
        """Ask the loop to end, and wait for it."""
        self.ending.set()
        self.join()
