"""What pages do by themselves, in a real browser: drafts that keep themselves, fields that come and go, news."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor
from playwright.sync_api import Browser, Locator, Page, expect
from walks import Walk

from engine import clock, drafts
from engine.database import Database
from engine.model import SignIn
from engine.people import Actor
from engine.transaction import transaction
from tests.browser.conftest import DESK, PHONE, opened
from tests.servers import served
from webapp import create_app

pytestmark = pytest.mark.browser
KEPT = "Draf tersimpan"


@pytest.fixture
def walk(deployed: Database, cast: dict[str, Actor]) -> Walk:
    return Walk(deployed, cast)


@pytest.fixture
def url(deployed: Database) -> Iterator[str]:
    with served(create_app(deployed)) as url:
        yield url


@contextmanager
def page_of(browser: Browser, walk: Walk, url: str, username: str, **options: object) -> Iterator[Page]:
    """Somebody at a browser of their own."""
    cookie = Visitor(walk.database, username).client.get_cookie("sopan")
    for page in opened(browser, url, **{"viewport": DESK, **options}):
        page.context.add_cookies([{"name": "sopan", "value": cookie.value, "url": url}])
        yield page


@pytest.fixture
def ppk(browser: Browser, walk: Walk, url: str) -> Iterator[Page]:
    with page_of(browser, walk, url, "ppk") as page:
        yield page


def said(page: Page) -> Locator:
    return page.locator("form.work [role=status]")


def draft(walk: Walk, element: str = "A01") -> dict[str, list[str]]:
    found = drafts.typed(walk.item(element)) or {}
    return {name: texts for name, texts in found.items() if any(texts)}


def test_what_was_typed_is_kept_and_survives_the_closing_of_its_window(walk: Walk, ppk: Page) -> None:
    task = f"/tugas/{walk.item('A01').id}"
    ppk.goto(task)
    ppk.locator("#f-kode_rup").fill("56482997")
    expect(said(ppk)).to_contain_text(KEPT)
    ppk.locator("#f-nilai_hps").press_sequentially("185")
    second = ppk.context.new_page()
    ppk.close()  # before the pause is over
    second.wait_for_timeout(500)
    second.goto(task)
    expect(second.locator("#f-kode_rup")).to_have_value("56482997")
    expect(second.locator("#f-nilai_hps")).to_have_value("185")
    assert draft(walk) == {"kode_rup": ["56482997"], "nilai_hps": ["185"]}


def test_two_windows_never_overwrite_each_other(browser: Browser, walk: Walk, url: str, ppk: Page) -> None:
    task = f"/tugas/{walk.item('A01').id}"
    with page_of(browser, walk, url, "ppk2", viewport=PHONE) as colleague:
        colleague.goto(task)
        ppk.goto(task)
        ppk.locator("#f-kode_rup").fill("1")
        expect(said(ppk)).to_contain_text(KEPT)
        colleague.locator("#f-kode_rup").fill("2")
        expect(said(colleague)).to_contain_text("sudah diubah oleh Rahmawati Siregar")
        expect(colleague.locator("#f-kode_rup")).to_have_value("2")
        expect(colleague.get_by_role("link", name="Buka tugas ini di jendela baru")).to_be_visible()
        colleague.once("dialog", lambda dialog: dialog.accept())
        colleague.reload()
        expect(colleague.locator("#f-kode_rup")).to_have_value("1")
        colleague.locator("#f-kode_rup").fill("12")
        expect(said(colleague)).to_contain_text(KEPT)
    assert draft(walk) == {"kode_rup": ["12"]}


def test_a_connection_that_comes_back_keeps_what_was_typed_meanwhile(walk: Walk, ppk: Page) -> None:
    ppk.goto(f"/tugas/{walk.item('A01').id}")
    ppk.context.set_offline(True)
    ppk.locator("#f-kode_rup").fill("56482997")
    expect(said(ppk)).to_contain_text("jaringan terputus")
    asked: list[str] = []
    ppk.once("dialog", lambda dialog: [asked.append(dialog.type), dialog.dismiss()])
    ppk.get_by_role("link", name="Berkas", exact=True).click(no_wait_after=True)
    expect(ppk.locator("#f-kode_rup")).to_have_value("56482997")
    assert asked == ["beforeunload"]
    ppk.context.set_offline(False)
    expect(said(ppk)).to_contain_text(KEPT, timeout=15_000)
    ppk.get_by_role("link", name="Berkas", exact=True).click()
    ppk.wait_for_url("**/berkas")
    assert draft(walk) == {"kode_rup": ["56482997"]}


def test_who_is_signed_out_meanwhile_is_told_and_goes_on_after_signing_in_again(walk: Walk, ppk: Page) -> None:
    ppk.goto(f"/tugas/{walk.item('A01').id}")
    with walk.database.session() as session, transaction(session):
        session.execute(sa.delete(SignIn))
    ppk.locator("#f-kode_rup").fill("56482997")
    expect(said(ppk)).to_contain_text("sesi Anda sudah berakhir")
    assert draft(walk) == {}
    with ppk.context.expect_page() as found:
        ppk.get_by_role("link", name="Buka tugas ini di jendela baru").click()
    door = found.value
    door.get_by_label("Nama pengguna").fill("ppk")
    door.get_by_label("Kata sandi").fill(Visitor(walk.database).password("ppk"))
    door.get_by_role("button", name="Masuk").click()
    expect(door.locator("h1")).to_contain_text("Menyusun HPS")
    expect(said(ppk)).to_contain_text(KEPT, timeout=15_000)
    assert draft(walk) == {"kode_rup": ["56482997"]}


def test_a_form_that_was_sent_and_came_back_goes_on_keeping_itself(walk: Walk, ppk: Page) -> None:
    item = walk.item("A01").id
    ppk.goto(f"/tugas/{item}")
    ppk.locator("#f-kode_rup").fill("1")
    ppk.get_by_role("button", name="Simpan draf").click()
    ppk.wait_for_load_state()
    expect(ppk.locator("main")).to_contain_text("Draf dan dokumen tersimpan")
    ppk.locator("#f-kode_rup").fill("12")
    ppk.get_by_role("button", name="Selesaikan").click()
    expect(ppk.locator("#salah")).to_be_focused()
    ppk.locator("#f-kode_rup").fill("123")
    expect(said(ppk)).to_contain_text(KEPT)
    assert draft(walk) == {"kode_rup": ["123"]}


def test_a_choice_brings_and_takes_the_fields_that_depend_on_it(browser: Browser, walk: Walk, url: str) -> None:
    walk.to("A01")
    with page_of(browser, walk, url, "pejabat_pengadaan") as page:
        page.goto(f"/tugas/{walk.item('A02').id}")
        winner = page.locator("#f-pemenang_nama")
        expect(winner).to_be_hidden()
        choice = page.locator("input[name=hasil_pemilihan][value=berhasil]")
        choice.check()
        expect(winner).to_be_visible()
        expect(said(page)).to_contain_text("Isian yang muncul:")
        expect(choice).to_be_focused()
        winner.fill("CV Rekaan")
        page.locator("input[name=hasil_pemilihan]:not([value=berhasil])").first.check()
        expect(winner).to_be_hidden()
        expect(said(page)).to_contain_text("Tidak perlu diisi lagi:")
        choice.check()
        expect(winner).to_have_value("CV Rekaan")
    assert draft(walk, "A02")["pemenang_nama"] == ["CV Rekaan"]


def test_what_is_computed_follows_what_is_typed(browser: Browser, walk: Walk, url: str) -> None:
    walk.to("A01", "A02", "A03")
    with page_of(browser, walk, url, "pptk") as page:
        page.goto(f"/tugas/{walk.item('A05').id}")
        page.locator("#f-tgl_mulai_kerja").fill("2026-12-01")
        page.locator("#f-jangka_waktu_hari").fill("45")
        expect(page.locator("#f-tgl_selesai b")).to_have_text("15 Januari 2027")
        expect(page.locator("form.work p.note")).to_be_visible()
        page.locator("#f-jangka_waktu_hari").fill("10")
        expect(page.locator("form.work p.note")).to_be_hidden()


def test_without_a_script_every_field_is_there(browser: Browser, walk: Walk, url: str) -> None:
    walk.to("A01")
    with page_of(browser, walk, url, "pejabat_pengadaan", java_script_enabled=False) as page:
        page.goto(f"/tugas/{walk.item('A02').id}")
        expect(page.locator("#f-pemenang_nama")).to_be_visible()
        expect(page.locator("form.work")).to_contain_text("Isi hanya bila")


def test_an_open_inbox_tells_of_new_tasks_and_moves_nothing(walk: Walk, ppk: Page) -> None:
    ppk.clock.install()
    ppk.goto("/")
    title, first = ppk.title(), ppk.locator("table.cards tbody tr").first.bounding_box()
    news = ppk.locator("[data-news]")
    ppk.clock.fast_forward("01:01")
    ppk.wait_for_timeout(300)
    expect(news).to_contain_text("Keadaan pukul")
    with clock.stopped(clock.business() + timedelta(minutes=1)):
        Walk(walk.database, walk.cast, number=2)
    ppk.clock.fast_forward("01:01")
    expect(news).to_contain_text("1 tugas baru di kotak Anda.")
    assert ppk.title() == f"(1) {title}"
    assert ppk.locator("table.cards tbody tr").first.bounding_box() == first
    news.get_by_role("link", name="Muat ulang").click()
    expect(ppk.locator("table.cards caption")).to_contain_text("2 tugas")
    assert ppk.title() == title


def test_an_amount_gets_its_dots_when_it_is_left(walk: Walk, ppk: Page) -> None:
    ppk.goto(f"/tugas/{walk.item('A01').id}")
    amount = ppk.locator("#f-nilai_hps")
    for typed, shown in (
        ("185000000", "185.000.000"),
        ("1250,50", "1.250,50"),
        ("1.5000", "1.5000"),
        ("Rp 100", "Rp 100"),
    ):
        amount.fill(typed)
        amount.blur()
        expect(amount).to_have_value(shown)
    for _ in range(100):  # until the last pause in typing is over
        if draft(walk) == {"nilai_hps": ["Rp 100"]}:
            break
        ppk.wait_for_timeout(100)
    assert draft(walk) == {"nilai_hps": ["Rp 100"]}


def test_on_a_phone_what_is_kept_can_be_seen_and_taking_a_step_comes_before_its_form(
    browser: Browser, walk: Walk, url: str
) -> None:
    with page_of(browser, walk, url, "ppk", viewport=PHONE, is_mobile=True, has_touch=True) as phone:
        phone.goto(f"/tugas/{walk.item('A01').id}")
        phone.locator("#f-kode_rup").fill("56482997")
        expect(said(phone)).to_contain_text(KEPT)
        expect(said(phone)).to_be_in_viewport(ratio=1)
        take = phone.get_by_role("button", name="Ambil tugas ini")
        assert take.bounding_box()["y"] < phone.locator("#isian").bounding_box()["y"]
        with phone.expect_navigation():
            take.click()
        expect(phone.locator("main")).to_contain_text("Anda memegang tugas ini")
