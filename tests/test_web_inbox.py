"""The inbox: what waits for whom, until when, and who holds it."""

from datetime import timedelta

import pytest
from browsing import Visitor
from walks import Walk

from engine import clock


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def table(visitor, path="/"):
    return [" ".join(row.text_content().split()) for row in visitor.page(path).xpath("//tbody/tr")]


def test_a_row_says_until_when_what_which_case_and_what_is_missing(deployed, walk):
    group, row = table(Visitor(deployed, "ppk"))
    assert group.startswith(("Hari ini", "Minggu ini", "Nanti"))
    assert "sisa" in row and "1. Menyusun HPS dan KAK" in row and "APL-2026-0001" in row
    assert "Antrean Puskesmas" in row and "Dinas Kesehatan" in row and "0 dari 2" in row and "belum diambil" in row


def test_another_role_sees_nothing_of_it(deployed, walk):
    assert "Tidak ada tugas untuk Anda sekarang" in Visitor(deployed, "pphp").words("/")


def test_what_is_late_stands_first_and_in_a_view_of_its_own(deployed, walk):
    with clock.stopped(clock.business() + timedelta(days=30)):
        Walk(deployed, walk.cast, number=2)
        visitor = Visitor(deployed, "ppk")
        groups = [row for row in table(visitor) if "APL" not in row]
        late = table(visitor, "/?lihat=terlambat")
        assert groups[0] == "Terlambat (1)" and len(groups) == 2
        assert len(late) == 2 and "terlambat" in late[1] and "APL-2026-0001" in late[1]


def test_nothing_late_is_said_in_words(deployed, walk):
    assert "Tidak ada yang terlambat" in Visitor(deployed, "ppk").words("/?lihat=terlambat")


@pytest.mark.parametrize("words", ["0001", "puskesmas", "kesehatan APL", "hps"])
def test_search_finds_by_number_package_office_and_step(deployed, walk, words):
    assert len(table(Visitor(deployed, "ppk"), f"/?q={words}")) == 2


@pytest.mark.parametrize("words", ["tidakada", "%", "_", "\\", "'", "<b>", "a" * 5000])
def test_search_without_a_hit_says_what_was_searched(deployed, walk, words):
    assert "Tidak ada tugas yang cocok" in Visitor(deployed, "ppk").words(f"/?q={words.replace('%', '%25')}")


def test_taking_a_step_tells_the_colleagues_who_holds_it(deployed, walk):
    visitor, item = Visitor(deployed, "ppk"), walk.item("A01").id
    assert visitor.post(f"/tugas/{item}/ambil").location == f"/tugas/{item}"
    assert "Anda sejak" in table(visitor, "/?lihat=saya")[1]
    assert "Rahmawati Siregar sejak" in table(Visitor(deployed, "ppk2"))[1]
    answer = Visitor(deployed, "ppk2").post(f"/tugas/{item}/ambil")
    assert answer.status_code == 409 and "sedang dipegang oleh Rahmawati Siregar" in answer.text


def test_a_step_given_back_is_free_again(deployed, walk):
    visitor, item = Visitor(deployed, "ppk"), walk.item("A01").id
    visitor.post(f"/tugas/{item}/ambil")
    assert visitor.post(f"/tugas/{item}/lepas").location == "/"
    assert "belum diambil" in table(visitor)[1]
    assert Visitor(deployed, "ppk2").post(f"/tugas/{item}/ambil").status_code == 302


def test_nobody_takes_a_step_of_another_lane(deployed, walk):
    assert Visitor(deployed, "pphp").post(f"/tugas/{walk.item('A01').id}/ambil").status_code == 403


def test_what_is_done_leads_to_its_receipt(deployed, walk):
    walk.complete("A01")
    [row] = Visitor(deployed, "ppk").page("/?lihat=selesai").xpath("//tbody/tr")
    assert "Menyusun HPS" in row.text_content() and row.xpath(".//th/a/@href")[0].endswith("/tanda-terima")


def test_the_count_in_the_navigation_is_that_of_my_roles(deployed, walk):
    page = Visitor(deployed, "ppk").page("/")
    assert page.xpath("string(//nav[@class='nav']//span[contains(@class, 'count')])").startswith("1")
    assert not Visitor(deployed, "pphp").page("/").xpath("//nav[@class='nav']//span[contains(@class, 'count')]")


@pytest.mark.parametrize("view", ["", "semua", "../..", "<script>"])
def test_a_view_that_does_not_exist_is_the_first_one(deployed, walk, view):
    assert len(table(Visitor(deployed, "ppk"), f"/?lihat={view}")) == 2


def test_a_page_of_a_hundred_steps_asks_the_database_a_fixed_number_of_times(deployed, walk):
    from browsing import statements

    visitor = Visitor(deployed, "ppk")
    visitor.get("/")
    with statements(deployed) as one:
        visitor.get("/")
    for number in range(2, 8):
        Walk(deployed, walk.cast, number=number)
    with statements(deployed) as many:
        visitor.get("/")
    assert len(many) == len(one)


def test_words_that_no_database_can_hold_are_told_to_who_sent_them(deployed, walk):
    status = {"sqlite": 200, "postgresql": 422}[deployed.engine.dialect.name]
    assert Visitor(deployed, "ppk").get("/?q=a%00b").status_code == status
