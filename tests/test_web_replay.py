"""Playing a case's history again: every moment is the fold of its events, and nothing else."""

from datetime import timedelta

import pytest
from browsing import Visitor, said
from walks import Walk

from engine import clock, history, replay, timers


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast).to("A01", "A02")


@pytest.fixture
def events(deployed, walk):
    with deployed.session() as session:
        return history.events(session, walk.id)


def states(page):
    """What the drawing says: element -> done, run or over."""
    groups = page.xpath("//*[local-name()='g' and starts-with(@id, 'k-') and contains(@class, 'task')]")
    found = {group.get("id")[2:]: set(group.get("class").split()) & {"done", "run", "over"} for group in groups}
    return {element: state.pop() for element, state in found.items() if state}


def test_every_moment_shows_the_fold_of_the_events_so_far(deployed, walk, events):
    visitor = Visitor(deployed, "auditor")
    for at in range(1, len(events) + 1):
        moment = replay.fold(events[:at])
        told = {element: "done" for element in moment.done if element.startswith("A")}
        told |= {item.element: "over" if item.late else "run" for item in moment.open.values()}
        assert states(visitor.page(f"/berkas/{walk.id}/riwayat?t={at}")) == told


def test_without_a_number_the_last_moment_is_shown(deployed, walk, events):
    words = Visitor(deployed, "auditor").words(f"/berkas/{walk.id}/riwayat")
    assert f"Putar ulang: peristiwa {len(events)} dari {len(events)}" in words


def test_a_moment_leads_to_the_ones_before_and_after(deployed, walk, events):
    page = Visitor(deployed, "auditor").page(f"/berkas/{walk.id}/riwayat?t=2")
    targets = [link.rpartition("t=")[2] for link in page.xpath("//nav[contains(@class, 'player')]//a/@href")]
    assert targets == ["1", "1", "3", str(len(events))]
    assert page.xpath("//a[@rel='prev']") and page.xpath("//a[@rel='next']")
    [row] = page.xpath("//tr[@aria-current]")
    assert row.get("id") == "p2"


@pytest.mark.parametrize("asked", ["0", "-1", "999", "x", "1.5", "9" * 5000, "%C2%B2", "1%00"])
def test_an_event_that_is_not_there_is_said_so(deployed, walk, asked):
    words = Visitor(deployed, "auditor").words(f"/berkas/{walk.id}/riwayat?t={asked}", 404)
    assert "tidak memuat peristiwa" in words


def test_what_an_event_changed_and_its_proof_are_shown(deployed, walk, events):
    at = next(event.seq for event in events if event.element == "A01" and event.kind == "item.completed")
    words = Visitor(deployed, "auditor").words(f"/berkas/{walk.id}/riwayat?t={at}")
    assert "Nilai HPS" in words and events[at - 1].hash in words and events[at - 2].hash in words
    assert "keadaan pada saat itu, bukan sekarang" in words and "versi 1" in words


def test_a_breach_is_one_jump_away(deployed, walk):
    with clock.stopped(clock.business() + timedelta(days=60)):
        timers.fire_due(deployed.session)
        page = Visitor(deployed, "auditor").page(f"/berkas/{walk.id}/riwayat?t=1")
    assert "Lompat ke keterlambatan berikutnya" in said(page)
    assert page.xpath("//tr[contains(@class, 'late')]")
