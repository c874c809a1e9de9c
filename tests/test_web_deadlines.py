"""The page of a deadline: who proposes, who decides, what everybody reads of it."""

import pytest
from browsing import Visitor
from walks import Walk

LETTER = {"letter": "Adendum 7/2026", "letter_date": "2026-11-23", "reason": "Banjir di gudang"}
MORE = LETTER | {"added": "2 hari kerja"}
HALT = LETTER | {"ground": "masa_sanggah", "begins": "2026-11-23", "ends": ""}


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def address(walk):
    return f"/tugas/{walk.item('A01').id}/tenggat"


def action(visitor, path, end):
    [form] = visitor.page(path).xpath(f"//form[contains(@action, '{end}')]/@action")
    return form


def test_a_deadline_is_extended_by_two_persons_on_the_page(deployed, walk):
    path, ppk, pa = address(walk), Visitor(deployed, "ppk"), Visitor(deployed, "pa")
    assert ppk.post(f"{path}/perpanjangan", MORE).status_code == 302
    assert "menunggu keputusan" in ppk.words(path) and not ppk.page(path).xpath("//form[contains(@action, 'putusan')]")
    assert pa.post(action(pa, path, "putusan"), {"putusan": "setuju"}).status_code == 302
    for place in (path, f"/tugas/{walk.item('A01').id}", f"/berkas/{walk.id}", f"/berkas/{walk.id}/riwayat"):
        words = ppk.words(place)
        assert "Sen 30 Nov, 16.00" in words, place  # the old one ...
        assert "2 Des" in words, place  # ... beside the new


def test_the_inbox_leads_to_the_proposals_that_wait_for_me(deployed, walk):
    assert Visitor(deployed, "ppk").post(f"{address(walk)}/perpanjangan", MORE).status_code == 302
    pa = Visitor(deployed, "pa")
    assert "1 usul perpanjangan tenggat menunggu putusan Anda" in pa.words("/")
    assert all(told in pa.words("/tenggat") for told in ("Sen 30 Nov, 16.00", "menjadi Rab 2 Des, 16.00"))
    assert pa.page("/tenggat").xpath("//td[@class='go']/a/@href") == [address(walk)]
    assert "Tidak ada usul" in Visitor(deployed, "ppk").words("/tenggat")


def test_a_wrong_letter_comes_back_with_what_was_typed(deployed, walk):
    ppk = Visitor(deployed, "ppk")
    answer = ppk.post(f"{address(walk)}/perpanjangan", MORE | {"added": "sebentar"})
    assert answer.status_code == 422
    assert 'value="sebentar"' in answer.text and "tidak dikenal" in answer.text and "Adendum 7/2026" in answer.text


def test_a_paused_deadline_says_so_and_is_resumed(deployed, walk):
    ppk, path = Visitor(deployed, "ppk"), address(walk)
    assert ppk.post(f"{path}/jeda", HALT).status_code == 302
    assert "tenggat dijeda" in ppk.words("/") and "Sen 30 Nov, 16.00" in ppk.words(f"/tugas/{walk.item('A01').id}")
    wrong = ppk.post(action(ppk, path, "lanjut"), {"ends": "2030-01-01"})
    assert wrong.status_code == 422 and "sesudah hari ini" in wrong.text
    assert ppk.post(action(ppk, path, "lanjut"), {"ends": "2026-11-23"}).status_code == 302
    assert walk.item("A01").due_at is not None


@pytest.mark.parametrize("who", ["operator", "auditor"])
def test_who_only_sees_finds_no_form_and_is_refused(deployed, walk, who):
    visitor, path = Visitor(deployed, who), address(walk)
    assert not visitor.page(path).xpath("//main//form")
    assert visitor.post(f"{path}/perpanjangan", MORE).status_code == 403
    assert visitor.post(f"{path}/jeda", HALT).status_code == 403


def test_who_may_not_see_the_case_sees_no_deadline_of_it(deployed, walk):
    assert Visitor(deployed, "penyedia").get(address(walk)).status_code == 403
