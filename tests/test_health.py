"""What machines may ask: alive, ready, and numbers without a case or a person in them."""

import math
from datetime import timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor
from prometheus_client.parser import text_string_to_metric_families
from test_cli import sopan
from walks import Walk

from engine import clock, incidents, timers
from engine.database import Database
from engine.model import Delivery, HistoryEvent
from engine.people import Actor
from engine.transaction import transaction
from webapp import create_app

TOKEN = "0123456789abcdef0123456789abcdef"
STRANGER = {"REMOTE_ADDR": "192.0.2.7"}
CLOSED = ["/siap", "/metrics"]


@pytest.fixture
def client(deployed: Database):
    return create_app(deployed, metrics_token=TOKEN).test_client()


def numbers(client) -> dict[str, float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([s.name, *s.labels.values()]): s.value for s in samples}


def test_anybody_may_ask_whether_it_is_alive_and_learns_nothing_else(client) -> None:
    answer = client.get("/sehat", environ_base=STRANGER)
    assert (answer.status_code, answer.text) == (200, "sehat\n") and "Set-Cookie" not in answer.headers


def test_it_is_alive_without_a_database(deployed: Database) -> None:
    visitor = Visitor(deployed, "ppk")
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in")
    assert visitor.get("/sehat").status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_this_machine_may_ask_for_more(client, path: str) -> None:
    for host in ("localhost", "127.0.0.1:8000"):
        assert client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"])
def test_a_stranger_may_not_without_the_token(client, path: str, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    answer = client.get(path, environ_base=STRANGER, headers=headers)
    assert answer.status_code == 403 and "sopan_" not in answer.text
    assert client.get(path, environ_base=STRANGER, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_on_this_machine_opens_nothing(client, path: str, name: str) -> None:
    assert client.get(path, headers={name: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("path", CLOSED)
def test_a_name_of_the_city_is_not_this_machine(deployed: Database, path: str) -> None:
    client = create_app(deployed, hosts=("localhost", "sopan.example")).test_client()
    assert client.get(path, headers={"Host": "sopan.example"}).status_code == 403
    assert client.get(path, environ_base=STRANGER, headers={"Authorization": "Bearer "}).status_code == 403


def test_it_is_ready_only_while_the_database_is_ours(deployed: Database, client) -> None:
    assert client.get("/siap").text == "siap\n"
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = client.get("/siap")
    assert (answer.status_code, answer.text) == (503, "belum siap\n")


def test_the_numbers_are_those_of_the_tables(deployed: Database, cast: dict[str, Actor], client) -> None:
    walk = Walk(deployed, cast)
    found = numbers(client)
    assert (found["sopan_cases_running"], found["sopan_work_items_open"], found["sopan_database_up"]) == (1, 1, 1)
    assert (found["sopan_timers_waiting"], found["sopan_timers_due"], found["sopan_timer_lag_seconds"]) == (2, 0, 0)
    due = walk.item("A01").due_at
    with clock.stopped(due + timedelta(seconds=90)):
        found = numbers(client)
        with deployed.session() as session:
            newest = session.scalars(sa.select(sa.func.max(HistoryEvent.at))).one()
        assert math.isclose(found["sopan_last_event_age_seconds"], (clock.business() - newest).total_seconds())
        assert found["sopan_timers_due"] == 2
        assert found["sopan_timer_lag_seconds"] > 90
        timers.fire_due(deployed.session)
        assert numbers(client)["sopan_timer_lag_seconds"] == 0
    with deployed.session() as session, transaction(session):
        incidents.record(session, walk.id, "x")
    assert numbers(client)["sopan_incidents_open"] == 1


def test_the_age_of_the_outbox_and_what_failed_are_numbers(deployed: Database, client) -> None:
    now = clock.system()
    with deployed.session() as session, transaction(session):
        place = {"channel": "surel", "notices": [], "due_at": now}
        session.add(Delivery(**place, wanted_at=now - timedelta(seconds=90)))
        session.add(Delivery(**place, wanted_at=now - timedelta(days=1), failed_at=now))
    found = numbers(client)
    assert 90 <= found["sopan_outbox_age_seconds"] < 150 and found["sopan_outbox_failed"] == 1


def test_answers_are_counted_by_kind_of_page_and_status(client) -> None:
    for path in ("/masuk", "/masuk", "/", "/berkas/APL-2026-0001", "/rahasia/APL-2026-0001"):
        client.get(path)
    found = numbers(client)
    assert found["sopan_requests_total auth 200"] == 2 and found["sopan_requests_total inbox 302"] == 1
    assert found["sopan_requests_total none 404"] == 1 and found["sopan_request_seconds_count auth"] == 2


def test_no_case_and_no_person_is_told(deployed: Database, cast: dict[str, Actor], client) -> None:
    Walk(deployed, cast)
    client.get("/berkas?q=APL-2026-0001")
    told = client.get("/metrics").text
    assert "APL" not in told and not any(who.id in told or who.name in told for who in cast.values())


def test_a_database_that_is_away_is_a_number_too(deployed: Database, client) -> None:
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE timer RENAME TO away")
    found = numbers(client)
    assert found["sopan_database_up"] == 0 and "sopan_timers_due" not in found


def test_a_token_that_could_be_guessed_is_refused(deployed: Database) -> None:
    deployed.folder.chmod(0o700)
    (deployed.folder / "token").write_text("short")
    words = ("serve", "--metrics-token-file", deployed.folder / "token")
    assert "32 huruf" in sopan(*words, folder=deployed.folder, code=4, out="text")
