"""Steps to be recorded: `python -m tests.faults.steps FOLDER CASES [SYNCHRONOUS]` does some work in a data folder, one
transaction a step, and prints the key of each step once it is committed."""

import io
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from engine import cases, database, documents, tasks, transaction
from engine.database import Database
from engine.model import Instance
from engine.people import Actor
from tests.faults import ground
from tests.walks import PDF

Step = tuple[str, str]  # key, note


def work(found: Database, number: int) -> Iterator[Step]:
    """Start cases of the small process and complete all their steps, with an upload to the SOP's open step between.
    Yields after each commit."""
    who = ground.actor(found, "ppk")
    for case in range(number):
        key = secrets.token_urlsafe(16)
        with found.session() as session, transaction.transaction(session):
            begun = cases.start(session, ground.KEY, who, {ground.TITLE: f"mulai {key}"}, key, typed=True).id
        yield key, f"mulai {key}"
        yield from _steps(found, begun, who)
        if case % 4 == 0:
            yield _upload(found, who)


def _steps(found: Database, case: str, who: Actor) -> Iterator[Step]:
    while items := ground.items(found, case):
        key = secrets.token_urlsafe(16)
        with found.session() as session, transaction.transaction(session):
            tasks.complete(session, min(items.values()), who, {tasks.NOTE: f"isi {key}"}, key)
        yield key, f"isi {key}"


def _upload(found: Database, who: Actor) -> Step:
    """One file for the step of the SOP's case that is open. Its key is the event's own."""
    with found.session() as session:
        case = session.query(Instance).filter(Instance.key != ground.KEY).first()
        assert case is not None
    key = secrets.token_urlsafe(16)
    upload = documents.keep(found.store, "a.pdf", io.BytesIO(PDF + key.encode()))
    with found.session() as session, transaction.transaction(session):
        documents.add(session, ground.items(found, case.id)["A01"], who, "HPS", upload, key)
    return key, ""


def main(folder: str, number: str, synchronous: str | None = None) -> None:
    """Work, and tell."""
    if synchronous is not None:
        transaction.PRAGMAS["synchronous"] = int(synchronous)
    tell: Callable[[str], int] = lambda text: os.write(1, text.encode())  # noqa: E731 (one write a line)
    found = database.open_(Path(folder))
    for key, note in work(found, int(number)):
        tell(f"ack {key} {note}\n")
    tell("over\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
