"""The page of rules and holds."""

from browsing import Visitor
from walks import KEY, Walk

from engine import retention
from engine.database import Database
from engine.model import LegalHold
from engine.people import Actor

PAGE = "/operasi/retensi"
RULE = {"proses": KEY, "tahun": "2", "nasib": "musnah", "dasar": "JRA Kota 3.2.1"}


def rules(database: Database) -> int:
    with database.session() as session:
        return len(retention.rules(session))


def holds(database: Database) -> list[LegalHold]:
    with database.session() as session:
        return retention.holds(session)


def test_operator_and_auditor_see_it_and_nobody_else(deployed: Database) -> None:
    for user, status in (("operator", 200), ("auditor", 200), ("ppk", 403), ("analis", 403), ("pa", 403)):
        assert Visitor(deployed, user).get(PAGE).status_code == status


def test_the_page_says_that_nothing_is_destroyed(deployed: Database) -> None:
    words = Visitor(deployed, "auditor").words(PAGE)
    assert "Sopan tidak memusnahkan apa pun" in words and "Belum ada aturan" in words


def test_the_operator_sets_a_rule_and_the_auditor_does_not(deployed: Database) -> None:
    assert Visitor(deployed, "auditor").post(f"{PAGE}/aturan", RULE).status_code == 403 and rules(deployed) == 0
    operator = Visitor(deployed, "operator")
    assert operator.post(f"{PAGE}/aturan", RULE).status_code == 302
    assert "JRA Kota 3.2.1" in operator.words(PAGE) and rules(deployed) == 1


def test_a_rule_that_says_nothing_is_refused_in_words(deployed: Database) -> None:
    operator = Visitor(deployed, "operator")
    for change in (
        {"tahun": ""},
        {"tahun": "-1"},
        {"tahun": "1e3"},
        {"tahun": "\u0662"},
        {"nasib": "x"},
        {"dasar": ""},
    ):
        assert operator.post(f"{PAGE}/aturan", RULE | change).status_code == 422
    assert operator.post(f"{PAGE}/aturan", RULE | {"proses": "x"}).status_code == 404 and rules(deployed) == 0


def test_a_hold_is_placed_by_number_and_lifted_by_a_second_person(deployed: Database, cast: dict[str, Actor]) -> None:
    number = Walk(deployed, cast).instance().number
    auditor, operator = Visitor(deployed, "auditor"), Visitor(deployed, "operator")
    given = {"nomor": number, "surat": "700/12", "alasan": "Pemeriksaan <BPK>"}
    assert auditor.post(f"{PAGE}/tahan", given | {"nomor": "APL-2026-9999"}).status_code == 404
    assert auditor.post(f"{PAGE}/tahan", given).status_code == 302
    [held] = holds(deployed)
    assert "Pemeriksaan <BPK>" in auditor.words(PAGE)
    assert "Berkas ditahan menurut surat 700/12" in auditor.words(f"/berkas/{held.instance_id}")
    address = f"{PAGE}/lepas/{held.id}"
    assert address not in auditor.get(PAGE).text and address in operator.get(PAGE).text
    assert auditor.post(address, {"alasan": "x"}).status_code == 403
    assert operator.post(address, {"alasan": ""}).status_code == 422
    assert operator.post(address, {"alasan": "Selesai"}).status_code == 302 and holds(deployed) == []
