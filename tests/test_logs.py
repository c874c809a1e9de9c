"""The log: one line an entry on stderr, of which nobody can make two, and which names no one."""

import io
import json
import logging
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from browsing import Visitor
from hypothesis import given
from hypothesis import strategies as st
from signing import give_codes
from sqlalchemy.exc import DatabaseError
from test_staffing import PPHP, PPK, name
from walks import Walk

from engine import logs, operations
from engine.database import Database
from engine.errors import AlreadyDone, BadForm, EngineError, FieldError, unnamed
from engine.model import Part
from engine.people import Actor
from engine.transaction import transaction

ROOT = Path(__file__).resolve().parent.parent
ANYTHING = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["a\nb", "\r\n{}", "\x1b[2J", "\u2028", "\x85"]
)


class Log:
    """What the loggers of this process say while a test runs."""

    def __init__(self, form: str) -> None:
        self.text = io.StringIO()
        self.handler = logging.StreamHandler(self.text)
        self.handler.setFormatter(logs.formatter(form))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    found, root = Log("json"), logging.getLogger("sopan")
    root.addHandler(found.handler)
    before, root.level = root.level, logging.INFO
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(found.handler)
    root.setLevel(before)


@pytest.mark.parametrize("form", logs.FORMATS)
@given(ANYTHING, ANYTHING)
def test_whatever_is_said_stays_in_one_line(form: str, event: str, value: str) -> None:
    record = logging.LogRecord("sopan.x", logging.INFO, __file__, 1, "%s", (event,), None)
    record.value = value
    told = logs.formatter(form).format(record)
    assert len(told.splitlines()) == 1 and all(c.isprintable() for c in told)
    if form == "json":
        assert (json.loads(told)["event"], json.loads(told)["value"]) == (event, value)


def test_an_error_stays_in_one_line_with_its_traceback() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        record = logging.LogRecord("sopan.x", logging.ERROR, __file__, 1, "boom", (), sys.exc_info())
    told = json.loads(logs.formatter("json").format(record))
    assert told["level"] == "error" and "ValueError: a\nb" in told["exception"]


def test_a_request_leaves_a_line_with_route_status_time_and_the_id_of_the_person(
    deployed: Database, cast: dict[str, Actor], log: Log
) -> None:
    visitor = Visitor(deployed, "ppk")
    answer = visitor.get("/berkas?q=rahasia")
    told = log.lines()[-1]
    assert {"timestamp", "level", "logger", "event", "request", "route", "method", "status", "ms", "person"} == set(
        told
    )
    assert (told["route"], told["status"], told["person"]) == ("cases.index", 200, cast["ppk"].id)
    assert told["request"] == answer.headers["X-Request-Id"] and told["ms"] > 0


def test_no_name_no_form_and_no_token_stands_in_the_log(deployed: Database, cast: dict[str, Actor], log: Log) -> None:
    walk = Walk(deployed, cast)
    visitor = Visitor(deployed, "ppk")
    visitor.sign_in("ppk", password="rahasia-sandi")
    visitor.send(walk.item("A01").id, {"kode_rup": "rahasia-isian"})
    visitor.get("/berkas?q=rahasia-cari")
    visitor.get("/rahasia-alamat")
    told = log.text.getvalue()
    secret = {visitor.password("ppk"), visitor.token, walk.id, "APL-2026", "rahasia", *(a.name for a in cast.values())}
    assert len(log.lines()) > 8 and not [word for word in secret if word in told]
    assert {one["person"] for one in log.lines()} == {None, cast["ppk"].id}


def test_what_an_operation_could_not_do_is_logged_without_the_name_of_a_person(
    deployed: Database, cast: dict[str, Actor], log: Log
) -> None:
    walk, leaves, comes = Walk(deployed, cast), cast["ppk2"], cast["opd"]
    name(deployed, walk, PPK, leaves)
    name(deployed, walk, PPHP, comes)
    with deployed.session() as session, transaction(session):
        typed = {"to": comes.id, "letter": "800/1/2026"}
        operation = operations.hand_over(session, cast["operator"], leaves.id, typed)
    while operations.work(deployed.session):
        pass
    with deployed.session() as session:
        [failed] = operations.items(session, operation.id, Part.FAILED)
    assert comes.name in failed.reason  # the operator reads it on the page
    [told] = log.lines()
    assert "harus dipisahkan" in told["event"] and not [a.name for a in cast.values() if a.name in log.text.getvalue()]


