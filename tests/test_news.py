"""What an open inbox asks by itself: only its own people's tasks are told, and nobody stays signed in for it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor, statements
from walks import Walk

from engine import accounts, clock, tasks
from engine.database import Database
from engine.model import SignIn
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    return Walk(deployed, cast)


def asked(page) -> str:
    return page.xpath("string(//*[@data-news]/@data-news)")


def test_what_came_since_the_page_was_read_is_counted_in_words(walk: Walk) -> None:
    ppk = Visitor(walk.database, "ppk")
    news = asked(ppk.page("/"))
    assert ppk.get(news).status_code == 204
    with clock.stopped(clock.business() + timedelta(minutes=1)):
        for number in (2, 3):
            Walk(walk.database, walk.cast, number=number)
    assert ppk.get(news).json == {"n": "2", "said": "2 tugas baru di kotak Anda."}
    ppk.get("/bahasa/en")
    assert ppk.get(news).json["said"] == "2 new tasks in your inbox."


def test_the_tasks_of_others_and_what_is_done_are_no_news(walk: Walk, cast: Cast, stopped_clock: datetime) -> None:
    before = stopped_clock - timedelta(minutes=1)
    with walk.database.session() as session:
        assert tasks.arrived(session, cast["ppk"], before) == tasks.arrived(session, cast["ppk2"], before) == 1
        assert tasks.arrived(session, cast["pejabat_pengadaan"], before) == 0
        assert tasks.arrived(session, cast["ppk"], stopped_clock) == 0
    walk.complete("A01")
    with walk.database.session() as session:
        assert tasks.arrived(session, cast["ppk"], before) == 0
        assert tasks.arrived(session, cast["pejabat_pengadaan"], before) == 1


def test_an_aide_is_told_of_what_they_prepare(walk: Walk, cast: Cast, stopped_clock: datetime) -> None:
    with walk.database.session() as session:
        assert tasks.arrived(session, cast["penyiap"], stopped_clock - timedelta(minutes=1)) == 1


@pytest.mark.parametrize("since", ["", "kemarin", "2026-11-23T09:00:00"])
def test_a_moment_that_is_none_is_refused(walk: Walk, since: str) -> None:
    assert Visitor(walk.database, "ppk").get("/tugas/baru", query_string={"sejak": since}).status_code == 422


def test_it_costs_one_statement_beside_knowing_who_asks(walk: Walk) -> None:
    ppk = Visitor(walk.database, "ppk")
    news = asked(ppk.page("/"))
    with statements(walk.database) as told:
        ppk.get(news)
    assert len([one for one in told if "work_item" in one]) == 1


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in_but_typing_does(walk: Walk) -> None:
    ppk, item = Visitor(walk.database, "ppk"), walk.item("A01").id
    news = asked(ppk.page("/"))
    before = clock.system() - accounts.SEEN_EVERY - timedelta(seconds=5)
    with walk.database.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(seen_at=before))
    ppk.get(news)
    assert _seen(walk) == before
    ppk.post(f"/tugas/{item}/draf", {"kode_rup": "5"})
    assert _seen(walk) > before


def test_a_log_has_no_line_for_what_a_page_asks_by_itself(walk: Walk, caplog: pytest.LogCaptureFixture) -> None:
    ppk = Visitor(walk.database, "ppk")
    news = asked(ppk.page("/"))
    with caplog.at_level("INFO", logger="sopan.web"):
        ppk.get(news)
        assert caplog.records == []
        ppk.get("/")
    assert len(caplog.records) == 1


def _seen(walk: Walk) -> datetime:
    with walk.database.session() as session:
        return session.scalars(sa.select(SignIn.seen_at)).one()
