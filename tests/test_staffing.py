"""Penetapan: who is named for a lane of a case, whose inbox its work reaches, and whether the case can be finished."""

import itertools
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from signing import tell_key_roles
from test_people import PPHP, PPK, act_for, again
from walks import KEY, Walk

from engine import accounts, cases, operations, people, replay, staffing, tasks
from engine.database import Database
from engine.errors import AlreadyDone, BadForm, BadValue, Conflict, NotAllowed, NotReady
from engine.model import Decision, DutyException, HistoryEvent, Part, Staffing, StartRight
from engine.people import Actor, today
from engine.staffing import Gap
from engine.transaction import transaction

Cast = dict[str, Actor]
PENYEDIA = "Penyedia"


def letter(lane: str, **more: str) -> dict[str, str]:
    return {"lane": lane, "letter": "027/12/2026", "begins": today().isoformat(), "ends": "", **more}


def name(database: Database, walk: Walk, lane: str, person: Actor, **more: str) -> Staffing:
    with database.session() as session, transaction(session):
        return staffing.name(session, walk.id, walk.cast["pa"], letter(lane, person=person.id, **more))


def inbox(database: Database, who: Actor) -> list[str]:
    with database.session() as session:
        return [item.element for item in tasks.inbox(session, again(database, who))]


def test_only_who_is_named_gets_the_work_of_the_lane(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPK, cast["ppk2"])
    assert inbox(deployed, cast["ppk2"]) == ["A01"] and inbox(deployed, cast["ppk"]) == []
    with deployed.session() as session:
        with pytest.raises(NotAllowed), transaction(session):
            tasks.claim(session, walk.item("A01").id, again(deployed, cast["ppk"]))
        assert list(replay.differences(session, walk.instance())) == []


def test_later_steps_of_the_lane_open_with_the_named(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, "Panitia / Pejabat barang dan Jasa", cast["opd"])
    walk.to("A01")
    assert inbox(deployed, cast["opd"]) == ["A02"] and inbox(deployed, cast["pejabat_pengadaan"]) == []
    with deployed.session() as session:
        assert list(replay.differences(session, walk.instance())) == []


