"""Work that was done on paper first: both days are kept, and what that means for a deadline."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from walks import Walk

from engine import clock, history, onpaper, papers, people, replay, tasks, values
from engine.database import Database
from engine.demo import answers
from engine.errors import BadForm
from engine.model import HistoryEvent, Instance, Kind, WorkItem
from engine.people import ZONE, Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
DAY, HOUR, BASIS = onpaper.DAY, onpaper.HOUR, onpaper.BASIS
LETTER = {BASIS: "BA 12/2026, listrik padam"}


def said(day: str, hour: str = "", basis: str = LETTER[BASIS]) -> onpaper.Sent:
    return {DAY: day, HOUR: hour, BASIS: basis}


def begin(database: Database, cast: Cast, paper: onpaper.Sent = onpaper.NONE) -> Walk:
    """A case that began on paper."""
    return Walk(database, cast, paper=paper)


def complete(walk: Walk, element: str, paper: onpaper.Sent, **changes: object) -> None:
    walk.complete(element, paper=paper, **changes)


def last(walk: Walk, kind: Kind) -> tuple[HistoryEvent, dict[str, values.Value]]:
    with walk.database.session() as session:
        event = [one for one in history.events(session, walk.id) if one.kind == kind][-1]
        return event, history.openings(session, walk.id)[event.seq]


def whole(walk: Walk) -> None:
    with walk.database.session() as session:
        assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []


def test_a_step_keeps_the_day_of_its_entry_and_the_day_on_paper(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast, said("2026-11-18"))
    complete(walk, "A01", said("2026-11-20"))
    event, fields = last(walk, Kind.ITEM_COMPLETED)
    assert event.at == clock.business() and event.body["happened"] == "2026-11-20"
    assert LETTER[BASIS] not in str(event.body)  # it may be erased; the chain may not
    assert fields[":dasar"] == LETTER[BASIS] and ":dasar" not in values.decode(walk.instance().variables)
    assert datetime.fromisoformat(event.body["due"]).astimezone(ZONE) == datetime(2026, 11, 30, 16, tzinfo=ZONE)
    whole(walk)


def test_a_case_keeps_the_day_on_which_it_began_on_paper(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast, said("18-11-2026", "10.30"))
    event, fields = last(walk, Kind.INSTANCE_STARTED)
    assert event.body["happened"] == "2026-11-18T10:30:00+07:00" and fields[":dasar"] == LETTER[BASIS]
    assert "due" not in event.body and walk.instance().started_at == event.at == clock.business()
    assert walk.item("A01").paper_since == datetime(2026, 11, 18, 10, 30, tzinfo=ZONE)
    whole(walk)


def test_what_nobody_says_is_not_told(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast)
    complete(walk, "A01", said("", "", ""))
    assert "happened" not in last(walk, Kind.ITEM_COMPLETED)[0].body and walk.item("A02").paper_since is None


WRONG = [
    (said("2026-11-24"), [DAY]),  # tomorrow
    (said("2026-11-23", "09.01"), [DAY]),  # in a minute
    (said("2026-11-19"), [DAY]),  # before the case began on paper
    (said("1926-11-20"), [DAY]),
    (said("kemarin"), [DAY]),
    (said("2026-11-20", "pagi"), [HOUR]),
    (said("", "10.00"), [DAY]),
    (said("", "", "BA 12"), [DAY]),
    (said("2026-11-20", "", ""), [BASIS]),
    (said("2026-11-20", "", "x" * 201), [BASIS]),
    (said("2026-11-24", "", " "), [DAY, BASIS]),
]


@pytest.mark.parametrize(("paper", "fields"), WRONG)
def test_a_day_on_paper_that_cannot_be_is_refused(
    deployed: Database, cast: Cast, paper: onpaper.Sent, fields: list[str]
) -> None:
    walk = begin(deployed, cast, said("2026-11-20"))
    with pytest.raises(BadForm) as refused:
        complete(walk, "A01", paper)
    assert [error.field for error in refused.value.errors] == fields and walk.open() == ["A01"]


def test_what_is_wrong_with_paper_and_form_is_said_at_once(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast)
    with pytest.raises(BadForm) as refused:
        complete(walk, "A01", said("2026-11-24"), nilai_hps="x")
    assert [error.field for error in refused.value.errors] == ["nilai_hps", DAY]


def test_a_case_does_not_begin_in_the_future(deployed: Database, cast: Cast) -> None:
    with pytest.raises(BadForm, match="masa depan"):
        begin(deployed, cast, said("2026-11-24"))


def test_the_same_day_is_not_before_what_led_here(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast, said("2026-11-20", "15.00"))
    with pytest.raises(BadForm, match="sebelum langkah sebelumnya terjadi, 20 November 2026, 15.00"):
        complete(walk, "A01", said("2026-11-20", "14.59"))
    complete(walk, "A01", said("2026-11-20"))
    assert walk.item("A02").paper_since == datetime(2026, 11, 20, tzinfo=ZONE)


def test_what_follows_a_step_that_was_done_here_did_not_happen_before_it(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast, said("2026-11-18"))
    complete(walk, "A01", onpaper.NONE)
    with pytest.raises(BadForm, match="sebelum langkah sebelumnya"):
        complete(walk, "A02", said("2026-11-20"))
    complete(walk, "A02", said("2026-11-23"))
    whole(walk)


def test_a_breach_stays_although_the_paper_was_in_time(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast)
    due = walk.item("A01").due_at
    with clock.stopped(due + timedelta(days=2)):
        complete(walk, "A01", said("2026-11-27"))
    event, _ = last(walk, Kind.ITEM_COMPLETED)
    assert event.body["due"] == due.isoformat() and onpaper.in_time(event.body) is True
    with deployed.session() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.element == "A01")).one()
        assert item.due_at == due and item.closed_at == due + timedelta(days=2)
    whole(walk)


@pytest.mark.parametrize(
    ("happened", "kept"),
    [("2026-11-30", True), ("2026-12-01", False), ("2026-11-30T16:00:00+07:00", True),
     ("2026-11-30T16:01:00+07:00", False)],
)  # fmt: skip
def test_a_day_is_judged_by_the_day_and_an_hour_by_the_minute(happened: str, kept: bool) -> None:
    assert onpaper.in_time({"happened": happened, "due": "2026-11-30T09:00:00+00:00"}) is kept
    assert onpaper.in_time({"happened": happened}) is None


def test_the_receipt_of_a_repeated_key_says_the_same(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast)
    walk.upload("A01")
    item, data = walk.item("A01"), answers.step("A01", 1, walk.plan, 1, people.today())
    got = []
    for _ in range(2):
        with deployed.session() as session, transaction(session):
            got.append(tasks.complete(session, item.id, cast["ppk"], data, "k1", typed=True, paper=said("2026-11-23")))
    assert got[0] == got[1] and got[0].happened == "2026-11-23"


def test_the_printed_receipt_says_both_days(deployed: Database, cast: Cast) -> None:
    walk = begin(deployed, cast, said("2026-11-18"))
    complete(walk, "A01", said("2026-11-20"))
    with deployed.session() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.element == "A01")).one().id
        paper = papers.filled_from(session, cast["ppk"], "tanda-terima", walk.id, item, "a4", "x")
    assert "23 November 2026, 09.00 WIB, menurut kertas 20 November 2026" in str(paper.blocks)
