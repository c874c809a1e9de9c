"""Two firms are never named for the same lane of a case in the same days: people of one firm share its contract."""

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from browsing import Visitor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import model
from test_directory import HEAD, do
from test_outsiders import end
from test_reading import Cast, at, elements, hire, sight
from test_staffing import name
from walks import Walk

from engine import accounts, cases, clock, deployments, directory, operations, people, replay
from engine.database import Database
from engine.errors import BadForm
from engine.model import LaneRole, Part, Person, Staffing, StartRight
from engine.people import Actor, today
from engine.staffing import checking
from engine.transaction import transaction

LANE, ONE, OTHER = "Penyedia", "027/12/2026", "027/13/2026"
SAYS = "dua penyedia akan saling membaca"
CALLS = """start S | user A lane=PPK | call C of=anak | end E | S > A | A > C | C > E
process anak | start S2 | user B lane=Penyedia | end E2 | S2 > B | B > E2"""


def refused(database: Database, walk: Walk, username: str = "pesaing", **more: str) -> None:
    with pytest.raises(BadForm, match=SAYS) as refusal:
        hire(database, walk, username, **{"letter": OTHER, **more})
    assert [error.field for error in refusal.value.errors] == ["letter"]
    with database.session() as session:
        assert accounts.named(session, username) is None


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def test_a_second_firm_is_refused_while_the_first_one_is_named(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    first = hire(deployed, walk)
    refused(deployed, walk)
    end(walk, first)
    hire(deployed, walk, "pesaing", letter=OTHER)
    with deployed.session() as session:
        assert list(replay.differences(session, walk.instance())) == []


def test_a_second_firm_is_not_named_for_days_of_the_first_that_are_over(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    hire(deployed, walk, begins=ago(9), ends=ago(3))
    refused(deployed, walk, begins=ago(3))
    assert elements(walk, hire(deployed, walk, "pesaing", letter=OTHER, begins=ago(2))) == set()


def test_the_next_firm_reads_nothing_of_the_one_before_however_they_followed(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    first = hire(deployed, walk)
    walk.to("A01", "A02", "A03", "A05", "A06")
    end(walk, first)
    second = hire(deployed, walk, "pesaing", letter=OTHER)
    with clock.stopped(clock.business() + timedelta(days=1)):
        walk.complete("A07", keputusan="perbaikan", catatan="Laporan belum dapat dicetak.")
        refused(deployed, walk, "ketiga", letter=ONE)  # the first firm is not back beside the second
        assert sight(walk, second).items == {walk.item("A06").id}
        assert first.name not in at(deployed, "pesaing").get(f"/berkas/{walk.id}").text


def test_a_naming_that_ended_on_its_first_day_keeps_nobody_out(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    end(walk, hire(deployed, walk))
    hire(deployed, walk, "pesaing", letter=OTHER, begins=ago(5))


def test_people_of_one_contract_share_it_and_may_follow_it_to_the_next(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    first, second = hire(deployed, walk), hire(deployed, walk, "rekan")
    name(deployed, walk, LANE, first, letter=OTHER)  # the addendum
    refused(deployed, walk, letter=OTHER)  # for the second is not named by it
    name(deployed, walk, LANE, second, letter=OTHER)
    hire(deployed, walk, "ketiga", letter=OTHER)
    walk.to("A01", "A02", "A03", "A05")
    assert elements(walk, first) == elements(walk, second) == {"A06"}


def test_an_official_of_the_lane_is_nobodys_rival(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, LANE, cast["opd"], letter="800/1/2026")
    hire(deployed, walk)
    name(deployed, walk, LANE, cast["pptk"], letter="800/2/2026")


def test_another_lane_and_another_case_may_have_another_firm(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    hire(deployed, walk)
    hire(deployed, walk, "pengawas", "OPD", letter=OTHER)
    hire(deployed, Walk(deployed, cast, number=2), "lain", letter=OTHER)


def test_a_lane_of_a_called_process_has_one_firm_too(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
        session.add(LaneRole(key="anak", lane=LANE, role_key="penyedia", begins=today()))
        deployments.deploy(session, {"m.bpmn": model(CALLS)}, "system")
        case = SimpleNamespace(id=cases.start(session, "p", cast["ppk"], {}, typed=True).id, cast=cast)
    hire(deployed, case)
    refused(deployed, case)


def imported(database: Database, cast: Cast) -> Actor:
    """Somebody whom a file gave the vendor's role, which makes nobody an official."""
    row = "Citra Rekaan,,citra,penyedia,CV Rekaan,Direktur,SK 1/2026,2026-01-01,\n"
    do(database, directory.apply, cast["operator"], (HEAD + row).encode())
    with database.session() as session:
        return people.actor(session, session.scalars(sa.select(Person.id).where(Person.name == "Citra Rekaan")).one())


def test_who_was_imported_with_the_vendors_role_is_a_rival_like_others(deployed: Database, cast: Cast) -> None:
    walk, other = Walk(deployed, cast), imported(deployed, cast)
    hire(deployed, walk)
    with pytest.raises(BadForm, match=SAYS):
        name(deployed, walk, LANE, other, letter=OTHER)
    name(deployed, walk, LANE, other, letter=ONE)


@pytest.mark.parametrize("alone", [True, False])
def test_a_hand_over_brings_no_rival_in(deployed: Database, cast: Cast, alone: bool) -> None:
    walk, heir = Walk(deployed, cast), imported(deployed, cast)
    first = hire(deployed, walk)
    if not alone:
        hire(deployed, walk, "rekan")
    given = {"to": heir.id, "letter": OTHER}
    operation = do(deployed, operations.hand_over, cast["operator"], first.id, given)
    while operations.work(deployed.session):
        pass
    with deployed.session() as session:
        failed = operations.items(session, operation.id, Part.FAILED)
        named = {row.letter for row in session.query(Staffing).filter(Staffing.person_id == heir.id)}
    assert [SAYS in one.reason for one in failed] == ([] if alone else [True]) and bool(named) is alone


def test_the_page_says_which_naming_stands_against_it(deployed: Database, cast: Cast) -> None:
    """As PPK sees it; what was typed is kept."""
    walk = Walk(deployed, cast)
    hire(deployed, walk)
    days = {"begins": today().isoformat(), "ends": today().isoformat()}
    typed = {"lane": LANE, "letter": OTHER, "name": "Pesaing Rekaan", "username": "pesaing", **days}
    answer = Visitor(deployed, "ppk").post(f"/berkas/{walk.id}/penetapan/penyedia", typed)
    assert answer.status_code == 422 and "Pesaing Rekaan" in answer.text
    assert f"untuk rekanan Rekaan dengan nomor {ONE}" in answer.text and SAYS in answer.text


DAYS = st.tuples(st.integers(0, 5), st.integers(0, 5))
NAMINGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12"), DAYS), max_size=5)  # some of no day at all


@pytest.fixture
def people_of(deployed: Database, cast: Cast) -> tuple[str, dict[str, str]]:
    """A case, and three persons from outside."""
    with deployed.session() as session, transaction(session):
        found = {one: Person(name=f"{one} Rekaan") for one in "abc"}
        session.add_all(found.values())
        session.flush()
        ids = {one: person.id for one, person in found.items()}
    return Walk(deployed, cast).id, ids


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(there=NAMINGS, person=st.sampled_from("abc"), letter=st.sampled_from("12"), days=DAYS.map(sorted))
def test_two_share_a_lane_only_if_a_letter_ties_them_on_these_days(
    deployed: Database, people_of: tuple[str, dict[str, str]], there: list, person: str, letter: str, days: list[int]
) -> None:
    case, ids = people_of

    def row(who: str, by: str, span: Sequence[int]) -> Staffing:
        begins, ends = (date(2026, 1, 1) + timedelta(days=one) for one in span)
        place = {"instance_id": case, "lane": LANE, "pool": people.pool(case, LANE)}
        return Staffing(**place, person_id=ids[who], letter=by, begins=begins, ends=ends)

    with deployed.session() as session:
        session.add_all(row(*one) for one in there)
        session.flush()
        found = checking.rival(session, row(person, letter, days))
        session.rollback()
    met = [one for one in there if any(one[2][0] <= day <= one[2][1] for day in range(days[0], days[1] + 1))]
    mine = {letter, *(by for who, by, _ in met if who == person)}
    tied = {person, *(who for who, by, _ in met if by in mine)}
    assert (found is not None) is bool({who for who, _, _ in met} - tied)
