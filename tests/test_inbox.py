"""What the engine says of an inbox: how much waits, what a search finds, what has its documents, and the receipt."""

from dataclasses import replace

import pytest
from walks import Walk

from engine import documents, handing, tasks
from engine.errors import NotAllowed, NotFound
from engine.tasks import Counts, Only
from engine.transaction import transaction
from webapp import words


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def found(session, who, **asked):
    return [item.element for item in tasks.inbox(session, who, **asked)]


def test_counts_are_of_my_roles_my_hands_and_what_is_late(session, walk, cast):
    assert tasks.counts(session, cast["ppk"]) == Counts(all=1, held=0, handed=0, late=0)
    with transaction(session):
        tasks.claim(session, walk.item("A01").id, cast["ppk"])
    assert tasks.counts(session, cast["ppk"]) == Counts(all=1, held=1, handed=0, late=0)
    assert tasks.counts(session, cast["ppk2"]) == Counts(all=1, held=0, handed=0, late=0)
    assert tasks.counts(session, cast["pphp"]) == Counts(all=0, held=0, handed=0, late=0)


def test_what_waits_is_counted_and_listed_only_so_far(session, deployed, walk, cast, monkeypatch):
    Walk(deployed, cast, number=2)
    assert tasks.counts(session, cast["ppk"]).all == 2
    for place in ("engine.tasks.listing.MOST", "engine.tasks.MOST"):
        monkeypatch.setattr(place, 1)
    assert tasks.counts(session, cast["ppk"]).all == 1
    assert (words.many(0), words.many(1)) == ("0", "1+")
    assert len(found(session, cast["ppk"], most=1)) == 1


def test_the_nearest_due_date_of_all_roles_comes_first_and_none_last(session, deployed, walk, cast):
    other = Walk(deployed, cast, number=2).to("A01")
    both = replace(cast["ppk"], roles=cast["ppk"].roles | cast["pejabat_pengadaan"].roles)
    assert found(session, both) == ["A01", "A02"]
    with transaction(session):
        tasks.find(session, walk.item("A01").id).due_at = None
    assert found(session, both) == ["A02", "A01"]
    assert found(session, both, most=1) == ["A02"]
    assert found(session, both, search=other.instance().number) == ["A02"]
    assert found(session, replace(both, roles=frozenset())) == []


def test_an_inbox_can_hold_only_what_i_hold(session, walk, cast):
    assert found(session, cast["ppk"], only=Only.HELD) == []
    with transaction(session):
        tasks.claim(session, walk.item("A01").id, cast["ppk"])
    assert found(session, cast["ppk"], only=Only.HELD) == ["A01"]
    assert found(session, cast["ppk2"], only=Only.HELD) == []


def test_what_somebody_gave_me_is_mine_to_find_until_i_give_it_back(session, walk, cast):
    item = walk.item("A01").id
    with transaction(session):
        handing.hand(session, item, cast["ppk"], cast["ppk2"].id)
    assert (
        found(session, cast["ppk2"], only=Only.HANDED) == ["A01"]
        and found(session, cast["ppk"], only=Only.HANDED) == []
    )
    assert tasks.counts(session, cast["ppk2"]) == Counts(all=1, held=1, handed=1, late=0)
    with transaction(session):
        tasks.release(session, item, cast["ppk2"])
    assert found(session, cast["ppk2"], only=Only.HANDED) == [] and tasks.find(session, item).handed_by is None


@pytest.mark.parametrize(("words", "hits"), [("ANTREAN dinas", 1), ("APL-2026-0001", 1), ("antrean x", 0), ("%", 0)])
def test_every_word_of_a_search_must_be_there(session, walk, cast, words, hits):
    assert len(found(session, cast["ppk"], search=words)) == hits


def test_what_i_have_done_is_mine_alone(session, walk, cast):
    walk.complete("A01")
    assert [item.element for item in session.scalars(tasks.done_by(cast["ppk"]))] == ["A01"]
    assert session.scalars(tasks.done_by(cast["ppk2"])).all() == []
    assert session.scalars(tasks.done_by(cast["ppk"], "tidak ada")).all() == []


def test_uploaded_names_each_requirement_once(session, walk, cast):
    item = walk.item("A01").id
    assert documents.uploaded(session, [item]) == {item: set()}
    walk.upload("A01")
    walk.upload("A01")
    session.rollback()  # see what the others wrote
    assert documents.uploaded(session, [item]) == {item: {"HPS", "KAK"}}


def test_a_receipt_can_be_read_again_by_whoever_may_see_the_case(session, walk, cast):
    item = walk.item("A01").id
    with pytest.raises(NotFound):
        tasks.receipt(session, cast["ppk"], item)
    first = walk.complete("A01")
    session.rollback()  # see what the others wrote
    assert tasks.receipt(session, cast["ppk"], item) == tasks.receipt(session, cast["auditor"], item) == first
    with pytest.raises(NotAllowed):
        tasks.receipt(session, cast["pphp"], item)