def test_every_try_to_get_in_and_every_refusal_leaves_a_line_with_its_time_in_utc(
    deployed: Database, cast: dict[str, Actor], log: Log
) -> None:
    visitor, operator = Visitor(deployed), Visitor(deployed, "operator")
    for password in ("wrong", None):
        visitor.sign_in("ppk", password)
    visitor.get("/akun")  # not theirs
    visitor.client.post("/keluar", data={"csrf_token": "forged"})
    visitor.client.post("/pemberitahuan/surel", data={"csrf_token": visitor.token})  # without a key
    visitor.post("/pemberitahuan/surel", {"address": "no address"})
    visitor.get("/", headers={"Host": "example.org"})
    give_codes(deployed, "operator")
    operator.sign_in("operator")
    operator.read_token("/masuk/kode")
    operator.post("/masuk/kode", {"code": "000000"})
    told = [(one["route"], one["status"], one["person"]) for one in log.lines()]
    ppk = cast["ppk"].id
    for line in (
        ("auth.enter", 422, None), ("auth.enter", 302, ppk), ("accounts.index", 403, ppk), ("auth.leave", 400, ppk),
        ("notices.choose", 422, ppk), ("none", 400, None), ("codes.enter", 422, None),
    ):  # fmt: skip
        assert line in told, line
    assert all(datetime.fromisoformat(one["timestamp"]).utcoffset() == timedelta(0) for one in log.lines())


@pytest.mark.parametrize(
    "error", [AlreadyDone(who="Rahmawati", at="08:00"), BadForm([FieldError("x", "{who}?", (("who", "Rahmawati"),))])]
)
def test_a_refusal_is_logged_without_what_fills_its_sentence(error: EngineError) -> None:
    assert "Rahmawati" in str(error) and "Rahmawati" not in unnamed(error)


def test_a_line_of_the_engine_carries_the_number_of_the_request(deployed: Database, log: Log) -> None:
    visitor = Visitor(deployed, "ppk")
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in")
    visitor.client.application.logger.addHandler(log.handler)
    answer = visitor.get("/")
    [failed] = [one for one in log.lines() if "exception" in one]
    assert answer.status_code == 500 and failed["request"] == answer.headers["X-Request-Id"]
    visitor.client.application.logger.removeHandler(log.handler)


def test_an_error_of_the_database_tells_no_values(deployed: Database) -> None:
    with deployed.engine.connect() as connection, pytest.raises(DatabaseError) as caught:
        connection.execute(sa.text("SELECT * FROM nowhere WHERE name = :name"), {"name": "rahasia"})
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize("form", logs.FORMATS)
def test_serve_logs_to_stderr_and_leaves_stdout_alone(deployed: Database, form: str) -> None:
    deployed.folder.chmod(0o700)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["serve", "--with-worker", "--port", str(port), "--log-format", form, "--data", str(deployed.folder)]
    command = [sys.executable, "-c", "from webapp.cli import main; main()", *words]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        _ask(f"http://127.0.0.1:{port}/masuk")
    finally:
        running.terminate()  # not SIGINT, which whoever started us may have told everybody to ignore
        out, told = running.communicate(timeout=30)
    assert out == "" and running.returncode == 0
    lines = told.splitlines()
    entries = [json.loads(line) for line in lines] if form == "json" else lines
    assert any("auth.sign_in" in str(entry) for entry in entries)
    assert form == "json" or all(line.startswith("timestamp=") for line in lines)


def _ask(address: str, seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                return
        except urllib.error.URLError:
            assert time.monotonic() < ends
            time.sleep(0.1)
