"""The operator's page, and the demo's clock."""

from datetime import timedelta

import pytest
from browsing import Visitor
from walks import Walk

from engine import clock, incidents
from engine.model import Instance, LaneRole, System
from engine.transaction import transaction


@pytest.fixture
def demo_clock(deployed):
    """The same database as a demo's; the process's clock goes back afterwards."""
    with deployed.session() as session, transaction(session):
        session.get_one(System, 1).demo = True
    yield deployed
    clock.follow(timedelta(0))


@pytest.mark.parametrize("user", ["ppk", "auditor", "analis"])
def test_only_the_operator_sees_the_page(deployed, user):
    visitor = Visitor(deployed, user)
    assert visitor.get("/operasi").status_code == 403
    assert visitor.post("/operasi/kejadian/x/ulang").status_code == 403


def test_all_is_well_is_said(deployed):
    words = Visitor(deployed, "operator").words("/operasi")
    assert "Tidak ada kegagalan." in words and "Setiap langkah yang terbuka ada pada suatu peran." in words


def test_an_incident_is_listed_with_its_reason_and_tried_again(deployed, cast):
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        incident = incidents.record(session, walk.id, "Tabel <tarif> tidak ada")
        session.flush()
        found = incident.id
    visitor = Visitor(deployed, "operator")
    assert "Tabel <tarif> tidak ada" in visitor.words("/operasi")
    for _ in range(2):  # a second click asks for nothing more
        assert visitor.post(f"/operasi/kejadian/{found}/ulang").status_code == 302
    assert visitor.post("/operasi/kejadian/tidakada/ulang").status_code == 404
    assert "Tidak ada kegagalan." in visitor.words("/operasi")


def test_a_step_of_a_lane_without_a_role_is_listed(deployed, cast):
    with deployed.session() as session, transaction(session):
        session.query(LaneRole).delete()
    Walk(deployed, cast)
    words = Visitor(deployed, "operator").words("/operasi")
    assert "1. Menyusun HPS dan KAK" in words and "APL-2026-0001" in words
    assert "belum ada pemegang" in Visitor(deployed, "operator").words("/berkas")


def test_the_chains_are_checked_on_request(deployed, cast):
    Walk(deployed, cast)
    visitor = Visitor(deployed, "operator")
    assert "semua rantai utuh" in visitor.words("/operasi?periksa=1")
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE instance SET head = 'x'")
    words = visitor.words("/operasi?periksa=1")
    assert "1 rantai rusak" in words and "APL-2026-0001" in words


def test_a_timer_that_nobody_fires_is_noticed(deployed, cast):
    Walk(deployed, cast)
    with clock.stopped(clock.business() + timedelta(days=30)):
        assert "belum dijalankan. Periksa apakah pekerja" in Visitor(deployed, "operator").words("/operasi")


def test_the_demo_clock_moves_and_what_falls_due_happens_at_once(demo_clock, cast):
    walk = Walk(demo_clock, cast)
    visitor = Visitor(demo_clock, "ppk", demo=True)
    answer = visitor.post("/demo/jam", {"maju": "P30D", "next": f"/berkas/{walk.id}"})
    assert answer.location == f"/berkas/{walk.id}" and walk.item("A01").late
    assert "terlambat" in visitor.words(answer.location)


def test_the_demo_clock_moves_to_the_next_warning(demo_clock, cast):
    walk = Walk(demo_clock, cast)
    visitor = Visitor(demo_clock, "operator", demo=True)
    visitor.post("/demo/jam", {"maju": "berikutnya"})
    assert walk.item("A01").warned and not walk.item("A01").late


@pytest.mark.parametrize("amount", ["", "P1000D", "-P1D", "x", "0"])
def test_the_demo_clock_takes_only_what_is_offered(demo_clock, amount):
    before = clock.business()
    visitor = Visitor(demo_clock, "operator", demo=True)
    assert visitor.post("/demo/jam", {"maju": amount}).status_code == 422 and clock.business() == before


def test_with_nothing_waiting_the_next_moment_is_refused(demo_clock):
    assert Visitor(demo_clock, "operator", demo=True).post("/demo/jam", {"maju": "berikutnya"}).status_code == 422


def test_outside_a_demo_there_is_no_such_clock(deployed):
    visitor = Visitor(deployed, "operator")
    assert visitor.post("/demo/jam", {"maju": "P1D"}).status_code == 404
    assert "Jam demo" not in visitor.words("/operasi")


def test_the_clock_leads_back_only_to_our_own_pages(demo_clock):
    visitor = Visitor(demo_clock, "operator", demo=True)
    assert visitor.post("/demo/jam", {"maju": "PT1H", "next": "//example.org"}).location == "/"


def test_a_broken_case_tells_who_meets_it_and_the_operator(deployed, cast):
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        session.get_one(Instance, walk.id).state = b"broken"
    visitor, operator = Visitor(deployed, "ppk"), Visitor(deployed, "operator")
    for _ in range(2):
        answer = visitor.post(f"/berkas/{walk.id}/pesan", {"pesan": "kontrak_diputus", "alasan": "x"})
        assert answer.status_code == 409 and "rusak" in answer.get_data(as_text=True)
    words = operator.words("/operasi")
    assert words.count("rusak dan tidak terbaca") == 1 and "APL-2026-0001" in words
