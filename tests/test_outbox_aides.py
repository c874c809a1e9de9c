"""What the outbox tells of a step that an aide prepares: to whom, and only while it is news."""

import os
from datetime import timedelta

import pytest
import sqlalchemy as sa
from posts import Taking
from test_directory import do
from test_outbox import choose, deliver
from walks import Walk

from engine import outbox, people, preparing, tasks
from engine.database import Database
from engine.model import Aide
from engine.outbox import telling
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
READY, BACK, WAITS = "Konsep siap disetujui", "Konsep perlu diperbaiki", "Tugas menunggu"


@pytest.fixture
def walk(deployed: Database, cast: Cast, taking: Taking) -> Walk:
    """A case of which the PPKs and the aide of one of them want mail at once."""
    for name in ("ppk", "ppk2", "penyiap"):
        choose(deployed, cast[name], name)
    return Walk(deployed, cast)


def told(walk: Walk, taking: Taking) -> list[tuple[str, str]]:
    """To whom what was sent since the last look."""
    taking.letters.clear()
    deliver(walk.database)
    return sorted((one["To"].partition("@")[0], one["Subject"].partition(":")[0]) for one in taking.letters)


def mark(walk: Walk) -> None:
    do(walk.database, preparing.mark, walk.item("A01").id, walk.cast["penyiap"], {})


def send_back(walk: Walk) -> None:
    do(walk.database, preparing.send_back, walk.item("A01").id, walk.cast["ppk"], "Nilai HPS salah")


def claim(walk: Walk) -> None:
    do(walk.database, tasks.claim, walk.item("A01").id, walk.cast["ppk"])


def test_a_step_that_opens_is_told_to_who_may_take_it_and_to_their_aides(walk: Walk, taking: Taking) -> None:
    assert told(walk, taking) == [("penyiap", WAITS), ("ppk", WAITS), ("ppk2", WAITS)]


def test_what_is_ready_is_told_to_who_may_approve_and_what_comes_back_to_its_aide(walk: Walk, taking: Taking) -> None:
    told(walk, taking)
    mark(walk)
    assert told(walk, taking) == [("ppk", READY), ("ppk2", READY)]
    send_back(walk)
    assert told(walk, taking) == [("penyiap", BACK)]
    claim(walk)
    mark(walk)
    assert told(walk, taking) == [("ppk", READY)]


def test_what_changed_before_it_was_sent_is_told_to_nobody(walk: Walk, taking: Taking) -> None:
    told(walk, taking)
    mark(walk)
    send_back(walk)
    mark(walk)
    send_back(walk)
    assert told(walk, taking) == [("penyiap", BACK)]
    mark(walk)
    walk.to("A01")
    assert told(walk, taking) == []


def test_a_letter_about_a_draft_names_nobody_and_nothing_that_was_written(walk: Walk, taking: Taking) -> None:
    told(walk, taking)
    mark(walk)
    send_back(walk)
    told(walk, taking)
    [letter] = taking.letters
    text = letter.get_payload(decode=True).decode()
    assert walk.item("A01").id in text and "Nilai HPS salah" not in text
    assert not [who.name for who in walk.cast.values() if who.name in text]


def test_an_aide_whose_days_are_over_hears_of_no_step(deployed: Database, cast: Cast, taking: Taking) -> None:
    choose(deployed, cast["penyiap"], "penyiap")
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(Aide).values(ends=people.today() - timedelta(1)))
    assert told(Walk(deployed, cast), taking) == []


def test_that_it_is_ready_is_no_news_for_who_cannot_take_it_any_more(walk: Walk, taking: Taking) -> None:
    told(walk, taking)
    mark(walk)
    with walk.database.session() as session, transaction(session):
        for source in telling.untold(session, 9):
            telling.tell(session, source, outbox.read(os.environ))
    claim(walk)
    assert told(walk, taking) == [("ppk", READY)]


def test_an_aide_whose_days_are_over_does_not_hear_what_came_back(walk: Walk, taking: Taking) -> None:
    mark(walk)
    told(walk, taking)
    send_back(walk)
    with walk.database.session() as session, transaction(session):
        session.execute(sa.update(Aide).values(ends=people.today() - timedelta(1)))
    assert told(walk, taking) == []
