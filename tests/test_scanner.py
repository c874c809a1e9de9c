"""The antivirus scanner: a real program decides, lets nothing in when it fails, and the database never waits for it."""

import io
import os
import threading
import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from browsing import PDF, Visitor, file, said
from form_samples import A01 as SAMPLE
from walks import Walk
from werkzeug.test import TestResponse

from engine import doctor, documents, history, scanner
from engine.doctor import Level, Place
from engine.errors import BadValue, Infected, NotAllowed
from engine.model import Appointment, Document, HistoryEvent, Kind
from engine.transaction import transaction

A01 = SAMPLE | {"tgl_hps": "2026-11-23"}
BAD = PDF + b"EICAR"
LOOK = 'if grep -q EICAR "$1"; then echo "$1: Eicar-Test FOUND"; exit 1; fi; exit 0'
READ = 'if grep -q EICAR; then echo "stream: Eicar-Test FOUND"; exit 1; fi; exit 0'


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Make a script the scanner."""

    def script(text: str, *words: str) -> Path:
        path = tmp_path / "pemindai"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        monkeypatch.setenv(scanner.SETTING, " ".join([str(path), *words]))
        return path

    return script


@pytest.fixture
def item(deployed, cast):
    return Walk(deployed, cast).item("A01").id


def kept(database) -> list[Path]:
    return [path for path in database.store.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("text", "words"), [(LOOK, ()), (READ, ("-",))])
def test_what_the_scanner_finds_is_refused_and_what_is_clean_is_stored(deployed, install, text, words) -> None:
    install(text, *words)
    with pytest.raises(Infected) as refused:
        documents.keep(deployed.store, "hps.pdf", io.BytesIO(BAD))
    assert "Eicar-Test FOUND" in refused.value.values["found"] and "/tmp" not in refused.value.values["found"]
    assert kept(deployed) == []
    upload = documents.keep(deployed.store, "hps.pdf", io.BytesIO(PDF))
    assert deployed.store.read(upload.sha256) == PDF


@pytest.mark.parametrize("text", ["exit 2", "exit 126", "kill -9 $$", "sleep 60"])
def test_a_scanner_that_cannot_look_lets_nothing_in(deployed, install, monkeypatch, text) -> None:
    install(text)
    monkeypatch.setattr(scanner, "SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(BadValue, match="Coba lagi"):
        documents.keep(deployed.store, "hps.pdf", io.BytesIO(PDF))
    assert kept(deployed) == [] and time.monotonic() - began < 10


@pytest.mark.parametrize("command", ["/tidak/ada", '"kutip terbuka', "/etc/hostname"])
def test_a_command_that_is_no_program_lets_nothing_in(deployed, monkeypatch, command) -> None:
    monkeypatch.setenv(scanner.SETTING, command)
    with pytest.raises(BadValue, match="Coba lagi"):
        documents.keep(deployed.store, "hps.pdf", io.BytesIO(PDF))
    assert kept(deployed) == []


def test_what_a_scanner_started_ends_with_its_time(deployed, install, monkeypatch, tmp_path) -> None:
    install(f"sh -c 'sleep 1; touch {tmp_path}/later' & sleep 60")
    monkeypatch.setattr(scanner, "SECONDS", 0.3)
    with pytest.raises(BadValue):
        documents.keep(deployed.store, "hps.pdf", io.BytesIO(PDF))
    time.sleep(1.2)
    assert not (tmp_path / "later").exists()


def test_no_shell_reads_the_command_or_the_name(deployed, install, tmp_path, monkeypatch) -> None:
    path = install("exit 0")
    monkeypatch.setenv(scanner.SETTING, f"{path} ; touch {tmp_path}/made $(touch {tmp_path}/made)")
    documents.keep(deployed.store, f"$(touch {tmp_path.name}).pdf", io.BytesIO(PDF))
    assert not (tmp_path / "made").exists()


def test_a_refused_file_is_told_and_the_rest_of_the_form_is_kept(deployed, install, item) -> None:
    install(LOOK)
    ppk = Visitor(deployed, "ppk")
    answer = ppk.send(item, A01 | {"berkas-0": file("hps.pdf", BAD), "berkas-1": file("kak.pdf")})
    assert answer.status_code == 422 and "Pemindai virus menolak hps.pdf" in said(answer.text)
    assert 'value="56482997"' in answer.text
    with deployed.session() as session:
        assert [one.filename for one in session.scalars(sa.select(Document))] == ["kak.pdf"]
        [event] = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.DOCUMENT_INFECTED))
        assert event.instance_id == history.SYSTEM and event.body["item"] == item
        assert event.body["filename"] == "hps.pdf" and "Eicar" in event.body["found"]
        assert list(history.verify(session)) == []
    ppk.send(item, A01 | {"berkas-0": file("hps.pdf", BAD)})  # the same request again
    with deployed.session() as session:
        told = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.DOCUMENT_INFECTED)).all()
        assert len(told) == 1


@pytest.fixture
def sending(deployed, install, item, tmp_path):
    """Send a file, do something while the scanner looks at it; the answer."""

    def send(action: str, meanwhile) -> TestResponse:
        wait, looks, answers = tmp_path / "wait", tmp_path / "looks", []
        os.mkfifo(wait)
        install(f"touch {looks}; read line < {wait}; exit 0")
        ppk = Visitor(deployed, "ppk")
        ppk.read_token()
        request = threading.Thread(target=lambda: answers.append(ppk.send(item, {"berkas-0": file()}, action)))
        request.start()
        until = time.monotonic() + 30
        while not looks.exists() and time.monotonic() < until:
            time.sleep(0.02)
        meanwhile()
        wait.write_text("done\n")
        request.join(30)
        return answers[0]

    return send


def test_the_database_waits_for_no_scanner(deployed, sending) -> None:
    """While the scanner looks, the request holds no connection to the database."""
    held = []
    sending("draf", lambda: held.append(deployed.engine.pool.checkedout()))
    assert held == [0] and len(kept(deployed)) == 1


@pytest.mark.parametrize("action", ["draf", "selesai"])
def test_who_loses_the_right_while_a_file_is_looked_at_adds_it_to_no_case(deployed, sending, action) -> None:
    def resign() -> None:
        with deployed.session() as session, transaction(session):
            session.execute(sa.update(Appointment).values(ends=date(2026, 1, 1)))

    assert sending(action, resign).status_code == 403
    with deployed.session() as session:
        assert session.scalars(sa.select(Document)).all() == []


def test_doctor_tells_whether_the_scanner_can_be_run(deployed, install) -> None:
    def seen(setting: str) -> doctor.Finding:
        return doctor.scanning(Place(deployed, environment={scanner.SETTING: setting}))

    assert seen("").level is Level.OK and "tidak disetel" in seen("").seen
    assert seen(str(install("exit 0"))).level is Level.OK
    assert seen("/tidak/ada --x").level is Level.WARNING and "ditolak" in seen("/tidak/ada").todo


def test_nobody_tells_of_a_file_at_a_step_of_others(deployed, item, cast) -> None:
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        documents.tell_infected(session, item, cast["pptk"], "HPS", Infected(name="a.pdf", found="Eicar"))


def test_a_file_for_a_step_of_others_is_neither_looked_at_nor_kept(deployed, install, item, tmp_path) -> None:
    """The page (webapp/steps) asks for the right before it takes the file."""
    looked = tmp_path / "looked"
    install(f"touch {looked}; exit 0")
    assert Visitor(deployed, "pptk").send(item, {"berkas-0": file()}, "draf").status_code == 403
    assert kept(deployed) == [] and not looked.exists()
