"""What a vendor never gets: the work of the vendor before them, and what is said and done in other lanes."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from browsing import Visitor, statements
from test_directory import do
from test_people import PPK
from test_reading import Cast, at, hire, leaks, texts
from test_reversals import begun, complete, items
from test_staffing import name
from walks import Walk

from engine import clock, comments, documents, drafts, numbers, onpaper, people, preparing, replay, reversals, staffing
from engine.database import Database
from engine.demo.plans import STRAIGHT
from engine.model import Document, LaneRole, Staffing, WorkItem
from engine.papers import knowing
from engine.people import Actor
from engine.tasks import save_draft
from engine.transaction import transaction

MINE, LANE = "A06", "Penyedia"
DRAFT, HPS = {"versi_aplikasi": ["1.0-rahasia"]}, {"catatan_hps": ["Tiga sumber"]}


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    """A case at the vendor's step, which the first vendor began."""
    walk = Walk(deployed, cast)
    first = hire(deployed, walk)
    walk.to(*STRAIGHT[: STRAIGHT.index(MINE)])
    do(deployed, save_draft, walk.item(MINE).id, first, DRAFT)
    give(walk, first)
    return walk


def give(walk: Walk, who: Actor) -> None:
    """A file at the vendor's step, which the demo's model asks for none."""
    row = {"requirement": "Aplikasi", "filename": "aplikasi-rahasia.pdf", "media_type": "application/pdf", "size": 1}
    row |= {"version": 1, "sha256": "0" * 64, "uploaded_at": clock.business(), "uploaded_by": who.id}
    with walk.database.session() as session, transaction(session):
        session.add(Document(instance_id=walk.id, work_item_id=walk.item(MINE).id, **row))


def end(walk: Walk, who: Actor) -> None:
    with walk.database.session() as session:
        [row] = session.query(Staffing).filter_by(person_id=who.id)
    do(walk.database, staffing.end, row.id, walk.cast["ppk"])


def same(walk: Walk) -> bool:
    with walk.database.session() as session:
        return list(replay.differences(session, walk.instance())) == []


def files(walk: Walk, who: Actor) -> int:
    """How many documents of the vendor's step somebody opens, and finds on its letters."""
    with walk.database.session() as session:
        item = session.get_one(WorkItem, walk.item(MINE).id)
        seen = people.sight(session, people.actor(session, who.id), item.instance)
        found = [one for one in documents.of_item(session, item) if seen.document(one)]
        assert len(knowing.papers(session, seen, item)) == len(found)
        return len(found)


def test_the_next_vendor_gets_no_draft_and_no_file_of_the_one_before(walk: Walk) -> None:
    first = walk.cast["penyedia"]
    assert files(walk, first) == 1
    end(walk, first)
    second = hire(walk.database, walk, "pengganti")
    assert walk.item(MINE).draft is None
    assert (files(walk, second), files(walk, walk.cast["ppk"])) == (0, 1)
    page = at(walk.database, "pengganti").get(f"/tugas/{walk.item(MINE).id}").text
    assert "rahasia" not in page and same(walk)


def test_the_next_vendor_gets_nothing_though_the_days_of_the_one_before_ran_out(walk: Walk) -> None:
    with clock.stopped(clock.business() + timedelta(days=301)):
        second = hire(walk.database, walk, "pengganti")
        assert walk.item(MINE).draft is None and files(walk, second) == 0


def test_of_two_vendors_who_work_together_one_keeps_what_both_began(walk: Walk) -> None:
    first = walk.cast["penyedia"]
    second = hire(walk.database, walk, "rekan")
    assert drafts.typed(walk.item(MINE)) == DRAFT
    with clock.stopped(clock.business() + timedelta(days=1)):
        give(walk, first)
        give(walk, second)
        assert (files(walk, first), files(walk, second)) == (3, 2)
        end(walk, first)
    assert walk.item(MINE).draft is None


