"""Retention: nothing is destroyed, nothing is due without a rule, and a hold keeps a case until a second person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import sopan
from walks import KEY, Walk

from engine import cases, clock, history, people, replay, retention
from engine.database import Database
from engine.errors import BadValue, NotAllowed, NotFound, NotReady
from engine.model import HistoryEvent, Instance, Kind, LegalHold
from engine.people import Actor
from engine.transaction import transaction
from engine.values import Value

LAW = "JRA Kota 3.2.1"
Cast = dict[str, Actor]


@pytest.fixture
def ended(deployed: Database, cast: Cast) -> str:
    """A case that was cancelled today."""
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        cases.cancel(session, walk.id, cast["operator"], "Keliru")
    return walk.id


def rule(database: Database, who: Actor, years: int = 2, fate: str = "musnah", key: str = KEY, **more: str) -> int:
    with database.session() as session, transaction(session):
        return retention.set_rule(session, who, key, years, fate, more.pop("law", LAW), **more).id


def hold(database: Database, who: Actor, case: str, **more: str) -> str:
    given = {"reason": "Pemeriksaan BPK", "letter": "700/12/2026"} | more
    with database.session() as session, transaction(session):
        return retention.place_hold(session, who, case, **given).id


def lift(database: Database, who: Actor, hold_id: str, reason: str = "Selesai", request: str | None = None) -> None:
    with database.session() as session, transaction(session):
        retention.lift_hold(session, who, hold_id, reason, request)


def due(database: Database, day: date) -> list[tuple[str, date, bool]]:
    with database.session() as session:
        return [(one.instance.id, one.since, one.held) for one in retention.due(session, day)]


def later(years: int, days: int = 0) -> date:
    today = people.today()
    return today.replace(year=today.year + years) + timedelta(days=days)


def test_without_a_rule_everything_is_kept_for_ever(deployed: Database, ended: str) -> None:
    assert due(deployed, later(1000)) == []


def test_a_case_is_due_on_the_day_its_years_are_over_and_not_before(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"])
    assert due(deployed, later(2, -1)) == []
    assert due(deployed, later(2)) == [(ended, later(2), False)]


@pytest.mark.parametrize("given", [{"reason": " \r\n"}, {"reason": "x" * 2001}, {"letter": ""}, {"letter": "x" * 201}])
def test_a_hold_says_why_and_by_which_letter_or_what_is_wrong(
    deployed: Database, cast: Cast, ended: str, given: dict[str, str]
) -> None:
    [text] = given.values()
    with pytest.raises(BadValue, match=f"paling panjang {len(text) - 1} huruf" if text.strip() else "Tuliskan"):
        hold(deployed, cast["auditor"], ended, **given)
    lines = "a\r\n" * 999 + "ab"  # 2000 characters, as browsers count
    placed = hold(deployed, cast["auditor"], ended, reason=lines)
    with deployed.session() as session:
        assert session.get_one(LegalHold, placed).reason == lines.replace("\r\n", "\n")


def test_a_running_case_is_never_due(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    rule(deployed, cast["operator"], 1)
    assert due(deployed, later(50)) == []


def test_what_is_kept_for_ever_by_its_schedule_is_never_due(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"], fate="permanen")
    assert due(deployed, later(100)) == []


def test_a_new_rule_takes_the_place_of_the_one_before(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"], 2)
    with clock.stopped(clock.business() + timedelta(days=100)):
        rule(deployed, cast["operator"], 10)
        rule(deployed, cast["operator"], 5)
        with deployed.session() as session:
            told = [(one.years, one.begins, one.ends) for one in retention.rules(session)]
    day = later(0, 100)
    before = day - timedelta(days=1)
    assert sorted(told) == [(2, later(0), before), (5, day, None), (10, day, before)]
    assert due(deployed, later(4)) == [] and len(due(deployed, later(5))) == 1


def test_a_held_case_says_so_until_a_second_person_lifts_the_hold(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"])
    first = hold(deployed, cast["auditor"], ended)
    second = hold(deployed, cast["operator"], ended, letter="lain")
    with pytest.raises(NotAllowed, match="orang lain"):
        lift(deployed, cast["auditor"], first)
    assert due(deployed, later(2)) == [(ended, later(2), True)]
    lift(deployed, cast["operator"], first)
    assert due(deployed, later(2)) == [(ended, later(2), True)]
    lift(deployed, cast["auditor"], second)
    assert due(deployed, later(2)) == [(ended, later(2), False)]
    with pytest.raises(NotReady, match="sudah dilepas"):
        lift(deployed, cast["operator"], first)


def test_holds_and_rules_stand_in_the_history(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"])
    lift(deployed, cast["operator"], hold(deployed, cast["auditor"], ended))
    with deployed.session() as session:
        kinds = [(event.kind, event.actor) for event in history.events(session, ended)][-2:]
        assert kinds == [(Kind.HOLD_PLACED, cast["auditor"].id), (Kind.HOLD_LIFTED, cast["operator"].id)]
        [told] = session.query(HistoryEvent).filter_by(kind=Kind.RETENTION_SET)
        assert (told.instance_id, told.body["years"], told.body["law"]) == (history.SYSTEM, 2, LAW)
        assert list(history.verify(session)) == []
        assert list(replay.differences(session, session.get_one(Instance, ended))) == []


@pytest.mark.parametrize("user", ["ppk", "pa", "analis", "auditor"])
def test_only_the_operator_sets_rules(deployed: Database, cast: Cast, user: str) -> None:
    with pytest.raises(NotAllowed):
        rule(deployed, cast[user])


@pytest.mark.parametrize("user", ["ppk", "pa", "analis"])
def test_only_operator_and_auditor_hold_and_lift(deployed: Database, cast: Cast, ended: str, user: str) -> None:
    placed = hold(deployed, cast["auditor"], ended)
    with pytest.raises(NotAllowed):
        hold(deployed, cast[user], ended)
    with pytest.raises(NotAllowed):
        lift(deployed, cast[user], placed)


@pytest.mark.parametrize(
    "change",
    [{"years": 0}, {"years": -1}, {"years": 101}, {"fate": "dibakar"}, {"law": " "}, {"law": "x" * 301}],
    ids=str,
)
def test_a_rule_that_says_nothing_is_refused(deployed: Database, cast: Cast, change: dict[str, Value]) -> None:
    with pytest.raises(BadValue):
        rule(deployed, cast["operator"], **change)
    with deployed.session() as session:
        assert retention.rules(session) == []


def test_a_process_and_a_hold_that_are_not_there_are_refused(deployed: Database, cast: Cast, ended: str) -> None:
    with pytest.raises(NotFound, match="Tidak ada proses"):
        rule(deployed, cast["operator"], key="tidak_ada")
    for command in (lambda: hold(deployed, cast["auditor"], "x"), lambda: lift(deployed, cast["auditor"], "x")):
        with pytest.raises(NotFound):
            command()


@pytest.mark.parametrize("change", [{"reason": ""}, {"letter": "  "}, {"reason": "x" * 2001}, {"letter": "x" * 201}])
def test_a_hold_says_why_and_by_which_letter(
    deployed: Database, cast: Cast, ended: str, change: dict[str, str]
) -> None:
    with pytest.raises(BadValue):
        hold(deployed, cast["auditor"], ended, **change)
    with pytest.raises(BadValue, match="melepas"):
        lift(deployed, cast["operator"], hold(deployed, cast["auditor"], ended), " ")


def test_what_is_sent_twice_is_done_once(deployed: Database, cast: Cast, ended: str) -> None:
    assert rule(deployed, cast["operator"], request="r" * 22) == rule(deployed, cast["operator"], request="r" * 22)
    placed = hold(deployed, cast["auditor"], ended, request="h" * 22)
    assert hold(deployed, cast["auditor"], ended, request="h" * 22) == placed
    for _ in range(2):
        lift(deployed, cast["operator"], placed, request="l" * 22)
    with deployed.session() as session:
        assert session.query(LegalHold).count() == 1 and len(retention.rules(session)) == 1


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 100))
def test_the_years_are_whole_years(day: date, years: int) -> None:
    since = retention._after(day, years)
    assert since.year == day.year + years
    assert (since.month, since.day) in {(day.month, day.day), (3, 1)} and (day.month, day.day) != (2, 30)


def test_the_shell_lists_proposals_and_destroys_nothing(deployed: Database, cast: Cast, ended: str) -> None:
    rule(deployed, cast["operator"], 1)
    with deployed.session() as session, transaction(session):
        session.get_one(Instance, ended).ended_at = clock.system() - timedelta(days=400)
    assert "belum dapat memusnahkan" in sopan("retention", folder=deployed.folder, code=2)["error"]
    [told] = sopan("retention", "--dry-run", folder=deployed.folder)["proposals"]
    assert set(told) == {"number", "process", "ended", "since", "fate", "law", "held"} and told["law"] == LAW
    with deployed.session() as session:
        assert session.query(Instance).count() == 1
