"""Cases: starting, walking every path, cancelling, messages, and what a person may see."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from models import model
from sqlalchemy.orm import Session
from walks import KEY, Walk

from engine import cases, clock, deployments, history, people, replay, tasks
from engine.database import Database
from engine.demo.plans import PATHS, Plan
from engine.errors import AlreadyDone, BadForm, BadValue, NotAllowed, NotFound, NotReady
from engine.model import HistoryEvent, Instance, Opening, StartRight, Status, Timer, WorkItem
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
LETTER = {"nomor_surat": "000.9/1/SP/2026", "tgl_surat": "2026-11-20", "opd": "Dinas Kesehatan"}
START = LETTER | {"nama_paket": "Antrean Puskesmas", "tahun_anggaran": "2026"}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_demo_leaves_live_tables_that_equal_the_fold(
    deployed: Database, cast: Cast, path: str
) -> None:
    walk = Walk(deployed, cast, Plan("Antrean Puskesmas", "Dinas Kesehatan", 20, path=path)).to(*PATHS[path])
    with deployed.session() as session:
        instance = session.get_one(Instance, walk.id)
        assert list(replay.differences(session, instance)) == []
        assert list(history.verify(session)) == []
        assert (instance.status == Status.COMPLETED) == (path != "putus")


def test_a_case_runs_from_the_letter_to_the_hand_over(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*PATHS["lurus"][:7])
    assert walk.open() == ["A09a", "A09b"]
    receipt = walk.to("A09b", "A09a", "A10").complete("A11")
    assert receipt.finished and walk.instance().outcome == "Selesai"


def test_a_finished_case_is_small(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to(*PATHS["lurus"])
    with deployed.session() as session:
        tables = (WorkItem, Timer, HistoryEvent, Opening)
        rows = [session.scalar(sa.select(sa.func.count()).where(t.instance_id == walk.id)) or 0 for t in tables]
    assert 1 + sum(rows) <= 90


def test_numbers_follow_each_other_without_a_gap(session: Session, cast: Cast) -> None:
    numbers = []
    for _ in range(3):
        with transaction(session):
            numbers.append(cases.start(session, KEY, cast["ppk"], START).number)
        with pytest.raises(BadForm), transaction(session):
            cases.start(session, KEY, cast["ppk"], {})
    assert numbers == ["APL-2026-0001", "APL-2026-0002", "APL-2026-0003"]


def test_the_year_of_a_number_is_pontianaks(session: Session, cast: Cast) -> None:
    with clock.stopped(clock.business().replace(month=12, day=31, hour=17, minute=30)), transaction(session):
        assert cases.start(session, KEY, cast["ppk"], START).number == "APL-2027-0001"


def test_a_repeated_start_gives_the_same_case(session: Session, cast: Cast) -> None:
    ids = set()
    for _ in range(2):
        with transaction(session):
            ids.add(cases.start(session, KEY, cast["ppk"], START, request="r1").id)
    assert len(ids) == 1


def test_who_has_no_right_to_start_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed), transaction(session):
        cases.start(session, KEY, cast["pphp"], START)


def test_an_unknown_process_is_not_found(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound), transaction(session):
        cases.start(session, "tidak_ada", cast["operator"], START)


def test_a_cancelled_case_waits_for_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with deployed.session() as session:
        with transaction(session):
            cases.cancel(session, walk.id, cast["operator"], "Anggaran digeser.")
        instance = session.get_one(Instance, walk.id)
        assert list(replay.differences(session, instance)) == [] and instance.status == Status.CANCELLED
        with pytest.raises(AlreadyDone, match="dibatalkan oleh Fitri Operasional pukul 09.00"), transaction(session):
            cases.cancel(session, walk.id, cast["pa"], "Sekali lagi.")


def test_cancelling_needs_a_reason_and_the_right(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session:
        with pytest.raises(BadValue), transaction(session):
            cases.cancel(session, walk.id, cast["operator"], "  ")
        with pytest.raises(NotAllowed), transaction(session):
            cases.cancel(session, walk.id, cast["ppk"], "Alasan.")


def test_a_broken_contract_ends_the_case_at_putus(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01", "A02", "A03", "A05")
    with deployed.session() as session:
        with transaction(session):
            cases.receive(session, walk.id, cast["ppk"], "kontrak_diputus", {"alasan_putus": "x"})
        assert session.get_one(Instance, walk.id).outcome == "Putus"
        assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []


def test_a_message_that_nobody_awaits_is_refused(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(NotReady), transaction(session):
        cases.receive(session, walk.id, cast["ppk"], "kontrak_diputus", {})


def test_a_person_sees_the_cases_of_their_roles_only(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session:
        seen = {name: len(session.scalars(cases.visible(who)).all()) for name, who in cast.items()}
        house = {"auditor", "analis", "operator"}
        assert {name for name, count in seen.items() if count} == house | {"ppk", "ppk2", "pa", "penyiap"}
        with pytest.raises(NotAllowed):
            cases.find(session, cast["pphp"], walk.id)
        with pytest.raises(NotFound):
            cases.find(session, cast["auditor"], "tidak-ada")


@pytest.mark.parametrize("words", ["antrean", "PUSKESMAS", "kesehatan", "SP/2026", "APL-2026-0001"])
def test_a_case_is_found_by_its_words(deployed: Database, cast: Cast, words: str) -> None:
    Walk(deployed, cast)
    with deployed.session() as session:
        assert len(session.scalars(cases.visible(cast["auditor"], words)).all()) == 1
        assert session.scalars(cases.visible(cast["auditor"], words + " tidakada")).all() == []


def test_late_cases_are_found(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    with deployed.session() as session:
        assert session.scalars(cases.visible(cast["auditor"], late=True)).all() == []
        with clock.stopped(clock.business() + timedelta(days=30)):
            assert len(session.scalars(cases.visible(cast["auditor"], late=True)).all()) == 1


def test_a_signal_reaches_every_case_that_waits_for_it_and_is_told_in_each(deployed: Database, cast: Cast) -> None:
    hears = "start S | user A | boundary W on=A signal=s interrupting | user X | end E | S > A | A > E | W > X | X > E"
    throws = "start S | user A | end E signal=s | S > A | A > E"
    with deployed.session() as session:
        with transaction(session):
            files = {"h.bpmn": model(hears, "hears"), "t.bpmn": model(throws, "throws")}
            session.add_all(StartRight(key=key, role_key="ppk", begins=people.today()) for key in ("hears", "throws"))
            session.flush()
            deployments.deploy(session, files, "system")
            waiting = [cases.start(session, "hears", cast["ppk"], {}).id for _ in range(2)]
            thrower = cases.start(session, "throws", cast["ppk"], {}).id
        with transaction(session):
            tasks.complete(session, cases.open_items(session, [thrower])[thrower][0].id, cast["ppk"], {})
        for case in waiting:
            assert [item.element for item in cases.open_items(session, [case])[case]] == ["X"]
            assert history.events(session, case)[-1].kind == "signal.received"
            assert list(replay.differences(session, session.get_one(Instance, case))) == []
        assert list(history.verify(session)) == []
