"""Small forms of the house: every field is read or refused, and what no keyboard writes is not kept."""

import pytest
import sqlalchemy as sa
from browsing import Visitor
from hypothesis import given
from hypothesis import strategies as st

from engine.database import Database
from engine.errors import BadForm
from engine.model import Person
from engine.typed import LONGEST, Reader

NAMES = st.sets(st.text(max_size=10), max_size=6)
SEEN = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"), max_size=LONGEST)


@given(NAMES, NAMES, NAMES)
def test_what_nobody_reads_is_refused_by_name(sent: set[str], read: set[str], later: set[str]) -> None:
    form = Reader(dict.fromkeys(sent, "x"))
    for name in read:
        form.text(name)
    if unknown := sent - read - later:
        with pytest.raises(BadForm) as wrong:
            form.check(later)
        assert {error.field for error in wrong.value.errors} == unknown
    else:
        form.check(later)


@given(SEEN, st.sampled_from(["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\ud800"]), SEEN)
def test_what_no_keyboard_writes_is_refused_and_all_else_is_read(before: str, unseen: str, after: str) -> None:
    plain, broken = Reader({"f": before}), Reader({"f": f"{before}{unseen}{after}"})
    assert plain.text("f") == before.strip() and not plain.errors
    broken.text("f")
    assert broken.errors


def test_a_page_says_which_field_its_form_does_not_know_and_stores_nothing(deployed: Database) -> None:
    visitor = Visitor(deployed, "operator")
    visitor.read_token()
    answer = visitor.post("/orang", {"name": "Sari", "nip": "", "pangkat": "IV/a", "request": "k" * 22})
    assert answer.status_code == 422 and "pangkat" in answer.text and 'value="Sari"' in answer.text
    with deployed.session() as session:
        assert session.scalar(sa.select(Person).where(Person.name == "Sari")) is None
