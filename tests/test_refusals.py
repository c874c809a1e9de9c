"""Whom a refusal names: somebody from outside reads an office or a lane there, as on every page."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from test_directory import do
from test_people import again
from test_reading import Cast, at, hire
from test_reversals import begun, items
from test_staffing import name
from walks import Walk

from engine import cases, comments, drafts, handing, people, tasks
from engine.database import Database
from engine.demo.plans import STRAIGHT
from engine.errors import BadValue, Conflict
from engine.model import LaneRole, Staffing
from engine.people import Actor
from engine.transaction import transaction

MINE, LANE, PPK = "A06", "Penyedia", "Pejabat Pembuat Komitmen (PPK)"
CLOSED = """start S | user B lane=Penyedia | user C lane=PPK | boundary M on=B message=m interrupting | end E
S > B | B > E | M > C | C > E"""
Told = tuple[Actor, str, Callable[[Actor], str]]  # who did it, their office, and how others are refused then
ENGINE = Path(__file__).parents[1] / "engine"


def refused(database: Database, command, *given, **more) -> str:
    with pytest.raises(Conflict) as refusal:
        do(database, command, *given, **more)
    return str(refusal.value)


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    """A case at the vendor's step, whose lane is an official's too."""
    walk = Walk(deployed, cast)
    hire(deployed, walk)
    walk.to(*STRAIGHT[: STRAIGHT.index(MINE)])
    name(deployed, walk, LANE, cast["opd"])
    with deployed.session() as session, transaction(session):  # both since yesterday
        session.execute(sa.update(Staffing).values(begins=people.today() - timedelta(days=1)))
    walk.cast = {**walk.cast, "opd": again(deployed, cast["opd"])}
    return walk


def draft_of_another(walk: Walk) -> Told:
    do(walk.database, tasks.save_draft, walk.item(MINE).id, walk.cast["opd"], {"versi_aplikasi": ["2"]})
    item = walk.item(MINE).id
    return (
        walk.cast["opd"],
        LANE,
        lambda who: refused(walk.database, tasks.save_draft, item, who, {}, known=[drafts.NONE]),
    )


def ended_by_the_pa(walk: Walk) -> Told:
    item = walk.item(MINE).id
    do(walk.database, cases.cancel, walk.id, walk.cast["pa"], "Anggaran dialihkan.")
    return (
        walk.cast["pa"],
        "Pengguna Anggaran (PA)",
        lambda who: refused(walk.database, comments.make, item, who, "Mengapa?"),
    )


def ended_by_a_message(walk: Walk) -> Told:
    item, told = walk.item(MINE).id, {"alasan_putus": "x"}
    do(walk.database, cases.receive, walk.id, walk.cast["ppk"], "kontrak_diputus", told)
    return walk.cast["ppk"], PPK, lambda who: refused(walk.database, comments.make, item, who, "Mengapa?")


@pytest.mark.parametrize("happened", [draft_of_another, ended_by_the_pa, ended_by_a_message])
def test_a_refusal_names_no_official_to_an_outsider(walk: Walk, happened: Callable[[Walk], Told]) -> None:
    official, office, sentence = happened(walk)
    assert f"oleh {office} pukul" in sentence(again(walk.database, walk.cast["penyedia"]))
    assert f"oleh {official.name} pukul" in sentence(walk.cast["opd"])


def test_a_step_that_others_closed_names_no_official_to_an_outsider(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        rows = {"PPK": "ppk", LANE: "penyedia"}.items()
        session.add_all(LaneRole(key="p", lane=one, role_key=role, begins=people.today()) for one, role in rows)
    case = begun(deployed, cast, CLOSED)
    vendor, item = hire(deployed, SimpleNamespace(id=case, cast=cast)), items(deployed, case)["B"].id
    do(deployed, cases.receive, case, cast["ppk"], "m", {})
    assert f"ditutup oleh {PPK} pukul" in refused(deployed, tasks.claim, item, vendor)


def test_the_next_vendor_is_not_told_who_was_the_one_before(walk: Walk) -> None:
    walk.cast["penyedia"] = first = again(walk.database, walk.cast["penyedia"])
    item = walk.item(MINE).id
    walk.complete(MINE)
    second = hire(walk.database, walk, "pengganti")
    said = refused(walk.database, tasks.claim, item, second)
    assert "oleh Penyedia pukul" in said and first.name not in said
    assert f"oleh {first.name} pukul" in refused(walk.database, tasks.claim, item, first)


def test_an_outsider_hands_work_to_others_from_outside_only_and_reads_no_officials_name(walk: Walk) -> None:
    first, official, item = again(walk.database, walk.cast["penyedia"]), walk.cast["opd"], walk.item(MINE)
    second = hire(walk.database, walk, "rekan")
    with walk.database.session() as session:
        assert [one.id for one in handing.receivers(session, first, item) if one.id != first.id] == [second.id]
        assert official.id in {one.id for one in handing.receivers(session, official, item)}
        with pytest.raises(BadValue), transaction(session):
            handing.hand(session, item.id, first, official.id)
    do(walk.database, handing.hand, item.id, official, second.id)
    page = at(walk.database, "rekan")
    assert "dari Penyedia" in page.words("/?lihat=diserahkan") and official.name not in page.get("/").text
    assert official.name not in page.get(f"/tugas/{item.id}").text


def test_names_become_words_of_a_refusal_in_one_place() -> None:
    """In a case as its reader may know them; of models, calendars and incidents for the house alone."""
    texts = {str(path.relative_to(ENGINE)): path.read_text() for path in ENGINE.rglob("*.py")}
    found = {
        word: {file for file, text in texts.items() if f"people.{word}(" in text} for word in ("house_deed", "names")
    }
    assert found["house_deed"] == {"calendars/changing.py", "deployments.py", "incidents.py"}
    assert found["names"] == {"papers/knowing.py", "readings.py"}
