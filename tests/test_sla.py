"""Deadlines that people change: two persons extend, a letter pauses, nothing that fired is forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from test_worktime import at
from walks import Walk

from engine import changes, clock, history, people, replay, sla, timers, worktime
from engine.database import Database
from engine.errors import AlreadyDone, BadForm, NotAllowed, NotReady
from engine.model import DeadlineChange, DeadlineRight, Instance, Kind, Timer
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
LETTER = {"letter": "Adendum 7/2026", "letter_date": "2026-11-23", "reason": "Banjir di gudang"}
MORE = LETTER | {"added": "2 hari kerja"}
HALT = LETTER | {"ground": "masa_sanggah", "begins": "2026-11-24", "ends": "2026-11-26"}
DUE = at("2026-11-30T16:00")  # of A01, five working days after Monday 23 November


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    return Walk(deployed, cast)


def do(walk: Walk, command: Callable[..., DeadlineChange], subject: str, who: str, *given: Any) -> str:
    with walk.database.session() as session, transaction(session):
        return command(session, subject, walk.cast[who], *given).id


def extended(walk: Walk, element: str = "A01", typed: dict[str, str] = MORE) -> str:
    change = do(walk, sla.ask, walk.item(element).id, "ppk", typed)
    return do(walk, sla.decide, change, "pa", True)


def sound(walk: Walk) -> bool:
    with walk.database.session() as session:
        return not list(replay.differences(session, session.get_one(Instance, walk.id)))


def fields(error: pytest.ExceptionInfo[BadForm]) -> set[str]:
    return {one.field for one in error.value.errors}


def test_a_proposal_moves_nothing_until_a_second_person_agrees(walk: Walk) -> None:
    change = do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    assert walk.item("A01").due_at == DUE
    do(walk, sla.decide, change, "pa", True)
    item = walk.item("A01")
    assert item.due_at == at("2026-12-02T16:00") and item.why[-1].startswith("Diperpanjang 2 hari kerja")
    assert sound(walk)


def test_the_second_person_must_be_another(walk: Walk, cast: Cast) -> None:
    with walk.database.session() as session, transaction(session):
        begins = date(2020, 1, 1)
        session.add(DeadlineRight(key="pembuatan_aplikasi", act="approve", role_key="ppk", begins=begins))
    change = do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    with pytest.raises(NotAllowed, match="orang lain"):
        do(walk, sla.decide, change, "ppk", True)
    do(walk, sla.decide, change, "ppk2", True)
    assert walk.item("A01").due_at == at("2026-12-02T16:00")


@pytest.mark.parametrize("who", ["pptk", "penyedia", "operator", "auditor", "opd"])
def test_who_has_no_right_changes_no_deadline(walk: Walk, who: str) -> None:
    for command, typed in ((sla.ask, MORE), (sla.pause, HALT)):
        with pytest.raises(NotAllowed):
            do(walk, command, walk.item("A01").id, who, typed)
    with pytest.raises(NotAllowed):
        do(walk, sla.decide, do(walk, sla.ask, walk.item("A01").id, "ppk", MORE), "ppk2", True)


def test_who_has_the_right_but_no_part_in_the_case_changes_no_deadline(walk: Walk) -> None:
    change = do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    with walk.database.session() as session, transaction(session):
        for act in (sla.PROPOSE, sla.APPROVE):
            session.add(DeadlineRight(key="", role_key="penyimpan_barang", act=act, begins=people.today()))
    for command, subject, *given in ((sla.ask, walk.item("A01").id, MORE), (sla.decide, change, True)):
        with pytest.raises(NotAllowed):
            do(walk, command, subject, "penyimpan_barang", *given)


def test_what_was_denied_moves_nothing_and_is_decided_once(walk: Walk) -> None:
    change = do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    do(walk, sla.decide, change, "pa", False)
    with pytest.raises(AlreadyDone):
        do(walk, sla.decide, change, "pa", True)
    assert walk.item("A01").due_at == DUE


def test_the_old_deadline_stands_beside_the_new(walk: Walk) -> None:
    change = extended(walk)
    with walk.database.session() as session:
        row = session.get_one(DeadlineChange, change)
        assert (row.old_due, row.new_due) == (DUE, at("2026-12-02T16:00"))
        [event] = [e for e in history.events(session, walk.id) if e.kind == Kind.DEADLINE_EXTENDED]
        assert event.body["was"] == row.old_due.isoformat() and event.body["due"] == row.new_due.isoformat()
        [open_] = replay.fold(history.events(session, walk.id)).open.values()
        assert (open_.was, open_.due) == (row.old_due, row.new_due)


def test_the_timer_follows_an_extension(walk: Walk) -> None:
    extended(walk)
    with clock.stopped(DUE + timedelta(hours=1)):
        timers.fire_due(walk.database.session)
    assert not walk.item("A01").late
    with clock.stopped(at("2026-12-02T16:00")):
        timers.fire_due(walk.database.session)
    assert walk.item("A01").late and sound(walk)


def test_a_breach_that_was_recorded_stays_recorded(walk: Walk) -> None:
    with clock.stopped(DUE + timedelta(hours=1)):
        timers.fire_due(walk.database.session)
        extended(walk)
        item = walk.item("A01")
        assert item.late and item.due_at == at("2026-12-02T16:00") and sound(walk)
    with clock.stopped(at("2026-12-05T16:00")):
        assert timers.fire_due(walk.database.session) == 0


def test_a_pause_with_an_end_pushes_the_deadline_behind_it(walk: Walk) -> None:
    do(walk, sla.pause, walk.item("A01").id, "ppk", HALT)
    item = walk.item("A01")
    assert item.due_at == at("2026-12-03T16:00") and item.why[-1].startswith("Dijeda Sel 24 Nov 2026")
    assert sound(walk)


def test_a_paused_timer_does_not_fire_and_a_resumed_one_does(walk: Walk) -> None:
    change = do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | {"begins": "2026-11-23", "ends": ""})
    item = walk.item("A01")
    assert item.due_at is None and item.why[-1].endswith("Tenggat semula Sen 30 Nov 2026 pukul 16:00.") and sound(walk)
    with clock.stopped(at("2026-12-07T09:00")):
        assert timers.fire_due(walk.database.session) == 0
        do(walk, sla.resume, change, "ppk", {"ends": "2026-12-04"})
        assert walk.item("A01").due_at == at("2026-12-11T16:30") and sound(walk)
    with clock.stopped(at("2026-12-11T16:30")):
        assert timers.fire_due(walk.database.session) == 2
    assert walk.item("A01").late and sound(walk)


def test_a_step_may_be_completed_while_its_deadline_is_paused(walk: Walk) -> None:
    do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | {"begins": "2026-11-23", "ends": ""})
    walk.complete("A01")
    with clock.stopped(at("2027-06-01T09:00")):
        fired = timers.fire_due(walk.database.session)
    assert fired == 2 and sound(walk)  # those of A02


def test_a_case_may_end_while_a_deadline_is_paused(walk: Walk, cast: Cast) -> None:
    from engine import cases

    do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | {"begins": "2026-11-23", "ends": ""})
    with walk.database.session() as session, transaction(session):
        cases.cancel(session, walk.id, cast["pa"], "Anggaran dicabut")
    assert sound(walk)


def test_a_shared_clock_is_extended_for_every_step_on_it(walk: Walk) -> None:
    walk.to("A01", "A02", "A03", "A05")
    before = walk.item("A06").due_at
    extended(walk, "A06", MORE | {"added": "14 hari kalender"})
    assert before is not None and walk.item("A06").due_at == before + timedelta(days=14)
    walk.complete("A06")
    item = walk.item("A07")
    assert item.due_at == before + timedelta(days=14) and item.why[-1].startswith("Diperpanjang 14 hari kalender")
    assert sound(walk)


def test_a_paused_shared_clock_holds_the_steps_that_open_later(walk: Walk) -> None:
    walk.to("A01", "A02", "A03", "A05")
    begins = walk.item("A06").opened_at.date().isoformat()
    do(walk, sla.pause, walk.item("A06").id, "ppk", HALT | {"begins": begins, "ends": ""})
    walk.complete("A06")
    assert walk.item("A07").due_at is None and sound(walk)
    with clock.stopped(at("2027-12-01T09:00")):
        assert timers.fire_due(walk.database.session) == 0


WRONG = [
    ({"letter": ""}, {"letter"}),
    ({"letter": "<b>"}, {"letter"}),
    ({"letter_date": "kemarin"}, {"letter_date"}),
    ({"letter_date": "2026-11-24"}, {"letter_date"}),
    ({"reason": "  "}, {"reason"}),
    ({"added": ""}, {"added"}),
    ({"added": "2 - 3 hari"}, {"added"}),
    ({"added": "sebentar"}, {"added"}),
    ({"until": "2026-12-31"}, {"added"}),
    ({"added": "", "until": "2026-11-30"}, {"until"}),
    ({"added": "900000 hari"}, {"added"}),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_letter_is_refused_by_field_and_stores_nothing(
    walk: Walk, change: dict[str, str], field: set[str]
) -> None:
    with pytest.raises(BadForm) as error:
        do(walk, sla.ask, walk.item("A01").id, "ppk", MORE | change)
    assert fields(error) == field
    with walk.database.session() as session:
        assert session.query(DeadlineChange).count() == 0


WRONG_PAUSES = [
    ({"ground": "malas"}, {"ground"}),
    ({"begins": ""}, {"begins"}),
    ({"begins": "2026-11-20"}, {"begins"}),
    ({"begins": "2026-12-01", "ends": "2026-12-02"}, {"begins"}),
    ({"ends": "2026-11-23"}, {"ends"}),
    ({"ends": ""}, {"ends"}),
]


@pytest.mark.parametrize(("change", "field"), WRONG_PAUSES)
def test_a_wrong_pause_is_refused_by_field(walk: Walk, change: dict[str, str], field: set[str]) -> None:
    with pytest.raises(BadForm) as error:
        do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | change)
    assert fields(error) == field


def test_two_pauses_do_not_overlap(walk: Walk) -> None:
    do(walk, sla.pause, walk.item("A01").id, "ppk", HALT)
    with pytest.raises(BadForm, match="bertumpuk"):
        do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | {"begins": "2026-11-26", "ends": "2026-11-27"})


def test_an_asked_twice_extension_is_one(walk: Walk) -> None:
    item = walk.item("A01").id
    assert do(walk, sla.ask, item, "ppk", MORE, "k" * 22) == do(walk, sla.ask, item, "ppk", MORE, "k" * 22)


def test_a_pause_that_ended_is_not_resumed(walk: Walk) -> None:
    change = do(walk, sla.pause, walk.item("A01").id, "ppk", HALT)
    with pytest.raises(NotReady):
        do(walk, sla.resume, change, "ppk", {"ends": "2026-11-24"})


def test_a_closed_step_has_no_deadline_to_change(walk: Walk) -> None:
    item, change = walk.item("A01").id, do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    walk.complete("A01")
    with pytest.raises(AlreadyDone):
        do(walk, sla.ask, item, "ppk", MORE)
    with pytest.raises(AlreadyDone):
        do(walk, sla.decide, change, "pa", True)


def test_a_proposal_waits_for_those_who_may_decide_it_as_long_as_it_can_be_decided(walk: Walk, cast: Cast) -> None:
    def waits(who: str) -> list[str]:
        with walk.database.session() as session:
            return [one.letter for one in sla.waiting(session, walk.cast[who])]

    do(walk, sla.ask, walk.item("A01").id, "ppk", MORE)
    assert [waits(who) for who in ("pa", "ppk", "pptk")] == [["Adendum 7/2026"], [], []]
    walk.complete("A01")
    assert waits("pa") == []


def test_a_reason_that_is_too_long_is_refused_and_not_cut(walk: Walk) -> None:
    with pytest.raises(BadForm) as error:
        do(walk, sla.ask, walk.item("A01").id, "ppk", MORE | {"reason": "x" * 2001})
    assert fields(error) == {"reason"}


def test_every_change_is_an_event_of_a_whole_chain(walk: Walk) -> None:
    extended(walk)
    do(walk, sla.decide, do(walk, sla.ask, walk.item("A01").id, "ppk", MORE), "pa", False)
    halted = do(walk, sla.pause, walk.item("A01").id, "ppk", HALT | {"begins": "2026-11-23", "ends": ""})
    do(walk, sla.resume, halted, "ppk", {"ends": "2026-11-23"})
    with walk.database.session() as session:
        kinds = [event.kind for event in history.events(session, walk.id)][1:]
        assert list(history.verify(session)) == []
    asked, ended = Kind.DEADLINE_ASKED, (Kind.DEADLINE_PAUSED, Kind.DEADLINE_RESUMED)
    assert kinds == [asked, Kind.DEADLINE_EXTENDED, asked, Kind.DEADLINE_DENIED, *ended]


def test_a_changed_calendar_moves_an_extended_deadline_and_keeps_its_letter(walk: Walk, cast: Cast) -> None:
    extended(walk)
    with walk.database.session() as session:
        holiday = {date(2026, 12, 1): "Pilkada"}
        office = worktime.calendar()
        changed = replace(office, holidays=office.holidays | holiday)
        timer = session.scalars(sa.select(Timer).where(Timer.limit)).one()
        assert changes.deadline(session, timer, changed).due == at("2026-12-03T16:00")