def test_an_official_who_is_named_gets_the_draft_of_a_colleague(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    do(deployed, save_draft, walk.item("A01").id, cast["ppk"], HPS)
    name(deployed, walk, PPK, cast["ppk2"])
    assert walk.item("A01").pool != "ppk" and drafts.typed(walk.item("A01")) == HPS


def test_what_moves_to_others_is_not_ready_for_approval_any_more(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    do(deployed, preparing.mark, walk.item("A01").id, cast["penyiap"], HPS)
    name(deployed, walk, PPK, cast["ppk2"])
    assert walk.item("A01").prepared_by is None and walk.item("A01").prepared_at is None and same(walk)


BAHP = {"nomor_bahp": "027/7777/BAHP/2026", "tgl_bahp": "2026-11-23"}
PAPER = {onpaper.DAY: "2026-11-23", onpaper.BASIS: "Listrik padam di kantor"}
SAID, WHY = "Harga mereka terlalu tinggi", "Nomor surat keliru diketik"


@pytest.fixture
def told(deployed: Database, cast: Cast) -> tuple[Walk, dict[str, str]]:
    """A case at the vendor's step, and what other lanes said and did before it, by what it is."""
    walk = Walk(deployed, cast)
    hire(deployed, walk)
    first = do(deployed, preparing.mark, walk.item("A01").id, cast["penyiap"], HPS)
    do(deployed, comments.make, first.id, cast["ppk2"], SAID)
    walk.complete("A01")
    second = walk.item("A02").id
    walk.complete("A02", paper=PAPER, nomor_bahp=None, tgl_bahp=None)
    third = walk.item("A03").id
    walk.complete("A03")
    do(deployed, reversals.recall, third, cast["ppk"], WHY)
    walk.to("A03", "A05")
    do(deployed, numbers.give, second, cast["pejabat_pengadaan"], BAHP)
    return walk, {"comment": SAID, "basis of paper": PAPER[onpaper.BASIS], "reason": WHY,
                  "number": BAHP["nomor_bahp"], "aide": cast["penyiap"].name}  # fmt: skip


def shown(pages: Iterator[tuple[str, str]], secrets: dict[str, str]) -> set[tuple[str, str]]:
    return {(what, path) for path, text in pages for what, secret in secrets.items() if secret in text}


def test_no_page_of_a_vendor_shows_what_other_lanes_said_and_did(told: tuple[Walk, dict[str, str]]) -> None:
    walk, secrets = told
    assert shown(texts(at(walk.database)), secrets) == set() and leaks(walk) == []


def test_all_that_other_lanes_said_and_did_stands_on_an_auditors_pages(told: tuple[Walk, dict[str, str]]) -> None:
    """Else the test above proves nothing."""
    walk, secrets = told
    assert {what for what, _ in shown(texts(Visitor(walk.database, "auditor")), secrets)} == set(secrets)


@pytest.mark.parametrize(
    ("path", "most"), [("/berkas/{case}", 33), ("/tugas/{item}", 25), ("/", 12), ("/berkas/{case}/riwayat", 16)]
)
def test_a_vendors_page_asks_once_what_they_read(told: tuple[Walk, dict[str, str]], path: str, most: int) -> None:
    walk, visitor = told[0], at(told[0].database)
    path = path.format(case=walk.id, item=walk.item(MINE).id)
    visitor.get(path)  # which notes that they opened the step
    with statements(walk.database) as found:
        visitor.page(path)
    assert len([one for one in found if "FROM staffing" in one and "staffing.begins" in one.partition("FROM")[0]]) == 1
    assert len(found) <= most


RETURNED = """start S | user A lane=PPK | user B lane=Penyedia | user C lane=PPK | end E | A > B | B > C | C > E | S > A
boundary K on=C error=kurang called=Kembalikan interrupting"""


@pytest.mark.parametrize("back", ["A", "B"])
def test_a_vendor_reads_why_a_step_came_back_only_if_it_came_back_to_them(
    deployed: Database, cast: Cast, back: str
) -> None:
    with deployed.session() as session, transaction(session):
        lanes = {"PPK": "ppk", LANE: "penyedia"}
        session.add_all(
            LaneRole(key="p", lane=one, role_key=role, begins=people.today()) for one, role in lanes.items()
        )
    case = begun(deployed, cast, f"{RETURNED} | K > {back}")
    vendor = hire(deployed, SimpleNamespace(id=case, cast=cast))
    for who, element in ((cast["ppk"], "A"), (vendor, "B")):
        complete(deployed, who, items(deployed, case)[element])
    do(deployed, reversals.send_back, items(deployed, case)["C"].id, cast["ppk"], "K", WHY)
    seen = shown(texts(at(deployed)), {"reason": WHY})
    assert bool(seen) is (back == "B") and shown(texts(Visitor(deployed, "auditor")), {"reason": WHY})
