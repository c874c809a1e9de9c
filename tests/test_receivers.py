"""Who is told of a warning or breach: dated rows, written in the event; minutes are one line a day."""

from datetime import date, timedelta

import pytest
from browsing import Visitor
from test_worktime import at
from walks import Walk

from engine import clock, history, people, receivers, timers
from engine.errors import BadForm, NotAllowed
from engine.model import Kind, Receiver
from engine.transaction import transaction

ROW = {"key": "", "element": "", "moment": "breach", "role_key": "pa", "unit": "", "channel": "halaman"}


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def add(walk, **changes):
    with walk.database.session() as session, transaction(session):
        return receivers.add(session, walk.cast["operator"], ROW | changes).id


def told(walk, kind):
    """The receivers in the events of a kind, after the worker ran."""
    with clock.stopped(at("2026-12-01T09:00")):
        while timers.fire_due(walk.database.session):
            pass
    with walk.database.session() as session:
        return [event.body.get("receivers") for event in history.events(session, walk.id) if event.kind == kind]


def test_the_receivers_used_stand_in_the_event(walk):
    add(walk, role_key="pa")
    add(walk, role_key="ppk", moment="warning", unit="Dinas Kesehatan")
    assert told(walk, Kind.TIMER_FIRED) == [[{"role": "pa", "unit": "", "channel": "halaman"}]]
    assert told(walk, Kind.TIMER_WARNED) == [[{"role": "ppk", "unit": "Dinas Kesehatan", "channel": "halaman"}]]


def test_a_row_of_the_step_counts_before_one_of_the_process_and_that_before_one_of_all(walk):
    key = "pembuatan_aplikasi"
    for changes in ({"role_key": "pa"}, {"role_key": "ppk", "key": key}):
        add(walk, **changes)
    with walk.database.session() as session:
        assert [r["role"] for r in receivers.told(session, (key, key), "A01", "breach")] == ["ppk"]
    add(walk, role_key="pptk", key=key, element="A01")
    with walk.database.session() as session:
        assert [r["role"] for r in receivers.told(session, (key, key), "A01", "breach")] == ["pptk"]
        assert [r["role"] for r in receivers.told(session, (key, key), "A02", "breach")] == ["ppk"]
        assert [r["role"] for r in receivers.told(session, ("lain", "lain"), "A02", "breach")] == ["pa"]
        assert [r["role"] for r in receivers.told(session, ("lain", key), "A01", "breach")] == ["ppk"]  # called by it


def test_a_row_that_ended_counts_no_more(walk):
    row = add(walk)
    with walk.database.session() as session, transaction(session):
        receivers.end(session, walk.cast["operator"], row)
    assert told(walk, Kind.TIMER_FIRED) == [None]
    with walk.database.session() as session:
        assert session.get_one(Receiver, row).ends == date(2026, 11, 22)
        assert [e.kind for e in history.events(session, "system")][-2:] == [Kind.RECEIVER_CHANGED] * 2
        assert list(history.verify(session)) == []


def test_only_the_operator_keeps_the_table(walk):
    for who in ("pa", "ppk", "auditor"):
        with walk.database.session() as session, pytest.raises(NotAllowed):
            receivers.add(session, walk.cast[who], ROW)
        assert Visitor(walk.database, who).get("/operasi/penerima").status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role_key": "x"}, "role_key"),
        ({"moment": ""}, "moment"),
        ({"channel": "x"}, "channel"),
        ({"element": "A"}, "key"),
    ],
)
def test_a_wrong_row_is_refused_by_field(walk, change, field):
    with pytest.raises(BadForm) as error:
        add(walk, **change)
    assert [one.field for one in error.value.errors] == [field]


def test_who_is_told_sees_it_today_and_nobody_else(walk):
    add(walk, role_key="pa")
    told(walk, Kind.TIMER_FIRED)
    with clock.stopped(at("2026-12-01T10:00")):
        words = Visitor(walk.database, "pa").words("/terlambat")
        assert "1. Menyusun HPS dan KAK" in words and "APL-2026-0001" in words and "lewat batas" in words
        assert "tidak ada yang harus" in Visitor(walk.database, "ppk").words("/terlambat")
    with clock.stopped(at("2026-12-02T10:00")):
        assert "tidak ada yang harus" in Visitor(walk.database, "pa").words("/terlambat")


def test_limits_in_minutes_are_one_line_a_day(deployed, cast):
    walks = [Walk(deployed, cast, number=n + 1).to("A01", "A02", "A03", "A05", "A06", "A07") for n in range(2)]
    for moment in ("warning", "breach"):
        add(walks[0], role_key="pa", moment=moment)
    with clock.stopped(clock.business() + timedelta(hours=5)):
        assert timers.fire_due(deployed.session) == 4
        with deployed.session() as session:
            [alert] = receivers.alerts(session, cast["pa"], people.today())
        assert alert.digest and alert.breach and alert.numbers == ("APL-2026-0001", "APL-2026-0002")
        assert "Batas dalam menit: 2 berkas" in Visitor(deployed, "pa").words("/terlambat")


def test_the_operator_adds_and_ends_a_row_on_the_page(deployed):
    operator = Visitor(deployed, "operator")
    assert operator.post("/operasi/penerima", ROW | {"unit": "Dinas Kesehatan"}).status_code == 302
    assert "Dinas Kesehatan" in operator.words("/operasi/penerima")
    page = operator.page("/operasi/penerima")
    assert page.xpath("//select[@name='key']/option/@value") == ["", "pembuatan_aplikasi", "pembuatan_aplikasi_setia"]
    assert "A01" in page.xpath("//datalist[@id='steps']/option/@value")
    wrong = operator.post("/operasi/penerima", ROW | {"element": "A01"})
    assert wrong.status_code == 422 and "Pilih prosesnya" in wrong.text
    [end] = operator.page("/operasi/penerima").xpath("//form[contains(@action, 'akhiri')]/@action")
    assert operator.post(end).status_code == 302
    assert not operator.page("/operasi/penerima").xpath("//form[contains(@action, 'akhiri')]")


def test_a_row_that_is_sent_twice_is_there_once(walk):
    with walk.database.session() as session, transaction(session):
        first, second = (receivers.add(session, walk.cast["operator"], ROW, "k" * 22) for _ in range(2))
        assert first is second and len(receivers.listed(session)) == 1
