"""Drafts: kept for whoever opens the step next, and never over what their writer has not seen."""

import pytest
from browsing import Visitor, file, said
from form_samples import A01
from walks import Walk

from engine import drafts, tasks
from engine.database import Database
from engine.errors import AlreadyDone, Conflict, NotAllowed, StaleDraft
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
FIRST, SECOND = "a" * 20, "b" * 20


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    return Walk(deployed, cast)


def save(walk: Walk, who: str, rup: str, request: str, *known: str, element: str = "A01") -> None:
    item = walk.item(element)
    with walk.database.session() as session, transaction(session):
        tasks.save_draft(session, item.id, walk.cast[who], {"kode_rup": [rup]}, request, known)


def there(walk: Walk) -> tuple[dict | None, str]:
    item = walk.item("A01")
    return drafts.typed(item), drafts.saving(item)


def test_a_draft_replaces_one_that_its_writer_has_seen(walk: Walk) -> None:
    assert there(walk) == (None, drafts.NONE)
    save(walk, "ppk", "1", FIRST, drafts.NONE)
    save(walk, "ppk2", "2", SECOND, FIRST)
    assert there(walk) == ({"kode_rup": ["2"]}, SECOND)


@pytest.mark.parametrize("who", ["ppk", "ppk2"])
def test_a_draft_that_its_writer_has_not_seen_stays_and_says_whose_it_is(walk: Walk, who: str) -> None:
    save(walk, "ppk2", "1", FIRST, drafts.NONE)
    with pytest.raises(StaleDraft, match="Bonifasius.*pukul 09.00"):
        save(walk, who, "2", SECOND, drafts.NONE)
    assert there(walk) == ({"kode_rup": ["1"]}, FIRST)


def test_the_same_draft_may_arrive_twice_but_not_after_a_newer_one(walk: Walk) -> None:
    save(walk, "ppk", "1", FIRST, drafts.NONE)
    save(walk, "ppk", "1", FIRST, drafts.NONE)
    save(walk, "ppk", "12", SECOND, drafts.NONE, FIRST)
    with pytest.raises(StaleDraft):
        save(walk, "ppk", "1", FIRST, drafts.NONE)
    assert there(walk) == ({"kode_rup": ["12"]}, SECOND)


def test_whether_or_not_an_earlier_draft_arrived_the_next_one_does(walk: Walk) -> None:
    save(walk, "ppk", "12", SECOND, drafts.NONE, FIRST)
    assert there(walk) == ({"kode_rup": ["12"]}, SECOND)


def test_a_draft_is_kept_only_of_an_open_step_by_who_may_do_it(walk: Walk) -> None:
    with pytest.raises(NotAllowed):
        save(walk, "pptk", "1", FIRST, drafts.NONE)
    item = walk.item("A01")
    with walk.database.session() as session, transaction(session):
        tasks.claim(session, item.id, walk.cast["ppk2"])
    with pytest.raises(Conflict, match="sedang dipegang"):
        save(walk, "ppk", "1", FIRST, drafts.NONE)
    with walk.database.session() as session, transaction(session):
        tasks.release(session, item.id, walk.cast["ppk2"])
    walk.complete("A01")
    with walk.database.session() as session, pytest.raises(AlreadyDone), transaction(session):
        tasks.save_draft(session, item.id, walk.cast["ppk"], {}, FIRST, [drafts.NONE])


def send(visitor: Visitor, item: str, fields: dict, path: str = "/draf"):
    return visitor.post(f"/tugas/{item}{path}", fields, headers={"Accept": "application/json"})


def test_an_open_page_keeps_its_fields_and_is_told_when(walk: Walk) -> None:
    ppk, item = Visitor(walk.database, "ppk"), walk.item("A01").id
    answer = send(ppk, item, {"kode_rup": "5", "_draf": drafts.NONE, "request": FIRST})
    assert answer.json == {"said": "Draf tersimpan pukul 09.00.", "hidden": [], "texts": {}}
    assert ppk.page(f"/tugas/{item}").xpath("//input[@name='_draf']/@value") == [FIRST]
    answer = send(Visitor(walk.database, "ppk2"), item, {"kode_rup": "6"})
    assert answer.status_code == 409 and "diubah oleh Rahmawati Siregar" in answer.json["error"]


def test_who_saves_over_another_draft_sees_it_told_and_may_do_it_then(walk: Walk) -> None:
    ppk, item = Visitor(walk.database, "ppk"), walk.item("A01").id
    save(walk, "ppk2", "1", FIRST, drafts.NONE)
    answer = ppk.send(item, {"kode_rup": "2", "_draf": drafts.NONE}, action="draf", key=SECOND)
    assert answer.status_code == 409 and 'value="2"' in answer.text
    assert "Draf ini belum disimpan" in said(answer.text) and "sudah diubah oleh Bonifasius" in said(answer.text)
    assert ppk.send(item, {"kode_rup": "2", "_draf": FIRST}, action="draf", key=SECOND).status_code == 302
    assert there(walk) == ({"kode_rup": ["2"]}, SECOND)


def test_a_form_that_came_back_for_a_file_still_saves_its_fields_under_the_same_key(walk: Walk) -> None:
    ppk, item = Visitor(walk.database, "ppk"), walk.item("A01").id
    wrong = {"kode_rup": "1", "_draf": drafts.NONE, "berkas-0": file("hps.exe")}
    assert ppk.send(item, wrong, action="draf", key=FIRST).status_code == 422
    assert ppk.send(item, {"kode_rup": "2", "_draf": FIRST}, action="draf", key=FIRST).status_code == 302
    assert there(walk) == ({"kode_rup": ["2"]}, FIRST)


def test_the_server_says_which_fields_are_shown(walk: Walk) -> None:
    walk.to("A01")
    visitor, item = Visitor(walk.database, "pejabat_pengadaan"), walk.item("A02").id
    page = visitor.page(f"/tugas/{item}")
    assert page.xpath("//*/@data-asks") == ["hasil_pemilihan"]
    assert "pemenang_nama" in page.xpath("string(//@data-hidden)").split()
    seen = page.xpath("string(//input[@name='_draf']/@value)")
    for chosen, hidden in (("berhasil", False), ("gagal", True)):
        sent = {"hasil_pemilihan": chosen, "_draf": seen, "request": FIRST}
        assert ("pemenang_nama" in send(visitor, item, sent).json["hidden"]) == hidden


def test_a_form_that_starts_a_case_is_asked_without_keeping_anything(walk: Walk) -> None:
    answer = Visitor(walk.database, "ppk").post("/berkas/baru/pembuatan_aplikasi/bentuk", {"nama_paket": "X"})
    assert answer.json == {"hidden": [], "texts": {}}
    assert Visitor(walk.database, "pptk").post("/berkas/baru/pembuatan_aplikasi/bentuk").status_code == 403


def test_a_completed_form_is_not_asked_for_its_draft(walk: Walk) -> None:
    ppk, item = Visitor(walk.database, "ppk"), walk.item("A01").id
    save(walk, "ppk2", "1", FIRST, drafts.NONE)
    names = ppk.page(f"/tugas/{item}").xpath("//input[@type='file'][@multiple]/@name")
    whole = A01 | {"tgl_hps": "2026-11-23", "_draf": drafts.NONE} | {name: file() for name in names}
    assert ppk.send(item, whole).location == f"/tugas/{item}/tanda-terima"
