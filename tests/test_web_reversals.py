"""The pages on which a step goes back: its ways, the reason, and what whoever comes next is told."""

from collections.abc import Callable

import pytest
from browsing import Visitor, said
from test_reversals import CHECKED, Cast, begun, complete, items, last
from walks import Walk

from engine import reversals, tasks
from engine.database import Database
from engine.model import ItemStatus, WorkItem
from engine.transaction import transaction


@pytest.fixture
def case(deployed: Database, cast: Cast) -> str:
    """PPK has sent the first step; the second waits."""
    case = begun(deployed, cast, CHECKED)
    complete(deployed, cast["ppk"], items(deployed, case)["A"])
    return case


@pytest.fixture
def sign_in(deployed: Database) -> Callable[[str], Visitor]:
    return lambda name: Visitor(deployed, name)


def row(database: Database, item: str) -> WorkItem:
    with database.session() as session:
        return session.get_one(WorkItem, item)


def test_the_page_of_a_step_offers_its_ways_and_the_next_one_says_who_returned_it_and_why(
    deployed: Database, case: str, sign_in: Callable[[str], Visitor]
) -> None:
    ppk, item = sign_in("ppk"), items(deployed, case)["B"].id
    links = ppk.page(f"/tugas/{item}").xpath("//a[contains(@href, '/kembalikan?')]")
    assert [link.text_content() for link in links] == ["Kembalikan", "Tolak"]
    words = ppk.words(links[0].get("href"))
    assert "Menyusun" in words and "tidak dikirim" in words
    answer = ppk.post(f"/tugas/{item}/kembalikan", {"lewat": "K", "alasan": " "})
    assert answer.status_code == 422 and "Tuliskan alasannya." in said(answer.text)
    assert ppk.post(f"/tugas/{item}/kembalikan", {"lewat": "K", "alasan": "KAK <b>kurang</b>"}).location == "/"
    assert "Dikembalikan oleh Rahmawati Siregar" in ppk.words(f"/tugas/{item}")
    words = sign_in("ppk2").words(f"/tugas/{items(deployed, case)['A'].id}")
    assert "Dikembalikan oleh Rahmawati Siregar" in words and "KAK <b>kurang</b>" in words
    assert "Memeriksa: dikembalikan (Kembalikan)" in ppk.words(f"/berkas/{case}")
    done = ppk.page("/?lihat=selesai").xpath("//table//a/@href")
    assert f"/tugas/{item}" in done and f"/tugas/{item}/tanda-terima" not in done


def test_what_a_colleague_holds_cannot_be_returned_by_another(
    deployed: Database, cast: Cast, case: str, sign_in: Callable[[str], Visitor]
) -> None:
    item = items(deployed, case)["B"].id
    with deployed.session() as session, transaction(session):
        tasks.claim(session, item, cast["ppk2"])
    assert sign_in("ppk").get(f"/tugas/{item}/kembalikan?lewat=K").status_code == 409
    assert sign_in("ppk2").get(f"/tugas/{item}/kembalikan?lewat=K").status_code == 200


def test_the_sender_takes_a_submission_back_and_corrects_it(
    deployed: Database, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    walk, ppk = Walk(deployed, cast), sign_in("ppk")
    sent = walk.item("A01").id
    walk.complete("A01")
    opened = walk.item("A02").id
    for page in (f"/tugas/{sent}/tanda-terima", "/?lihat=selesai", f"/berkas/{walk.id}"):
        assert ppk.page(page).xpath(f"//a[@href='/tugas/{sent}/tarik']"), page
    assert "tenggat semula" in ppk.words(f"/tugas/{sent}/tarik")
    assert ppk.post(f"/tugas/{sent}/tarik", {"alasan": ""}).status_code == 422
    assert ppk.post(f"/tugas/{sent}/tarik", {"alasan": "Nilai HPS keliru"}).location == f"/tugas/{sent}"
    page = ppk.page(f"/tugas/{sent}")
    assert "Ditarik kembali oleh Rahmawati Siregar" in said(page) and "Nilai HPS keliru" in said(page)
    assert page.xpath("//input[@name='kode_rup']/@value") == ["56480001"] and "2 dari 2 diunggah" in said(page)
    assert walk.open() == ["A01"] and row(deployed, opened).status == ItemStatus.RECALLED
    assert ppk.get(f"/tugas/{sent}/tanda-terima").status_code == 404


def test_a_reason_is_not_called_as_a_field_of_the_form(
    deployed: Database, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    walk = Walk(deployed, cast).to("A01", "A02")
    item = walk.item("A03")
    walk.complete("A03")
    with deployed.session() as session, transaction(session):
        reversals.recall(session, item.id, walk.who(item), "Salah kirim")
    [label] = sign_in("auditor").page(f"/berkas/{walk.id}").xpath("//dd[.='Salah kirim']/preceding-sibling::dt[1]")
    assert label.text_content() == "Alasan"


def test_a_link_that_went_out_leads_to_who_took_it_back_and_when(
    deployed: Database, case: str, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    ppk, item = sign_in("ppk"), items(deployed, case)["B"].id
    [done] = ppk.page("/?lihat=selesai").xpath("//a[contains(@href, '/tarik')]/@href")
    ppk.post(done, {"alasan": "salah kirim"})
    words = sign_in("ppk2").words(f"/tugas/{item}")
    assert "Ditarik kembali oleh Rahmawati Siregar" in words and "tidak perlu dikerjakan lagi" in words
    assert sign_in("ppk2").post(f"/tugas/{item}/ambil").status_code == 409


@pytest.mark.parametrize(
    ("headers", "method"), [({"Sec-Purpose": "prefetch"}, "get"), ({"Purpose": "prefetch"}, "get"), ({}, "head")]
)
def test_looking_ahead_opens_nothing(
    deployed: Database, case: str, sign_in: Callable[[str], Visitor], headers: dict[str, str], method: str
) -> None:
    item = items(deployed, case)["B"].id
    assert getattr(sign_in("ppk2").client, method)(f"/tugas/{item}", headers=headers).status_code == 200
    assert row(deployed, item).read_at is None


def test_once_somebody_else_has_opened_the_next_step_it_stays(
    deployed: Database, case: str, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    ppk, item = sign_in("ppk"), items(deployed, case)["B"].id
    [path] = ppk.page("/?lihat=selesai").xpath("//a[contains(@href, '/tarik')]/@href")
    assert ppk.get(f"/tugas/{item}").status_code == 200 and row(deployed, item).read_at is None  # the sender looks
    assert sign_in("pphp").get(f"/tugas/{item}").status_code == 403 and row(deployed, item).read_at is None
    assert sign_in("ppk2").get(f"/tugas/{item}").status_code == 200 and row(deployed, item).read_at
    assert not ppk.page("/?lihat=selesai").xpath("//a[contains(@href, '/tarik')]")
    assert "sudah dibuka orang lain" in ppk.words(path, 409)
    answer = ppk.post(path, {"alasan": "terlambat"})
    assert answer.status_code == 409 and last(deployed, case).kind == "item.completed"
