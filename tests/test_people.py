"""Who may act: by appointment, in somebody's stead, or named for a case; lanes by the law of the case's day."""

import io
from datetime import date, timedelta
from itertools import takewhile

import pytest
import sqlalchemy as sa
from walks import KEY, PDF, Walk

from engine import cases, documents, handing, people, replay, tasks
from engine.database import Database
from engine.errors import BadValue, Conflict, NotAllowed
from engine.model import Appointment, DutyPair, HistoryEvent, LaneRole, Person, Role, Substitution, WorkItem
from engine.people import Actor, today
from engine.transaction import transaction

Cast = dict[str, Actor]
PPK, PPHP = "Pejabat Pembuat Komitmen (PPK)", "Pejabat pemeriksa Hasil Pekerjaan"


def act_for(database: Database, one: Actor, other: Actor | None, kind: str = "plh", **more: object) -> Actor:
    """`one` as they may act once they do so in the stead of `other`."""
    days = {"begins": today(), "ends": today() + timedelta(days=3), "letter_date": today()}
    given = {"person_id": one.id, "for_id": other and other.id, "kind": kind, "letter": "800/17/2026", **days, **more}
    with database.session() as session, transaction(session):
        session.add(Substitution(**given))
    return again(database, one)


def again(database: Database, who: Actor) -> Actor:
    with database.session() as session:
        return people.actor(session, who.id)


def complete(database: Database, walk: Walk, element: str, who: Actor) -> HistoryEvent:
    """Complete a step of a walk as somebody else than its cast; the event."""
    walk.cast = {**walk.cast, str(walk.item(element).role): who}
    receipt = walk.complete(element)
    with database.session() as session:
        return session.get_one(HistoryEvent, (receipt.instance, receipt.seq))


def test_who_acts_for_somebody_does_their_work_and_the_history_says_so(deployed: Database, cast: Cast) -> None:
    walk, stand_in = Walk(deployed, cast), act_for(deployed, cast["pptk"], cast["ppk"])
    event = complete(deployed, walk, "A01", stand_in)
    assert event.actor == stand_in.id
    assert event.body["stead"] == {"person": cast["ppk"].id, "kind": "plh", "letter": "800/17/2026"}
    with deployed.session() as session:
        [item] = session.scalars(sa.select(WorkItem).where(WorkItem.element == "A01"))
        assert (item.closed_by, item.closed_for) == (stand_in.id, cast["ppk"].id)


def test_who_holds_the_role_themselves_acts_in_nobodys_stead(deployed: Database, cast: Cast) -> None:
    both = act_for(deployed, cast["ppk2"], cast["ppk"])
    assert not both.steads and "stead" not in complete(deployed, Walk(deployed, cast), "A01", both).body


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)], ids=["over", "not yet"])
def test_a_substitution_counts_on_its_days_only(deployed: Database, cast: Cast, days: tuple[int, int]) -> None:
    begins, ends = (today() + timedelta(days=n) for n in days)
    assert act_for(deployed, cast["pptk"], cast["ppk"], begins=begins, ends=ends).roles == {"pptk"}


def test_acting_does_not_chain(deployed: Database, cast: Cast) -> None:
    act_for(deployed, cast["pptk"], cast["ppk"])
    assert act_for(deployed, cast["opd"], cast["pptk"]).roles == {"opd", "pptk"}


def test_nobody_gives_what_they_do_not_hold(deployed: Database, cast: Cast) -> None:
    assert act_for(deployed, cast["opd"], cast["pptk"], role_key="ppk").roles == {"opd"}
    assert act_for(deployed, cast["opd"], cast["pptk"]).roles == {"opd", "pptk"}
    with deployed.session() as session, transaction(session):
        theirs = sa.update(Appointment).where(Appointment.person_id == cast["pptk"].id)
        session.execute(theirs.values(ends=today() - timedelta(days=1)))
    assert again(deployed, cast["opd"]).roles == {"opd"}


