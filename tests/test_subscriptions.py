"""Who waits for what, as rows: an event from elsewhere finds its cases by name and key, and looks at no other."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from test_messages import CATCH, Start, complete, items, start, whole

from engine import cases, clock, instances, spiff
from engine import database as databases
from engine.database import Database
from engine.errors import NotReady, Refused
from engine.model import Instance, Subscription
from engine.people import Actor
from engine.transaction import transaction
from engine.values import Value

__all__ = ["start"]
WAITS = "start S | user A many=2 | user B | end E | S > A | A > B | B > E | boundary M on=B message=m key=k | M > E"
LATER = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=7)))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers().map(Decimal),
    st.text(max_size=5), st.dates(), st.sampled_from([LATER, LATER.astimezone(UTC)]),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2), max_leaves=4)


def rows(session: Session) -> list[tuple[str, str, str]]:
    session.rollback()
    return [(row.element, row.kind, row.name) for row in session.scalars(sa.select(Subscription))]


@given(VALUES, VALUES)
def test_equal_keys_are_filed_together(one: Value, other: Value) -> None:
    if one == other:
        assert spiff.filed(one) == spiff.filed(other)


@pytest.mark.parametrize(("one", "other"), [
    (Decimal(1), Decimal("1.00")), (Decimal(0), Decimal("-0")), (Decimal(100), Decimal("1E+2")), (1, Decimal(1)),
])  # fmt: skip
def test_a_number_has_one_place_however_it_is_written(one: Value, other: Value) -> None:
    assert spiff.filed(one) == spiff.filed(other) != spiff.filed("1")


def test_kinds_that_have_several_spellings_are_compared_one_by_one() -> None:
    assert {spiff.filed(value) for value in (date(2026, 1, 5), LATER, [], {})} == {spiff.ANY}


def test_a_message_looks_at_the_cases_of_its_key_only(
    session: Session, cast: dict[str, Actor], start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [start(CATCH, k=str(n)) for n in range(12)]
    looked, waiting = list[str](), spiff.waiting

    def looking(at: spiff.Situation, *rest: object) -> bool:
        looked.append(at.instance)
        return waiting(at, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(spiff, "waiting", looking)
    with transaction(session):
        assert cases.deliver(session, cast["ppk"], "m", "7", {}).id == found[7]
    assert looked == [found[7]]
    assert len(rows(session)) == 11


def test_a_key_that_changes_while_the_case_waits_is_filed_anew(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    text = "start S | and P | user A | catch C message=m key=k | user B | end E | S > P | P > A | P > C | C > B"
    case = start(f"{text} | A > E | B > E", k="lama")
    complete(session, case, cast["ppk"], k="baru")
    with pytest.raises(NotReady), transaction(session):
        cases.deliver(session, cast["ppk"], "m", "lama", {})
    with transaction(session):
        cases.deliver(session, cast["ppk"], "m", "baru", {})
    assert [item.element for item in items(session, case)] == ["B"] and rows(session) == []
    whole(session)


def test_a_key_that_the_clock_decides_or_that_fails_is_looked_at_when_a_message_comes(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    start(CATCH.replace("key=k", "key=string(today())"), k="x")
    with transaction(session):
        cases.deliver(session, cast["ppk"], "m", clock.business().astimezone(LATER.tzinfo).date().isoformat(), {})
    start(CATCH.replace("key=k", "key=2**99999"), "q")
    with pytest.raises(Refused, match="Pangkat"), transaction(session):
        cases.deliver(session, cast["ppk"], "m", "x", {})


def test_a_case_that_is_cancelled_or_interrupted_waits_no_more(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    case = start(CATCH, k="a")
    with transaction(session):
        cases.cancel(session, case, cast["pa"], "salah")
    assert rows(session) == []
    case = start("start S | user A | boundary W on=A signal=s interrupting | user B | end E | S > A | A > E | W > B"
                 " | B > E", "q")  # fmt: skip
    assert rows(session) == [("W", "signal", "s")]
    complete(session, case, cast["ppk"])
    assert rows(session) == []


def test_cases_of_a_time_before_the_rows_get_them_when_the_schema_is_upgraded(
    deployed: Database, session: Session, cast: dict[str, Actor], start: Start
) -> None:
    case = start(CATCH, k="a")
    for upgrades in (True, False):
        with transaction(session):
            session.execute(sa.delete(Subscription))
            session.execute(sa.update(Instance).values(awaits=None))
        if upgrades:
            databases.upgrade(deployed)
            assert rows(session) == [("C", "message", "m")]
    with transaction(session):
        assert [one.id for one in instances.awaiting(session, "m", "a")] == [case]
    with transaction(session):
        cases.deliver(session, cast["ppk"], "m", "a", {})
    whole(session)


def test_a_case_of_a_time_before_the_rows_may_go_on_first(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    text = "start S | and P | user A | catch C message=m key=k | end E | S > P | P > A | P > C | A > E | C > E"
    case = start(text, k="a")
    with transaction(session):
        session.execute(sa.delete(Subscription))
        session.execute(sa.update(Instance).values(awaits=None))
    complete(session, case, cast["ppk"])
    assert rows(session) == [("C", "message", "m")]
