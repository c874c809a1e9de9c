"""The page of failures, and that every shell writes down a broken case it meets."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from browsing import Visitor
from models import model
from test_cli import sopan
from walks import Walk

from engine import cases, clock, deployments, incidents, timers, values
from engine.database import Database
from engine.model import Incident, Instance, StartRight, Timer
from engine.people import OPERATOR, Actor
from engine.transaction import transaction

PAGE = "/operasi/kegagalan"
STALLS = """start S | user A | timer W on=A at=PT1H interrupting | xor G | user X | end E
S > A | A > E | W > G | G > X : x = 1 | X > E"""


@pytest.fixture
def stalled(deployed: Database) -> Iterator[Database]:
    """Three cases whose timer meets a gateway without a way on."""
    who = Actor("system", "", frozenset({OPERATOR}), frozenset())
    with deployed.session() as session, transaction(session):
        deployments.deploy(session, {"m.bpmn": model(STALLS)}, "system")
        for _ in range(3):
            cases.start(session, "p", who, {})
    with clock.stopped(clock.business() + timedelta(hours=3)):
        timers.fire_due(deployed.session)
        yield deployed


def waiting(database: Database) -> list[Incident]:
    with database.session() as session:
        return list(session.scalars(incidents.listed(False)))


def broken(database: Database, case: str) -> None:
    with database.session() as session, transaction(session):
        session.get_one(Instance, case).state = b"broken"


@pytest.mark.parametrize("user", ["ppk", "auditor", "analis"])
def test_only_the_operator_sees_and_retries(stalled: Database, user: str) -> None:
    visitor = Visitor(stalled, user)
    assert visitor.get(PAGE).status_code == 403
    assert visitor.post(PAGE, {"pilih": waiting(stalled)[0].id}).status_code == 403 and len(waiting(stalled)) == 3


def test_the_page_says_which_case_why_since_when_and_what_to_do(stalled: Database) -> None:
    with clock.stopped(clock.business() + timedelta(days=2)):
        words = Visitor(stalled, "operator").words(PAGE)
    assert words.count("Perbaiki sebabnya") == 3 and "2 hari" in words and "pewaktu W" in words
    assert all(one.instance.number in words for one in waiting(stalled))


def test_the_search_finds_by_number_and_reason(stalled: Database) -> None:
    visitor, first = Visitor(stalled, "operator"), waiting(stalled)[0].instance.number
    assert visitor.words(f"{PAGE}?q={first}").count("Perbaiki sebabnya") == 1
    assert "Tidak ada kegagalan yang sesuai" in visitor.words(f"{PAGE}?q=%25")
    assert visitor.words(f"{PAGE}?q=G").count("Perbaiki sebabnya") == 3


def test_several_are_tried_again_and_what_fails_again_is_told(stalled: Database) -> None:
    visitor, chosen = Visitor(stalled, "operator"), waiting(stalled)[:2]
    answer = visitor.post(PAGE, {"pilih": [one.id for one in chosen]})
    assert answer.status_code == 302 and len(waiting(stalled)) == 3
    assert "Ditangani: 0. Gagal lagi: 2." in visitor.words(PAGE)
    assert not {one.id for one in chosen} & {one.id for one in waiting(stalled)}


def test_what_is_mended_goes_on_and_is_listed_with_who_and_when(stalled: Database) -> None:
    visitor, chosen = Visitor(stalled, "operator"), waiting(stalled)[0]
    with stalled.session() as session, transaction(session):
        session.get_one(Instance, chosen.instance_id).variables = {"x": values.encode(Decimal(1))}
    visitor.post(PAGE, {"pilih": chosen.id})
    assert "Ditangani: 1. Gagal lagi: 0." in visitor.words(PAGE) and len(waiting(stalled)) == 2
    done = visitor.words(f"{PAGE}?lihat=beres")
    assert "Fitri Operasional" in done and chosen.instance.number in done


def test_nothing_chosen_and_nothing_known_are_refused(stalled: Database) -> None:
    visitor = Visitor(stalled, "operator")
    assert visitor.post(PAGE).status_code == 422
    assert visitor.post(PAGE, {"pilih": [waiting(stalled)[0].id, "tidakada"]}).status_code == 404
    assert len(waiting(stalled)) == 3


def test_who_is_second_resolves_nothing_twice(stalled: Database) -> None:
    visitor, chosen = Visitor(stalled, "operator"), waiting(stalled)[0]
    with stalled.session() as session, transaction(session):
        incidents.resolve(session, chosen.id, "somebody")
    visitor.post(PAGE, {"pilih": chosen.id})
    with stalled.session() as session:
        assert session.get_one(Incident, chosen.id).resolved_by == "somebody"
        assert session.get_one(Timer, chosen.timer_id or "").stuck_at is not None


def test_a_shell_that_meets_a_broken_case_writes_it_down_once(deployed: Database, cast: dict[str, Actor]) -> None:
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=date(2020, 1, 1)))
        deployments.deploy(session, {"m.bpmn": model(STALLS)}, "system")
        case = cases.start(session, "p", cast["ppk"], {}).id
        [item] = cases.open_items(session, [case])[case]
    broken(deployed, case)
    for _ in range(2):
        told = sopan("complete", item.id, "--as", "ppk", folder=deployed.folder, code=2)
        assert "rusak" in told["error"]
    assert [one.instance_id for one in waiting(deployed)] == [case]
    assert "Keadaan tersimpannya rusak" in Visitor(deployed, "operator").words(PAGE)


def test_the_worker_writes_a_broken_case_down_with_its_timer(deployed: Database, cast: dict[str, Actor]) -> None:
    walk = Walk(deployed, cast)
    broken(deployed, walk.id)
    with clock.stopped(clock.business() + timedelta(days=60)):
        timers.fire_due(deployed.session)
    assert [one.instance_id for one in waiting(deployed) if one.timer_id] == [walk.id]
