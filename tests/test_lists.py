"""No list, search or picker shows a case that its own page refuses, and no page leads to one that is refused."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor
from crawling import Found, crawl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from walks import Walk

from engine import cases, clock, people, receivers, timers
from engine.database import Database
from engine.demo.cast import ROLES
from engine.demo.plans import STRAIGHT
from engine.model import Appointment, Instance
from engine.people import Actor
from engine.transaction import transaction
from tests.conftest import acting
from webapp.cases import STATUS
from webapp.inbox import VIEWS

HIDING = ("opd", "pphp", "penyedia")  # who see some of the demo's cases, and not all
NUMBER = re.compile(r"\b[A-Z]{2,5}-\d{4}-\d{4}\b")
LISTS = ("/", "/berkas", "/terlambat", "/tenggat")
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "lihat": st.sampled_from(sorted(VIEWS)),
        "keadaan": st.sampled_from(sorted(STATUS)),
        "terlambat": st.just("1"),
    },
)
WORDS = st.sampled_from(["", "APL", "0001", "puskesmas", "kesehatan", "%", "'", "a", "Menyusun"])


def allowed(database: Database, who: Actor) -> set[str]:
    """The numbers of the cases that somebody may see."""
    with database.session() as session:
        return {one.number for one in session.scalars(cases.visible(who))}


def told(answer_text: str) -> set[str]:
    return set(NUMBER.findall(answer_text))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_or_leads_to_what_its_reader_may_not_see(demo: Database, role: str) -> None:
    mine = allowed(demo, acting(demo)[role])
    found = crawl(Visitor(demo, role, demo=True))
    assert len(found) > 5
    assert [(one.source, one.path, one.answer.status_code) for one in found if one.answer.status_code >= 400] == []
    assert [one.path for one in found if _shown(one) - mine] == []


def _shown(one: Found) -> set[str]:
    return told(one.answer.text) if one.answer.mimetype == "text/html" else set()


def test_the_demo_hides_cases_from_somebody(demo: Database) -> None:
    """Else the test above proves nothing."""
    numbers = {role: len(allowed(demo, acting(demo)[role])) for role in ROLES}
    assert numbers["auditor"] == 40 and all(0 < numbers[role] < 40 for role in HIDING)


@pytest.fixture
def hidden(deployed: Database, cast: dict[str, Actor]) -> Walk:
    """A case that only PPK and the house may see, beside one that everybody may."""
    Walk(deployed, cast, number=2).to(*STRAIGHT)
    return Walk(deployed, cast)


@pytest.mark.parametrize("role", HIDING)
def test_no_search_finds_what_is_hidden(hidden: Walk, role: str) -> None:
    visitor, number = Visitor(hidden.database, role), hidden.instance().number

    @settings(max_examples=40, deadline=None)
    @example("/berkas", {"q": "", "langkah": ""}, {})
    @given(st.sampled_from(LISTS), st.fixed_dictionaries(dict.fromkeys(("q", "langkah"), WORDS)), WISHES)
    def search(path: str, words: dict[str, str], wishes: dict[str, str]) -> None:
        assert number not in visitor.get(path, query_string=words | wishes).text

    search()


def test_an_alert_about_a_hidden_case_is_told_to_nobody(hidden: Walk) -> None:
    database, operator = hidden.database, hidden.cast["operator"]
    with database.session() as session, transaction(session):
        for role in ("ppk", "opd"):
            receivers.add(session, operator, {"role_key": role, "moment": "breach", "channel": "halaman"})
    with clock.stopped(clock.business() + timedelta(days=8)):
        assert timers.fire_due(database.session)
        with database.session() as session:
            seen = {role: receivers.alerts(session, hidden.cast[role], people.today()) for role in ("ppk", "opd")}
    assert [one.numbers for one in seen["ppk"]] == [(hidden.instance().number,)] and seen["opd"] == []


def test_who_holds_the_role_no_more_is_not_shown_what_they_did(hidden: Walk) -> None:
    hidden.to("A01")
    visitor = Visitor(hidden.database, "ppk")
    assert hidden.instance().number in visitor.words("/?lihat=selesai")
    with hidden.database.session() as session, transaction(session):
        mine = Appointment.person_id == hidden.cast["ppk"].id
        session.execute(sa.update(Appointment).where(mine).values(ends=people.today() - timedelta(days=1)))
        session.execute(sa.update(Instance).values(started_by=hidden.cast["ppk2"].id))
    assert hidden.instance().number not in visitor.words("/?lihat=selesai")
    assert visitor.get(f"/berkas/{hidden.id}").status_code == 403