def test_who_holds_a_step_and_is_not_named_gives_it_back(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        tasks.claim(session, walk.item("A01").id, cast["ppk"])
    name(deployed, walk, PPK, cast["ppk2"])
    assert walk.item("A01").holder is None


def test_a_naming_that_ended_leaves_the_work_to_the_operator(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    row = name(deployed, walk, PPK, cast["ppk2"])
    with deployed.session() as session:
        with transaction(session):
            staffing.end(session, row.id, cast["ppk"])
        assert [item.element for item in cases.unassigned(session)] == ["A01"]
    assert inbox(deployed, cast["ppk2"]) == []


def test_the_named_see_their_case_and_no_other(deployed: Database, cast: Cast) -> None:
    walk, other = Walk(deployed, cast), Walk(deployed, cast, number=2)
    with deployed.session() as session:
        with transaction(session):
            typed = letter(PENYEDIA, name="Rekanan Rekaan", username="rekanan", ends=today().isoformat())
            account = staffing.name_vendor(session, walk.id, cast["ppk"], typed)
        vendor = people.actor(session, account.person_id)
        assert [case.id for case in session.scalars(cases.visible(vendor))] == [walk.id]
        with pytest.raises(NotAllowed):
            cases.find(session, vendor, other.id)


def test_a_vendors_account_ends_some_days_after_the_last_day(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        typed = letter(PENYEDIA, name="Rekanan Rekaan", username="rekanan", ends=today().isoformat())
        account = staffing.name_vendor(session, walk.id, cast["ppk"], typed)
        assert account.expires_at is not None and account.password == ""
        assert people.today(account.expires_at) == today() + timedelta(days=staffing.AFTER)


def test_a_bad_vendor_leaves_nothing_behind(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session:
        typed = letter(PENYEDIA, name="Rekanan Rekaan", username="ppk", ends=today().isoformat())
        with pytest.raises(BadForm, match="sudah dipakai"), transaction(session):
            staffing.name_vendor(session, walk.id, cast["ppk"], typed)
        assert accounts.named(session, "rekanan") is None and session.query(Staffing).count() == 0


def test_nobody_is_named_for_two_lanes_that_are_kept_apart(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPK, cast["ppk"])
    with pytest.raises(BadForm, match="harus dipisahkan"):
        name(deployed, walk, PPHP, cast["ppk"])


def test_nobody_is_named_for_a_lane_that_their_past_work_bars(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with pytest.raises(BadForm, match="harus dipisahkan"):
        name(deployed, walk, PPHP, cast["ppk"])


@pytest.mark.parametrize("field", ["person", "lane", "letter", "begins"])
def test_a_naming_that_lacks_something_says_what(deployed: Database, cast: Cast, field: str) -> None:
    walk = Walk(deployed, cast)
    with pytest.raises(BadForm) as refusal:
        typed = letter(PPK, person=cast["ppk2"].id) | {field: ""}
        with deployed.session() as session, transaction(session):
            staffing.name(session, walk.id, cast["ppk"], typed)
    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.parametrize("who", ["pphp", "opd", "auditor", "analis"])
def test_who_does_not_answer_for_the_case_names_nobody(deployed: Database, cast: Cast, who: str) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        staffing.name(session, walk.id, cast[who], letter(PPK, person=cast["ppk"].id))


def test_who_may_start_such_cases_but_has_no_part_in_this_one_names_nobody(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key=KEY, role_key="penyimpan_barang", begins=today()))
    with deployed.session() as session, pytest.raises(NotAllowed, match="melihat"), transaction(session):
        staffing.name(session, walk.id, cast["penyimpan_barang"], letter(PPK, person=cast["ppk"].id))


def test_a_repeated_naming_is_one(deployed: Database, cast: Cast) -> None:
    walk, typed = Walk(deployed, cast), letter(PPK, person=cast["ppk2"].id)
    with deployed.session() as session:
        for _ in range(2):
            with transaction(session):
                staffing.name(session, walk.id, cast["ppk"], typed, "k" * 20)
        assert session.query(Staffing).count() == 1


def except_(database: Database, walk: Walk, person: Actor, lane: str = PPHP) -> str:
    with database.session() as session, transaction(session):
        typed = {"person": person.id, "lane": lane, "reason": "Pejabat lain sakit.", "letter": "800/1/2026"}
        return staffing.ask(session, walk.id, walk.cast["ppk"], typed).id


def test_an_exception_that_a_second_person_gives_lifts_the_separation(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    asked = except_(deployed, walk, cast["ppk"])
    with pytest.raises(BadForm):
        name(deployed, walk, PPHP, cast["ppk"])
    with deployed.session() as session:
        with pytest.raises(NotAllowed), transaction(session):
            staffing.decide(session, asked, cast["ppk"], True)
        with transaction(session):
            staffing.decide(session, asked, cast["pa"], True)
        with pytest.raises(AlreadyDone), transaction(session):
            staffing.decide(session, asked, cast["pa"], False)
        kinds = set(session.scalars(sa.select(HistoryEvent.kind)))
    assert {"duty.asked", "duty.given"} <= kinds
    assert name(deployed, walk, PPHP, cast["ppk"]).lane == PPHP


def test_a_denied_exception_lifts_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    asked = except_(deployed, walk, cast["ppk"])
    with deployed.session() as session, transaction(session):
        staffing.decide(session, asked, cast["pa"], False)
    with pytest.raises(BadForm):
        name(deployed, walk, PPHP, cast["ppk"])


def test_nobody_decides_on_their_own_exception(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    asked = except_(deployed, walk, cast["pa"])
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        staffing.decide(session, asked, cast["pa"], True)


def test_the_demos_people_can_finish_a_case(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session:
        instance = walk.instance()
        assert staffing.gaps(session, instance, staffing.seats(session, instance)) == []


def test_a_lane_whose_only_person_is_barred_is_a_gap(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with deployed.session() as session:
        instance = walk.instance()
        seats = [
            s
            if s.lane != PPHP
            else staffing.Seat(s.lane, s.role, tuple(people.colleagues(session, "ppk")[-1:]), (), s.worked)
            for s in staffing.seats(session, instance)
        ]
        [gap] = staffing.gaps(session, instance, seats)
    assert gap.lane == PPHP and PPK in gap.others


def vendor(database: Database, walk: Walk, username: str = "rekanan") -> Actor:
    typed = letter(PENYEDIA, name="Rekanan Rekaan", username=username, ends=today().isoformat())
    with database.session() as session:
        with transaction(session):
            person = staffing.name_vendor(session, walk.id, walk.cast["ppk"], typed).person_id
        return people.actor(session, person)


def test_who_is_named_no_more_sees_the_case_no_more(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    who = vendor(deployed, walk)
    with deployed.session() as session:
        with transaction(session):
            staffing.end(session, session.scalars(sa.select(Staffing.id)).one(), cast["ppk"])
        with pytest.raises(NotReady), transaction(session):
            staffing.end(session, session.scalars(sa.select(Staffing.id)).one(), cast["ppk"])
        assert session.scalars(cases.visible(again(deployed, who))).all() == []


def test_a_vendor_stays_with_their_case(deployed: Database, cast: Cast) -> None:
    walk, other = Walk(deployed, cast), Walk(deployed, cast, number=2)
    who = vendor(deployed, walk)
    assert name(deployed, walk, "OPD", who).person_id == who.id
    with pytest.raises(BadForm, match="dari daftar"):
        name(deployed, other, PENYEDIA, who)
    with deployed.session() as session, pytest.raises(BadValue), transaction(session):
        typed = {"to": who.id, "letter": "800/1/2026"}
        operations.hand_over(session, cast["operator"], cast["ppk"].id, typed)


def test_nobody_names_themselves_but_the_pa(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(BadForm, match="diri sendiri"), transaction(session):
        staffing.name(session, walk.id, cast["ppk"], letter(PPK, person=cast["ppk"].id))
    assert name(deployed, walk, "PA", cast["pa"]).person_id == cast["pa"].id


def test_a_naming_begins_today_at_the_latest(deployed: Database, cast: Cast) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    with pytest.raises(BadForm, match="paling lambat hari ini"):
        name(deployed, Walk(deployed, cast), PPK, cast["ppk2"], begins=tomorrow, ends=tomorrow)


def test_who_held_a_step_and_is_named_no_more_gives_it_back(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    row = name(deployed, walk, PPK, cast["ppk2"])
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, walk.item("A01").id, again(deployed, cast["ppk2"]))
        with transaction(session):
            staffing.end(session, row.id, cast["pa"])
        assert walk.item("A01").holder is None
        assert list(replay.differences(session, walk.instance())) == []


def test_a_hand_over_names_before_it_hands_and_keeps_lanes_apart(deployed: Database, cast: Cast) -> None:
    one, two = Walk(deployed, cast), Walk(deployed, cast, number=2)
    name(deployed, one, PPK, cast["ppk2"])
    name(deployed, two, PPK, cast["ppk2"])
    name(deployed, two, PPHP, cast["opd"])
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, one.item("A01").id, again(deployed, cast["ppk2"]))
        with transaction(session):
            typed = {"to": cast["opd"].id, "letter": "800/1/2026"}
            operation = operations.hand_over(session, cast["operator"], cast["ppk2"].id, typed)
        while operations.work(deployed.session):
            pass
        [failed] = operations.items(session, operation.id, Part.FAILED)
        assert "harus dipisahkan" in failed.reason and two.instance().number in failed.label
        assert one.item("A01").holder == cast["opd"].id and inbox(deployed, cast["opd"]) == ["A01"]


def test_who_gets_a_held_step_by_a_new_naming_knows_from_whom_and_is_told(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    row = name(deployed, walk, PPK, cast["ppk2"])
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, walk.item("A01").id, again(deployed, cast["ppk2"]))
        with transaction(session):
            staffing.replace(session, row.id, cast["ppk2"].id, cast["opd"].id, "800/1/2026", cast["operator"].id)
        item = walk.item("A01")
        assert (item.holder, item.handed_by, item.told_at) == (cast["opd"].id, cast["operator"].id, None)
        assert list(replay.differences(session, walk.instance())) == []


@pytest.mark.parametrize("change", [{"ends": date(2030, 1, 1)}, {"person_id": None}], ids=["day", "person"])
def test_a_naming_that_the_history_does_not_tell_is_found(deployed: Database, cast: Cast, change) -> None:
    walk = Walk(deployed, cast)
    row = name(deployed, walk, PPK, cast["ppk2"])
    with deployed.session() as session:
        with transaction(session):
            for column, value in change.items():
                setattr(session.get_one(Staffing, row.id), column, value or cast["opd"].id)
        assert "named people" in list(replay.differences(session, walk.instance()))


def test_an_exception_that_the_history_does_not_tell_is_found(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    asked = except_(deployed, walk, cast["ppk"])
    with deployed.session() as session:
        assert list(replay.differences(session, walk.instance())) == []
        with transaction(session):
            session.get_one(DutyException, asked).status = Decision.GIVEN
        assert list(replay.differences(session, walk.instance())) == ["exceptions to the separation of duties"]


def needs_code(database: Database, who: Actor) -> bool:
    with database.session() as session:
        return accounts.needs_code(session, who.id)


def test_who_is_named_for_a_lane_of_a_key_role_needs_its_second_code(deployed: Database, cast: Cast) -> None:
    walk, one, aide = Walk(deployed, cast), cast["ppk2"], cast["pptk"]
    tell_key_roles(deployed, "pphp")
    assert not needs_code(deployed, cast["opd"])
    row = name(deployed, walk, PPHP, cast["opd"])
    name(deployed, walk, PPK, one)
    assert needs_code(deployed, cast["opd"]) and not needs_code(deployed, one)
    act_for(deployed, aide, cast["opd"])
    assert needs_code(deployed, aide)
    with deployed.session() as session, transaction(session):
        staffing.end(session, row.id, cast["pa"])
    assert not needs_code(deployed, cast["opd"]) and not needs_code(deployed, aide)


@pytest.mark.parametrize("kind", ["plt", "plh"])
def test_who_acts_for_a_key_role_needs_its_second_code_too(deployed: Database, cast: Cast, kind: str) -> None:
    tell_key_roles(deployed, "ppk")
    vacant = {"role_key": "ppk", "opd": "Dinas Komunikasi dan Informatika"} if kind == "plt" else {}
    act_for(deployed, cast["pptk"], None if vacant else cast["ppk"], kind, **vacant)
    assert needs_code(deployed, cast["pptk"]) and not needs_code(deployed, cast["opd"])


def test_an_exception_lifts_a_naming_too(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPK, cast["ppk"])
    asked = except_(deployed, walk, cast["ppk"])
    with deployed.session() as session, transaction(session):
        staffing.decide(session, asked, cast["pa"], True)
    assert name(deployed, walk, PPHP, cast["ppk"]).lane == PPHP


def test_nobody_decides_through_a_substitute(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    asked = except_(deployed, walk, cast["pa"])
    stand_in = act_for(deployed, cast["pptk"], cast["pa"])
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        staffing.decide(session, asked, stand_in, True)


def test_the_last_step_sent_again_gets_its_receipt(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, "OPD", cast["opd"])
    walk.to(*walk.plan.elements()[:-1])
    walk.cast = cast | {"opd": again(deployed, cast["opd"])}
    element = walk.plan.elements()[-1]
    item, receipt = walk.item(element).id, walk.complete(element, "k" * 20)
    with deployed.session() as session, transaction(session):
        assert tasks.complete(session, item, again(deployed, cast["opd"]), {}, "k" * 20) == receipt


def test_a_key_of_one_naming_answers_no_other(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session:
        with transaction(session):
            staffing.name(session, walk.id, cast["ppk"], letter(PPK, person=cast["ppk2"].id), "k" * 20)
        with pytest.raises(Conflict), transaction(session):
            typed = letter(PENYEDIA, name="Rekanan Rekaan", username="rekanan", ends=today().isoformat())
            staffing.name_vendor(session, walk.id, cast["ppk"], typed, "k" * 20)


LANES, PEOPLE = "abcd", "xyz"
pairs = st.sets(st.sampled_from(list(itertools.permutations(LANES, 2)))).map(lambda s: s | {(b, a) for a, b in s})
some = st.sets(st.sampled_from(PEOPLE)).map(sorted)


@given(
    st.fixed_dictionaries(dict.fromkeys(LANES, some)),
    st.fixed_dictionaries(dict.fromkeys(LANES, st.sets(st.sampled_from(PEOPLE), max_size=1))),
    pairs,
    st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(LANES)), max_size=2),
)
def test_a_case_has_no_gap_exactly_if_somebody_can_be_placed_in_each_lane(candidates, worked, apart, lifted):
    def fits(placed: dict[str, str]) -> bool:
        busy = list(placed.items())
        clean = all(
            (one, other) not in apart or a != b or {(a, one), (b, other)} & lifted
            for (one, a), (other, b) in itertools.combinations(busy, 2)
        )
        past = all(
            all(
                (lane, other) not in apart or who not in worked[other] or {(who, lane), (who, other)} & lifted
                for other in LANES
            )
            for lane, who in busy
        )
        return clean and past

    ways = (dict(zip(LANES, chosen, strict=True)) for chosen in itertools.product(*(candidates[one] for one in LANES)))
    gaps = staffing.unfilled(candidates, worked, apart, lifted)
    assert (gaps == []) == any(map(fits, ways))
    assert all(not gap.others for gap in gaps if not candidates[gap.lane])
    assert not gaps or isinstance(gaps[0], Gap)


def test_many_lanes_with_too_few_people_need_no_trying() -> None:
    lanes, persons = [f"L{n}" for n in range(12)], [f"p{n}" for n in range(10)]
    apart = set(itertools.permutations(lanes, 2))
    gaps = staffing.unfilled(dict.fromkeys(lanes, persons), dict.fromkeys(lanes, frozenset()), apart, set())
    assert [gap.lane for gap in gaps] == lanes[10:]
