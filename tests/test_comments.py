"""Comments at the steps of a case: who writes, who reads, and that each is an event that can be erased."""

import pytest
import sqlalchemy as sa
from test_directory import do, wrong
from test_people import PPHP, again
from test_preparing import events
from test_staffing import letter, name
from walks import Walk

from engine import cases, comments, history, people, replay, staffing
from engine.database import Database
from engine.errors import AlreadyDone, Conflict, NotAllowed
from engine.model import Account, Kind, Opening, WorkItem
from engine.people import Actor, today
from engine.transaction import transaction

Cast = dict[str, Actor]


def said(database: Database, walk: Walk, who: Actor) -> list[tuple[str, str | None]]:
    """What somebody reads in a case: (step, text)."""
    with database.session() as session:
        seen = people.sight(session, who, walk.instance())
        return [(one.item.element, one.text) for one in comments.listed(session, seen, walk.instance())]


def offered(database: Database, walk: Walk, who: Actor) -> list[str]:
    """The steps at which somebody may comment."""
    with database.session() as session:
        seen = people.sight(session, who, walk.instance())
        return [one.id for one in comments.steps(session, seen, walk.instance())]


def item_of(database: Database, walk: Walk, element: str) -> str:
    with database.session() as session:
        query = sa.select(WorkItem.id).where(WorkItem.instance_id == walk.id, WorkItem.element == element)
        return session.scalars(query.order_by(WorkItem.opened_at.desc()).limit(1)).one()


def refused(database: Database, item: str, who: Actor) -> bool:
    with database.session() as session:
        try:
            with transaction(session):
                comments.make(session, item, who, "x")
        except NotAllowed:
            return True
        return False


def vendor(database: Database, walk: Walk) -> Actor:
    """Somebody from outside whom the case names for the vendor's lane."""
    typed = letter("Penyedia", name="Rekanan Rekaan", username="rekanan", ends=today().isoformat())
    account: Account = do(database, staffing.name_vendor, walk.id, walk.cast["ppk"], typed)
    with database.session() as session:
        return again(database, Actor(session.get_one(Account, account.id).person_id, "", frozenset(), frozenset()))


def test_a_comment_is_an_event_whose_text_stands_where_it_can_be_erased(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    do(deployed, comments.make, item_of(deployed, walk, "A01"), cast["ppk2"], " Satu\r\n<b>dua</b> ")
    [event] = events(deployed, Kind.COMMENT_MADE)
    assert (event.actor, event.element, event.body) == (cast["ppk2"].id, "A01", {"item": walk.item("A01").id})
    assert said(deployed, walk, cast["ppk"]) == [("A01", "Satu\n<b>dua</b>")]
    with deployed.session() as session:
        assert list(replay.differences(session, walk.instance())) == [] and list(history.verify(session)) == []


def test_an_erased_comment_leaves_who_and_when(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    for text in ("Satu", "Dua"):
        do(deployed, comments.make, walk.item("A01").id, cast["ppk"], text)
    with deployed.session() as session, transaction(session):
        one, other = (session.get_one(Opening, (walk.id, e.seq)) for e in events(deployed, Kind.COMMENT_MADE))
        one.fields = {name: {"erased": history.commitment(name, *field)} for name, field in one.fields.items()}
        session.delete(other)
    assert said(deployed, walk, cast["ppk"]) == [("A01", None)] * 2
    with deployed.session() as session:
        assert list(history.verify(session)) == []


def test_the_newest_comment_is_the_last_on_open_steps_and_on_those_that_are_done(
    deployed: Database, cast: Cast
) -> None:
    walk = Walk(deployed, cast)
    first = walk.item("A01").id
    walk.to("A01")
    do(deployed, comments.make, walk.item("A02").id, cast["pejabat_pengadaan"], "Satu")
    do(deployed, comments.make, first, cast["ppk"], "Dua")
    assert said(deployed, walk, cast["ppk"]) == [("A02", "Satu"), ("A01", "Dua")]


def test_who_has_a_part_in_the_case_comments_and_the_pa_the_house_only_reads(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    item = walk.item("A02").id
    may = {who for who in cast if not refused(deployed, item, cast[who])}
    assert may == {"ppk", "ppk2", "pejabat_pengadaan", "pa", "penyiap"}
    assert len(said(deployed, walk, cast["auditor"])) == len(may)


def test_a_vendor_reads_and_writes_in_their_own_lane_alone(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    who = vendor(deployed, walk)
    first = walk.item("A01").id
    do(deployed, comments.make, first, cast["ppk"], "Hanya untuk kita")
    assert said(deployed, walk, who) == [] and refused(deployed, first, who) and offered(deployed, walk, who) == []
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(WorkItem).where(WorkItem.id == first).values(lane="Penyedia"))
    assert said(deployed, walk, who) == [("A01", "Hanya untuk kita")] and not refused(deployed, first, who)
    assert offered(deployed, walk, who) == [first]


def test_who_was_named_for_a_lane_and_is_so_no_more_reads_it_no_more(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    row = name(deployed, walk, PPHP, cast["opd"])
    first = walk.item("A01")
    do(deployed, comments.make, first.id, cast["ppk"], "x")
    nobody = Actor(cast["opd"].id, "", frozenset(), frozenset())
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(WorkItem).where(WorkItem.id == first.id).values(lane=PPHP))
    assert len(said(deployed, walk, nobody)) == 1
    do(deployed, staffing.end, row.id, cast["pa"])
    assert said(deployed, walk, nobody) == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_a_comment_that_says_nothing_or_too_much_is_refused(deployed: Database, cast: Cast, text: str) -> None:
    item = Walk(deployed, cast).item("A01").id
    assert wrong(deployed, comments.make, item, cast["ppk"], text) == [comments.TEXT]


def test_lines_count_as_the_browser_counts_them(deployed: Database, cast: Cast) -> None:
    walk, text = Walk(deployed, cast), "x\r\n" * 999 + "xx"
    do(deployed, comments.make, walk.item("A01").id, cast["ppk"], text)
    assert said(deployed, walk, cast["ppk"]) == [("A01", text.replace("\r", ""))]


def test_a_comment_sent_twice_is_one_and_a_key_is_good_for_one_step(deployed: Database, cast: Cast) -> None:
    walk, other = Walk(deployed, cast), Walk(deployed, cast, number=2)
    for _ in range(2):
        do(deployed, comments.make, walk.item("A01").id, cast["ppk"], "Satu", "k" * 22)
    assert len(said(deployed, walk, cast["ppk"])) == 1
    with deployed.session() as session, pytest.raises(Conflict), transaction(session):
        comments.make(session, other.item("A01").id, cast["ppk"], "Satu", "k" * 22)


def test_nobody_comments_when_the_case_is_over(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01").id
    do(deployed, cases.cancel, walk.id, cast["pa"], "Batal")
    with deployed.session() as session, pytest.raises(AlreadyDone, match="dibatalkan"), transaction(session):
        comments.make(session, item, cast["ppk"], "x")
