"""Worker processes of the product on a database, and cases whose timers are due for them."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from walks import Walk

from engine import clock, history, replay
from engine.database import Database
from engine.model import HistoryEvent, Instance
from engine.people import Actor

Cast = dict[str, Actor]
ROOT = Path(__file__).resolve().parent.parent
MANY, SOME = 50, 12  # cases of two timers each
SECONDS = 60  # until a test gives up
FIRED = ["timer.warned", "timer.fired"]


class Crew:
    """Worker processes on a database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.members = database, folder, list[subprocess.Popen[bytes]]()

    def hire(self, *words: str) -> subprocess.Popen[bytes]:
        """One worker more, or another command; what it says stands in the folder."""
        code = "from webapp.cli import main; main()"
        command = [sys.executable, "-c", code, "--data", str(self.database.folder), *(words or ("worker",))]
        with (self.folder / f"worker-{len(self.members)}").open("wb") as said:
            self.members.append(subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said))
        return self.members[-1]

    def said(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("worker-*")))

    def wait(self, what: Callable[[], bool]) -> None:
        """Until it is so; fails with what the workers said."""
        over = time.monotonic() + SECONDS
        while not what():
            assert time.monotonic() < over, self.said()
            time.sleep(0.02)

    def fired(self) -> int:
        query = sa.select(sa.func.count()).where(HistoryEvent.kind.in_(FIRED))
        with self.database.session() as session:
            return session.scalar(query) or 0


def begun(database: Database, cast: Cast, cases: int = SOME) -> list[Walk]:
    """Cases that began long ago: a warning and a deadline of each are due."""
    with clock.stopped(clock.business() - timedelta(days=200)):
        return [Walk(database, cast, number=n) for n in range(cases)]


def all_is_well(database: Database, walks: list[Walk]) -> bool:
    """Every timer fired once, in its order, and the history tells what is so."""
    with database.session() as session:
        for walk in walks:
            assert [event.kind for event in history.events(session, walk.id)][1:] == FIRED
            assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []
        return list(history.verify(session)) == []
