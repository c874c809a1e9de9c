"""The history as evidence: whatever an insider changes behind the triggers, `verify` names the event."""

import pytest
import sqlalchemy as sa
from backends import behind_the_triggers, drop_trigger
from walks import Walk

from engine import history, replay
from engine.database import Database
from engine.model import Opening
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
TAMPERINGS: dict[str, str] = {
    "another actor": "UPDATE history_event SET actor = 'x' WHERE instance_id = :id AND seq = 2",
    "another time": "UPDATE history_event SET at = '2020-01-01 00:00:00.000000' WHERE instance_id = :id AND seq = 2",
    "another body": "UPDATE history_event SET body = '{}' WHERE instance_id = :id AND seq = 2",
    "an event less": "DELETE FROM history_event WHERE instance_id = :id AND seq = 2",
    "the last event less": "DELETE FROM history_event WHERE instance_id = :id AND seq = "
    "(SELECT max(seq) FROM history_event WHERE instance_id = :id)",
    "all events less": "DELETE FROM history_event WHERE instance_id = :id",
    "another value": "UPDATE history_opening SET fields = (SELECT o.fields FROM history_opening o "
    "WHERE o.instance_id = :id AND o.seq = 1) WHERE instance_id = :id AND seq = "
    "(SELECT max(seq) FROM history_opening WHERE instance_id = :id)",
    "another head": "UPDATE instance SET head = 'x' WHERE id = :id",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_named(deployed: Database, cast: Cast, what: str) -> None:
    walk = Walk(deployed, cast).to("A01", "A02")
    untouched = Walk(deployed, cast, number=2).to("A01")
    with deployed.session() as session:
        assert list(history.verify(session)) == []
        with transaction(session):
            behind_the_triggers(session.connection(), (TAMPERINGS[what], {"id": walk.id}))
        assert {broken.instance for broken in history.verify(session)} == {walk.id} != {untouched.id}


def test_a_missing_trigger_is_named(deployed: Database) -> None:
    with deployed.session() as session:
        with transaction(session):
            drop_trigger(session.connection(), "history_event_no_update")
        [broken] = history.verify(session)
        assert "history_event_no_update" in broken.why


def test_an_erased_value_leaves_its_commitment_and_a_whole_chain(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with deployed.session() as session:
        with transaction(session):
            rows = session.scalars(sa.select(Opening).where(Opening.instance_id == walk.id))
            row = next(row for row in rows if "nilai_hps" in row.fields)
            gone = history.commitment("nilai_hps", *row.fields["nilai_hps"])
            row.fields = row.fields | {"nilai_hps": {"erased": gone}}
        assert list(history.verify(session)) == []
        assert all("nilai_hps" not in fields for fields in history.openings(session, walk.id).values())


def test_equal_values_have_different_commitments(deployed: Database, cast: Cast) -> None:
    roots = set()
    for number in (1, 1):
        walk = Walk(deployed, cast, number=number)
        with deployed.session() as session:
            roots.add(history.events(session, walk.id)[0].root)
    assert len(roots) == 2


def test_replay_shows_every_moment(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01", "A02", "A03")
    with deployed.session() as session:
        events, openings = history.events(session, walk.id), history.openings(session, walk.id)
    steps = [e for e in events if e.kind != "document.added"]
    moments = [replay.fold(events[: e.seq], openings) for e in steps]
    assert [sorted(i.element for i in m.open.values()) for m in moments] == [["A01"], ["A02"], ["A03"], ["A05"]]
    assert "nilai_hps" not in moments[0].variables and moments[1].variables["jenis"] == "pembuatan"
    assert moments[-1].path[0] == "Mulai" and moments[-1].done["A01"] == 1
