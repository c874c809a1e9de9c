"""What a process of the nursery can be: a command of the product, a browser that sends one form, a worker."""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import webapp.cli
from engine import clock, database, timers, transaction
from engine.database import Database
from engine.worker import Worker
from tests.browsing import KEY, Visitor
from tests.faults import ground
from tests.faults.traps import Trap

Request = dict[str, Any]
AGAIN = 10.0  # seconds


def run(request: Request) -> int:
    """Run a request. The exit code."""
    _limit(request)
    trap = Trap(lambda name: tell(point=name), request.get("at"), request.get("action", signal.SIGKILL))
    if "at" in request or "points" in request:
        trap.set()
    if request["argv"] is not None:
        trap.armed = True
        return _command(["--database-url", request["url"], *request["argv"], "--data", request["folder"]])
    found = _opened(request)
    clock.follow(timedelta(seconds=request.get("shift", 0)))
    JOBS[request["job"]](found, request, trap)
    return 0


def _opened(request: Request) -> Database:
    """The database, as soon as it is there: whoever keeps a worker running starts it again until then."""
    end = time.monotonic() + AGAIN
    while True:
        try:
            return database.open_(Path(request["folder"]), request["url"])
        except sa.exc.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def tell(**what: Any) -> None:
    """One line of JSON to whoever started this process, in one write: it stands even if we die next."""
    os.write(1, json.dumps(what).encode() + b"\n")


def post(found: Database, request: Request, trap: Trap) -> None:
    """Sign in, then send one form with the trap armed."""
    visitor = Visitor(found, request["username"])
    visitor.read_token()
    sent = {name: (BytesIO(text.encode("latin-1")), file) for name, (file, text) in request.get("files", {}).items()}
    if "largest" in request:  # bytes that any file may have: beyond it the disk is full
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], request["largest"]))
    with held(found) if "held" in request else nullcontext():
        trap.armed = True
        answer = visitor.post(request["path"], {**request["fields"], **sent})
        trap.armed = False
    tell(status=answer.status_code, location=answer.headers.get("Location", ""))


def fire(found: Database, request: Request, trap: Trap) -> None:
    """Fire what is due, once."""
    trap.armed = True
    tell(fired=timers.fire_due(found.session))


def work(found: Database, request: Request, trap: Trap) -> None:
    """A worker, until it is ended."""
    trap.armed = True
    loop = Worker(found.session, pause=0.05)
    loop.start()
    loop.join()


def hold(found: Database, request: Request, trap: Trap) -> None:
    """Hold the write lock for some seconds."""
    with held(found):
        tell(held=True)
        time.sleep(request["seconds"])


@contextmanager
def held(found: Database) -> Iterator[None]:
    """Nobody else may write (SQLite), or connect (PostgreSQL), while the block runs."""
    if found.engine.dialect.name == "sqlite":
        with found.session() as session, transaction.transaction(session):
            yield
        return
    place = sa.make_url(found.url)
    server = sa.create_engine(place.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(f"ALTER DATABASE {place.database} ALLOW_CONNECTIONS false"))
        sent_away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(sa.text(sent_away), {"name": place.database})
        try:
            yield
        finally:
            connection.execute(sa.text(f"ALTER DATABASE {place.database} ALLOW_CONNECTIONS true"))


JOBS: dict[str, Callable[[Database, Request, Trap], None]] = {"post": post, "fire": fire, "work": work, "hold": hold}


def warm(request: Request) -> None:
    """Do some work, as a process has done that has served for a while: models are read, pages compiled."""
    found = database.open_(Path(request["folder"]), request["url"])
    visitor = Visitor(found, "ppk")
    visitor.post(f"/berkas/baru/{ground.KEY}", {ground.TITLE: "Pemanasan", "request": KEY})
    [item] = visitor.page("/").xpath("//th/a/@href")
    visitor.post(item, {"aksi": "selesai", "request": KEY[1:]})
    found.engine.dispose()


def _limit(request: Request) -> None:
    if "patience" in request:  # milliseconds that a lock is waited for
        transaction.PRAGMAS["busy_timeout"] = request["patience"]
        transaction.SETTINGS["lock_timeout"] = f"{request['patience']}ms"


def _command(argv: list[str]) -> int:
    sys.argv = ["sopan", *argv]
    try:
        webapp.cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
