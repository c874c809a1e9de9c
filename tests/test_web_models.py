"""Pages of cases whose models are not the seed SOP: sub-processes, failures, models without lanes or layout."""

import pytest
from browsing import Visitor, said
from models import model
from test_walks import MODELS

from engine import cases, deployments, history, tasks
from engine.database import Database
from engine.model import StartRight
from engine.people import Actor, today
from engine.transaction import transaction


def begun(database: Database, who: Actor, text: str) -> str:
    with database.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
        session.flush()
        deployments.deploy(session, {"m.bpmn": model(text)}, "system")
        return cases.start(session, "p", who, {"a": False, "b": False, "done": False}, typed=True).id


@pytest.mark.parametrize("name", MODELS)
def test_every_page_of_a_case_shows_any_model(deployed: Database, cast: dict[str, Actor], name: str) -> None:
    case = begun(deployed, cast["ppk"], MODELS[name])
    visitor = Visitor(deployed, "auditor")
    for path in (f"/berkas/{case}", f"/berkas/{case}/riwayat", "/berkas", "/analisis", "/analisis/p"):
        assert visitor.get(path).status_code == 200
    assert Visitor(deployed, "ppk").get("/").status_code == 200


def test_a_failed_case_says_so(deployed: Database, cast: dict[str, Actor]) -> None:
    case = begun(deployed, cast["ppk"], MODELS["failure"])
    with deployed.session() as session, transaction(session):
        [item] = [i for i in cases.open_items(session, [case])[case] if i.element == "A"]
        tasks.complete(session, item.id, cast["ppk"], {}, typed=True)
    page = Visitor(deployed, "operator").get(f"/berkas/{case}")
    assert page.status_code == 200 and "gagal" in said(page.text)
    assert "tidak ditangani model" in said(Visitor(deployed, "operator").get("/operasi").text)
    assert case in Visitor(deployed, "auditor").get("/berkas?keadaan=gagal").text


def test_a_step_without_a_form_is_completed_on_its_page(deployed: Database, cast: dict[str, Actor]) -> None:
    case = begun(deployed, cast["ppk"], MODELS["sub-process"])
    with deployed.session() as session:
        [item] = [i.id for i in cases.open_items(session, [case])[case]]
    visitor = Visitor(deployed, "ppk")
    assert visitor.get(f"/tugas/{item}").status_code == 200
    assert visitor.send(item, {"catatan_pelaksana": "Sudah."}).status_code == 302
    assert "Sudah." in Visitor(deployed, "auditor").get(f"/berkas/{case}").text
    with deployed.session() as session:
        assert history.openings(session, case)[2] == {"catatan_pelaksana": "Sudah."}


def test_an_empty_note_is_no_note(deployed: Database, cast: dict[str, Actor]) -> None:
    case = begun(deployed, cast["ppk"], MODELS["sub-process"])
    with deployed.session() as session:
        [item] = [i.id for i in cases.open_items(session, [case])[case]]
    assert Visitor(deployed, "ppk").send(item, {"catatan_pelaksana": " "}).status_code == 302
    with deployed.session() as session:
        assert 2 not in history.openings(session, case)
