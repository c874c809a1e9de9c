"""The time limit of a whole case and of its parts: warned of, breached, told to receivers, moved with the calendar."""

from datetime import date

import sqlalchemy as sa
from browsing import Visitor, said
from models import model
from test_deadlines import change, finish, holiday
from test_receivers import ROW
from test_sla import HALT
from test_web_models import begun
from test_worktime import at

from engine import cases, clock, definition, history, receivers, replay, sla, tasks, timers
from engine.database import Database
from engine.model import Instance, Kind, Timer
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
LIMIT = "esub L called=Batas | start T in=L at=P10D unit=hari_kerja warn=P5D non | end LE in=L | T > LE\n"
CASE = "start S | user A called=Periksa | user B called=Bayar | end E | S > A | A > B | B > E\n" + LIMIT
PART = """start S | sub U called=Pengadaan | start US in=U | user A in=U called=Periksa | user B called=Bayar | end E
timer W on=U at=P10D unit=hari_kerja warn=P5D | end WE | S > U | US > A | W > WE | U > B | B > E
"""
WARN, DUE = at("2026-11-30T16:00"), at("2026-12-07T16:00")


def limits(database: Database, case: str) -> list[tuple[object, object, int]]:
    """When each limit is warned of and due, and in how many sentences it explains itself."""
    with database.session() as session:
        found = sla.limits(session, session.get_one(Instance, case))
        return [(warn, timer.due_at, len(timer.why or [])) for timer, warn in found]


def fired(database: Database, moment: object) -> list[tuple[str, list[str]]]:
    """What fires until then: its kind and the roles that are told."""
    with clock.stopped(moment):
        timers.fire_due(database.session)
    with database.session() as session:
        events = [e for case in session.query(Instance) for e in history.events(session, case.id)]
        assert [d for case in session.query(Instance) for d in replay.differences(session, case)] == []
    kinds = (Kind.TIMER_FIRED, Kind.TIMER_WARNED)
    return [(e.kind, [r["role"] for r in e.body.get("receivers", ())]) for e in events if e.kind in kinds]


def done(database: Database, case: str, who: Actor) -> None:
    with database.session() as session, transaction(session):
        [item] = cases.open_items(session, [case])[case]
        tasks.complete(session, item.id, who, {}, typed=True)


def waiting(database: Database) -> int:
    open_ = Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)
    with database.session() as session:
        return session.scalar(sa.select(sa.func.count(Timer.id)).where(*open_)) or 0


def test_a_whole_case_has_a_limit_that_explains_itself(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], CASE)
    [(warn, due, sentences)] = limits(deployed, case)
    assert (warn, due) == (WARN, DUE) and sentences > 5
    done(deployed, case, cast["ppk"])
    assert limits(deployed, case)[0][:2] == (WARN, DUE)  # it is of no step


def test_it_is_warned_of_and_breached_and_receivers_of_the_process_are_told(deployed: Database, cast: Cast) -> None:
    begun(deployed, cast["ppk"], CASE)
    with deployed.session() as session, transaction(session):
        receivers.add(session, cast["operator"], ROW | {"key": "p"})
        receivers.add(session, cast["operator"], ROW | {"moment": "warning", "role_key": "ppk"})
    assert fired(deployed, WARN) == [("timer.warned", ["ppk"])]
    assert fired(deployed, DUE) == [("timer.warned", ["ppk"]), ("timer.fired", ["pa"])]


def test_a_row_for_a_part_is_a_row_for_its_limit(deployed: Database, cast: Cast) -> None:
    begun(deployed, cast["ppk"], PART)
    with deployed.session() as session, transaction(session):
        receivers.add(session, cast["operator"], ROW | {"key": "p", "element": "U"})
    assert fired(deployed, DUE)[-1] == ("timer.fired", ["pa"])


def test_a_case_that_ends_in_time_is_neither(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], CASE)
    done(deployed, case, cast["ppk"])
    done(deployed, case, cast["ppk"])
    assert limits(deployed, case) == [] and waiting(deployed) == 0


def test_a_part_that_ends_in_time_is_not_warned_of_later(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], PART)
    assert [found[:2] for found in limits(deployed, case)] == [(WARN, DUE)]
    done(deployed, case, cast["ppk"])
    assert limits(deployed, case) == [] and waiting(deployed) == 0


def test_a_part_that_ended_late_is_late_no_more(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], PART)
    assert fired(deployed, DUE) == [("timer.warned", []), ("timer.fired", [])]
    assert [found[1] for found in limits(deployed, case)] == [DUE]
    done(deployed, case, cast["ppk"])
    assert limits(deployed, case) == []


def test_only_the_first_timer_of_a_part_is_its_limit_and_warned_of(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], PART + "timer W2 on=U at=P8D unit=hari_kerja | end WE2 | W2 > WE2")
    assert len(limits(deployed, case)) == 1 and waiting(deployed) == 3
    done(deployed, case, cast["ppk"])
    assert waiting(deployed) == 0


def test_a_letter_moves_the_limit_of_a_part_that_shares_the_clock_of_its_step(deployed: Database, cast: Cast) -> None:
    shared = PART.replace("warn=P5D", "warn=P5D clock=bersama:k")
    step = "timer X on=A in=U at=P5D unit=hari_kerja clock=bersama:k | end XE in=U | X > XE"
    case = begun(deployed, cast["ppk"], shared + step)
    with deployed.session() as session, transaction(session):
        [item] = cases.open_items(session, [case])[case]
        sla.pause(session, item.id, cast["ppk"], HALT)
    [(warn, due, _)] = limits(deployed, case)
    assert (warn, due) == (at("2026-12-03T16:00"), at("2026-12-10T16:00"))
    with deployed.session() as session:
        [(timer, _)] = sla.limits(session, session.get_one(Instance, case))
        told = history.events(session, case)[-1].body["moved"]
    assert timer.why and "10 Des" in timer.why[-1] and set(told) == {item.id, "W"}


def test_a_limit_moves_with_its_calendar_and_so_does_its_warning(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], CASE)
    change(deployed, lambda one: holiday(one, date(2026, 11, 26)))
    finish(deployed)
    [(warn, due, _)] = limits(deployed, case)
    assert (warn, due) == (at("2026-12-01T16:00"), at("2026-12-08T16:00"))
    assert fired(deployed, WARN) == []
    assert fired(deployed, due) == [("timer.warned", []), ("timer.fired", [])]


def test_a_timer_without_a_unit_is_no_limit_of_the_case() -> None:
    for text, told in ((CASE, "T"), (CASE.replace(" unit=hari_kerja warn=P5D", ""), None)):
        [process] = definition.read(model(text), "m.bpmn")
        assert (process.limit().id if process.limit() else None) == told


def test_the_page_of_a_case_shows_its_limit_and_that_it_passed(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast["ppk"], CASE)
    page = Visitor(deployed, "auditor").get(f"/berkas/{case}").text
    assert "Seluruh berkas: batas waktu Sen 7 Des, 16.00 (sisa 10 hari kerja)." in said(page)
    fired(deployed, DUE)
    with clock.stopped(at("2026-12-09T09:00")):
        late = said(Visitor(deployed, "auditor").get(f"/berkas/{case}").text)
        listed = Visitor(deployed, "auditor").words("/berkas?terlambat=1")
    assert "batas waktu berkas lewat" in listed
    assert "terlambat 1 hari kerja" in late and "Seluruh berkas: lewat batas waktu" in late