def test_a_vacant_post_is_acted_for_by_its_role_alone(deployed: Database, cast: Cast) -> None:
    acting = act_for(deployed, cast["pptk"], None, "plt", role_key="ppk", opd="Dinas Contoh")
    event = complete(deployed, Walk(deployed, cast), "A01", acting)
    assert event.body["stead"] == {"person": None, "kind": "plt", "letter": "800/17/2026"}


def test_a_person_in_two_lanes_that_are_kept_apart_is_refused(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.to(*takewhile(lambda element: element != "A09a", walk.plan.elements()))
    both = act_for(deployed, cast["ppk"], cast["pphp"])
    item = walk.item("A09a")
    with deployed.session() as session:
        for command in (tasks.claim, lambda *given: tasks.complete(*given, {}, typed=True)):
            with pytest.raises(NotAllowed, match="sudah bekerja di jalur"), transaction(session):
                command(session, item.id, both)


def test_who_is_barred_prepares_nothing_either(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.to(*takewhile(lambda element: element != "A09a", walk.plan.elements()))
    both, item = act_for(deployed, cast["ppk"], cast["pphp"]), walk.item("A09a")
    with deployed.session() as session:
        with pytest.raises(NotAllowed), transaction(session):
            tasks.save_draft(session, item.id, both, {"catatan": "x"})
        upload = documents.keep(deployed.store, "a.pdf", io.BytesIO(PDF))
        with pytest.raises(NotAllowed), transaction(session):
            documents.add(session, item.id, both, "BA pemeriksaan", upload)


def test_of_two_letters_for_one_lane_both_persons_count(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        session.add(Appointment(person_id=cast["ppk"].id, role_key="pphp", opd="Dinas", decree="SK 2", begins=today()))
    act_for(deployed, cast["pptk"], cast["pphp"], role_key="pphp", letter="A 1")
    both = act_for(deployed, cast["pptk"], cast["ppk"], role_key="pphp", letter="B 1")
    assert {one.person for one in both.steads["pphp"]} == {cast["pphp"].id, cast["ppk"].id}
    walk.to(*takewhile(lambda element: element != "A09a", walk.plan.elements()))
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        tasks.claim(session, walk.item("A09a").id, again(deployed, both))


def test_who_lost_their_own_office_acts_for_nobody(deployed: Database, cast: Cast) -> None:
    act_for(deployed, cast["pptk"], cast["ppk"])
    with deployed.session() as session, transaction(session):
        mine = sa.update(Appointment).where(Appointment.person_id == cast["pptk"].id)
        session.execute(mine.values(ends=today() - timedelta(days=1)))
    assert again(deployed, cast["pptk"]).roles == frozenset()


def test_who_let_another_act_has_worked_too(deployed: Database, cast: Cast) -> None:
    walk, stand_in = Walk(deployed, cast), act_for(deployed, cast["pptk"], cast["ppk"])
    complete(deployed, walk, "A01", stand_in)
    with deployed.session() as session:
        instance = walk.instance()
        for person in (stand_in, cast["ppk"]):
            [found] = people.clashes(session, instance, PPHP, [person.id])
            assert found.person == person.id and found.strict
        assert people.clashes(session, instance, PPHP, [cast["ppk2"].id]) == []


def test_a_pair_that_only_reminds_is_told_in_the_history(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(DutyPair))
        lanes = {"one": PPK, "other": "Panitia / Pejabat barang dan Jasa"}
        session.add(DutyPair(key=KEY, strict=False, basis="", begins=date(2020, 1, 1), **lanes))
    walk = Walk(deployed, cast).to("A01")
    both = act_for(deployed, cast["ppk"], cast["pejabat_pengadaan"])
    assert complete(deployed, walk, "A02", both).body["also"] == [PPK]


def test_a_case_keeps_the_people_of_its_day_and_a_new_one_gets_the_laws_of_today(deployed, cast):
    with deployed.session() as session, transaction(session):
        session.add(Role(key="tim_teknis", name="Tim Teknis"))
        session.flush()
        [old] = session.scalars(sa.select(LaneRole).where(LaneRole.key == KEY, LaneRole.role_key == "pphp"))
        old.ends = today() - timedelta(days=1)
        session.add(LaneRole(key=KEY, lane=old.lane, role_key="tim_teknis", begins=today()))
    case = Walk(deployed, cast).instance()
    with deployed.session() as session:
        assert people.place(session, case, KEY, old.lane) == ("tim_teknis", "tim_teknis")
        case.started_at -= timedelta(days=30)
        assert people.place(session, case, KEY, old.lane) == ("pphp", "pphp")


def test_a_lane_that_had_no_role_when_a_case_began_takes_todays(deployed: Database, cast: Cast) -> None:
    case = Walk(deployed, cast).instance()
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(LaneRole).where(LaneRole.lane == PPHP).values(begins=today()))
        case.started_at -= timedelta(days=30)
        assert people.place(session, case, KEY, PPHP) == ("pphp", "pphp")


def test_who_lost_the_right_holds_nothing(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, item.id, cast["ppk2"])
        with pytest.raises(Conflict), transaction(session):
            tasks.claim(session, item.id, cast["ppk"])
        with transaction(session):
            gone = sa.update(Appointment).where(Appointment.person_id == cast["ppk2"].id)
            session.execute(gone.values(ends=today() - timedelta(days=1)))
        with transaction(session):
            assert tasks.claim(session, item.id, cast["ppk"]).holder == cast["ppk"].id


def test_a_work_item_is_handed_to_a_colleague_with_an_instruction(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    with deployed.session() as session:
        for _ in range(2):  # sent again
            with transaction(session):
                handing.hand(session, item.id, cast["ppk"], cast["ppk2"].id, "Mohon diselesaikan hari ini.", "k" * 20)
        [event] = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == "item.handed"))
        assert event.body["to"] == cast["ppk2"].id and event.root
        assert walk.item("A01").holder == cast["ppk2"].id
        assert list(replay.differences(session, walk.instance())) == []


def test_a_work_item_is_handed_to_nobody_of_another_lane(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    with deployed.session() as session:
        with pytest.raises(BadValue), transaction(session):
            handing.hand(session, item.id, cast["ppk"], cast["pphp"].id)
        with pytest.raises(NotAllowed), transaction(session):
            handing.hand(session, item.id, cast["pphp"], cast["ppk"].id)


def test_a_person_without_any_role_sees_no_case(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    with deployed.session() as session:
        with transaction(session):
            person = Person(name="Warga Rekaan")
            session.add(person)
        who = people.actor(session, person.id)
        assert cases.size(session, cases.visible(who)) == 0 and tasks.inbox(session, who) == []


def test_what_a_colleague_holds_is_handed_on_by_them_or_by_the_operator_only(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, item.id, cast["ppk2"])
        with pytest.raises(Conflict), transaction(session):
            handing.hand(session, item.id, cast["ppk"], cast["ppk"].id)
        with transaction(session):
            handing.hand(session, item.id, cast["operator"], cast["ppk"].id)
    assert walk.item("A01").holder == cast["ppk"].id


def test_a_work_item_is_handed_to_nobody_whom_their_other_lane_bars(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.to(*takewhile(lambda element: element != "A09a", walk.plan.elements()))
    with deployed.session() as session:
        with transaction(session):
            office = {"role_key": "pphp", "opd": "Dinas", "decree": "SK 2", "begins": today()}
            session.add(Appointment(person_id=cast["ppk"].id, **office))
        with pytest.raises(NotAllowed, match="sudah bekerja di jalur"), transaction(session):
            handing.hand(session, walk.item("A09a").id, cast["pphp"], cast["ppk"].id)
