"""Why a due date is what it is: what is stored with it is shown everywhere, in both languages, and counted nowhere."""

import re
from datetime import timedelta

import pytest
from browsing import Visitor
from hypothesis import given, settings
from hypothesis import strategies as st
from test_worktime import OFFICE, STARTS, at
from walks import Walk

from engine import worktime
from engine.worktime import read_iso, read_sop
from webapp import reasons

INDONESIAN = re.compile(r"\b(hari|kerja|pukul|tenggat|sejak|Sen|Sel|Rab|Kam|Jum|Sab|Min|Agu|Des|Mei)\b")


@settings(deadline=None)
@given(STARTS, st.integers(1, 38), st.sampled_from(["hari", "hari kalender", "menit", "x 24 jam"]))
def test_every_sentence_of_a_due_date_is_english_too(start, count, words):
    for line in worktime.deadline(read_sop(f"{count} {words}"), start, OFFICE).why:
        english = reasons.english(line)
        assert english is not None, line
        assert not INDONESIAN.search(re.sub(r"\(.*?\)|: Hari.*?,|: Cuti.*?,", "", english)), english


@pytest.mark.parametrize(
    ("amount", "unit", "begin", "said"),
    [
        ("P5D", "hari_kerja", "2026-11-23T09:00", "Tue 24 Nov 2026 - Fri 27 Nov 2026: working days 1 to 4."),
        ("P90D", "hari_kalender", "2027-01-04T09:00", "That day is weekend; the deadline is not moved"),
        ("P90D", "hari_kalender_geser", "2027-01-04T09:00", "Sun 4 Apr 2027: weekend; the model moves it"),
    ],
)
def test_english_says_the_same_days(amount, unit, begin, said):
    found = worktime.deadline(read_iso(amount, unit), at(begin), OFFICE)
    assert any((reasons.english(line) or "").startswith(said) for line in found.why)


def test_a_sentence_of_nobody_stays_as_it_was_stored():
    assert reasons.english("Kalimat lain.") is None and reasons.told("Kalimat lain.") == "Kalimat lain."


@pytest.mark.parametrize("place", ["/", "/tugas/{item}", "/berkas/{case}"])
def test_inbox_task_and_case_say_why_with_the_stored_sentences(deployed, cast, place):
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    page = Visitor(deployed, "ppk").page(place.format(item=item.id, case=walk.id))
    lines = [" ".join(line.text_content().split()) for line in page.xpath("//details[contains(@class, 'why')]//li")]
    assert lines[: len(item.why)] == [line.replace("16:00", "16.00").replace("09:00", "09.00") for line in item.why]
    assert "16.00" in " ".join(lines)
    assert item.due_at == at("2026-11-30T16:00") and timedelta(0) < item.due_at - item.opened_at
