"""A database that is full or held: people are refused in words with nothing stored, and the worker goes on later."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from models import model
from sqlalchemy.orm import Session
from walks import Walk

from engine import clock, database, deployments, timers
from engine import transaction as transactions
from engine.database import Database
from engine.errors import Conflict
from engine.model import Instance, StartTimer, WorkItem
from engine.people import Actor
from engine.transaction import transaction
from engine.worker import Worker

Cast = dict[str, Actor]


@pytest.fixture
def impatient(deployed: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same database, by connections that wait 50 ms for a lock."""
    monkeypatch.setitem(transactions.PRAGMAS, "busy_timeout", 50)
    found = database.open_(deployed.folder)
    yield found
    found.engine.dispose()


def fill_up(found: Database) -> None:
    """No connection may make the database any larger."""

    def limit(connection: sqlite3.Connection, *_: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")

    sa.event.listen(found.engine, "checkout", limit)


def test_a_full_disk_refuses_in_words_and_stores_nothing(deployed: Database, cast: Cast) -> None:
    item, visitor = Walk(deployed, cast).item("A01").id, Visitor(deployed, "ppk")
    visitor.read_token()
    fill_up(deployed)
    answer = visitor.send(item, {"nilai_hps": "1" * 500_000}, action="draf")
    assert answer.status_code == 503 and "Tidak ada yang disimpan" in said(answer.text)
    with deployed.session() as session:
        assert session.get_one(WorkItem, item).draft is None


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 503), (errno.EFBIG, 503), (errno.EACCES, 500)])
def test_only_what_is_full_is_called_so(deployed: Database, number: int, status: int) -> None:
    visitor = Visitor(deployed, "ppk")

    def broken() -> None:
        raise OSError(number, "no")

    visitor.client.application.view_functions["inbox.index"] = broken
    assert visitor.get("/").status_code == status


def test_a_held_database_holds_no_start_timer_for_ever(
    impatient: Database, deployed: Database, stopped_clock: datetime
) -> None:
    with deployed.session() as session, transaction(session):
        text = "start T at=PT1H | user A | end E | T > A | A > E"
        deployments.deploy(session, {"p.bpmn": model(text)}, "system")
    with clock.stopped(stopped_clock + timedelta(hours=2)):
        with deployed.session() as session, transaction(session):
            assert timers.fire_due(impatient.session) == 0
        with deployed.session() as session:
            assert session.query(StartTimer).one().stuck_at is None
        assert timers.fire_due(impatient.session) == 1
    with deployed.session() as session:
        assert session.query(Instance).count() == 1


def test_the_worker_outlives_a_database_that_is_held_when_it_looks(deployed: Database, cast: Cast) -> None:
    walk, looks = Walk(deployed, cast), list[int]()

    def sessions() -> AbstractContextManager[Session]:
        looks.append(1)
        if len(looks) == 1:
            raise Conflict("Basis data sedang sibuk. Coba lagi sebentar.")
        return deployed.session()

    with clock.stopped(clock.business() + timedelta(days=30)):
        worker = Worker(sessions, pause=0.01)
        worker.start()
        for _ in range(500):
            if walk.item("A01").late:
                break
            worker.ending.wait(0.01)
        assert worker.is_alive() and walk.item("A01").late
        worker.stop()
