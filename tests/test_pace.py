"""Who is signed in and asks too fast waits: in words, with nothing done, nothing lost, and nobody else held up."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor, file, statements
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from test_web_notices import CHOICE, Choice

from engine import clock
from engine.database import Database
from webapp import cli as commands
from webapp import create_app
from webapp.pace import MINUTE, Pace

NOW = datetime(2026, 12, 1, tzinfo=UTC)
GAPS = st.lists(st.floats(0, 90), min_size=1, max_size=60)  # seconds


class Hasty(Visitor):
    """Somebody who may send few commands a minute."""

    def __init__(self, database: Database, username: str, most: int) -> None:
        super().__init__(database)
        self.app = create_app(database, commands=most)
        self.client = self.app.test_client()
        assert self.sign_in(username).status_code == 302
        self.read_token()

    def rests(self) -> None:
        """A minute goes by."""
        self.app.extensions["sopan.pace"].until.clear()


def hasty(deployed: Database, most: int = 2) -> Hasty:
    """Has sent all that may be sent in this minute."""
    found = Hasty(deployed, "ppk", most)
    for _ in range(most):
        assert found.post("/akun/saya/sandi", {}).status_code == 422
    return found


@given(GAPS, st.integers(1, 20))
def test_no_minute_holds_more_than_twice_the_limit_and_who_waits_as_told_may_ask(gaps: list[float], most: int) -> None:
    pace, now, asked = Pace(most), NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(seconds=gap)
        if seconds := pace.wait("a", True, now):
            now += timedelta(seconds=seconds)
            assert pace.wait("a", True, now) == 0
        asked.append(now)
    assert all(sum(one <= at < one + MINUTE for at in asked) <= 2 * most for one in asked)


@given(st.integers(1, 1000))
def test_a_minutes_commands_may_come_at_once_and_one_more_waits_alone(most: int) -> None:
    pace = Pace(most)
    assert all(pace.wait("a", True, NOW) == 0 for _ in range(most))
    assert 1 <= pace.wait("a", True, NOW) <= 60 / most + 1
    assert pace.wait("b", True, NOW) == 0 and pace.wait("a", False, NOW) == 0


def test_who_waits_in_vain_does_not_wait_longer_for_it() -> None:
    pace = Pace(6)
    waited = [pace.wait("a", True, NOW) for _ in range(100)]
    assert waited == [0] * 6 + [10] * 94


def test_no_more_accounts_are_remembered_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.pace.MOST", 3)
    pace = Pace(1)
    assert [pace.wait(str(n), True, NOW) for n in range(9)] == [0] * 9 and len(pace.until) == 3


def test_who_is_too_fast_is_told_to_wait_and_can_send_it_as_it_was(deployed: Database) -> None:
    ppk = hasty(deployed)
    fields = {"nama": ["satu", "dua"], "catatan": 'tiga "empat" <lima>', "request": "k" * 20}
    answer = ppk.post("/pemberitahuan/surel?dari=sini", {**fields, "berkas": file("hps.pdf")})
    page = html.fromstring(answer.text)
    [form] = [one for one in page.forms if one.xpath(".//input[@type='file']")]
    assert answer.status_code == 429 and 25 <= int(answer.headers["Retry-After"]) <= 30
    assert "belum dikerjakan" in answer.text and form.action == "/pemberitahuan/surel?dari=sini"
    sent = [(name, text) for name, text in form.form_values() if name != "csrf_token"]
    assert sent == [("request", "k" * 20), ("nama", "satu"), ("nama", "dua"), ("catatan", 'tiga "empat" <lima>')]
    [again] = form.xpath(".//input[@type='file']")
    assert again.get("name") == "berkas" and "required" in again.attrib and "hps.pdf" in answer.text


def test_nothing_is_done_before_the_wait_is_over_and_then_once(deployed: Database) -> None:
    ppk = hasty(deployed)
    form = html.fromstring(ppk.post("/pemberitahuan/surel", CHOICE).text).xpath("//form[@class='stack']")[0]
    with deployed.session() as session:
        assert session.scalars(sa.select(Choice)).all() == []
    ppk.rests()
    assert ppk.client.post(form.action, data=dict(form.form_values())).status_code == 302
    with deployed.session() as session:
        assert session.scalars(sa.select(Choice)).one().address == CHOICE["address"]


def test_no_password_is_sent_back(deployed: Database) -> None:
    answer = hasty(deployed).post("/akun/saya/sandi", {"old": "rahasia lama", "password": "rahasia baru"})
    assert answer.status_code == 429 and "rahasia" not in answer.text
    assert html.fromstring(answer.text).xpath("//main//a/@href") == ["/akun/saya"]


def test_pages_have_a_wider_limit_of_their_own_and_the_way_out_has_none(deployed: Database) -> None:
    ppk = hasty(deployed)
    opened = [ppk.get("/akun/saya").status_code for _ in range(12)]
    assert opened[:8] == [200] * 8 and opened[-1] == 429 and "buka lagi" in ppk.get("/akun/saya").text
    assert Hasty(deployed, "pptk", 2).get("/").status_code == 200 and ppk.get("/sehat").status_code == 200
    assert ppk.post("/keluar").status_code == 302


def test_a_page_that_asks_by_itself_gets_the_same_words_as_json(deployed: Database) -> None:
    answer = hasty(deployed).post("/akun/saya/sandi", {}, headers={"Accept": "application/json"})
    assert answer.status_code == 429 and "Tunggu" in json.loads(answer.text)["error"]


def test_the_brake_costs_no_statement_and_a_refusal_no_more_than_who_it_is(deployed: Database) -> None:
    counts = []
    for most in (2, 1000):
        ppk = Hasty(deployed, "ppk", most)
        with statements(deployed) as told:
            ppk.get("/akun/saya")
        counts.append(len(told))
    free = Visitor(deployed, "ppk")
    with statements(deployed) as told:
        free.get("/akun/saya")
    assert counts == [len(told)] * 2
    ppk = hasty(deployed)
    with statements(deployed) as told:
        assert ppk.post("/akun/saya/sandi", {}).status_code == 429
    assert len(told) <= 5 and all(one.startswith(("SELECT", "BEGIN")) for one in told), told


@pytest.mark.parametrize(("given", "most"), [({}, 1_200), ({"SOPAN_MOST_COMMANDS": "7"}, 7)])
def test_the_server_has_the_brake_on(
    deployed: Database, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], most: int
) -> None:
    served, place = [], {"SOPAN_DATABASE_URL": deployed.url, "SOPAN_ALLOW_DATA_LOSS": "yes"}
    monkeypatch.setattr(commands.waitress, "serve", lambda app, **_: served.append(app))
    monkeypatch.setattr(commands.logs, "begin", lambda *_: None)
    with clock.stopped(clock.system() + MINUTE):  # after what the cast did
        run = CliRunner().invoke(commands.cli, ["serve", "--data", str(deployed.folder)], env=place | given)
    assert run.exit_code == 0, run.output
    [app] = served
    app.extensions["sopan.database"].engine.dispose()
    assert app.extensions["sopan.pace"].steps[True] == MINUTE // most
