"""A step goes back in a real Chromium, on a phone and without scripts: returned with a reason, and taken back."""

import pytest
from playwright.sync_api import Page
from test_reversals import CHECKED, begun, complete, items

from engine.database import Database
from tests.conftest import acting

from .test_accessible import faults, sign_in

pytestmark = pytest.mark.browser


def test_a_step_is_returned_and_taken_back_on_a_phone(phone: Page, demo: Database) -> None:
    cast = acting(demo)
    case = begun(demo, cast, CHECKED, nama_paket="Antrean Puskesmas")
    complete(demo, cast["ppk"], first := items(demo, case)["A"])
    page = phone
    sign_in(page, demo.folder, "ppk")
    page.goto(f"/tugas/{first.id}/tanda-terima")
    page.get_by_role("link", name="Tarik kembali").click()
    assert faults(page) == []
    page.get_by_label("Alasan").fill("Salah berkas")
    page.get_by_role("button", name="Tarik kembali").click()
    assert "Ditarik kembali oleh" in page.inner_text("main")
    page.get_by_role("button", name="Selesaikan langkah ini").click()
    page.goto(f"/tugas/{items(demo, case)['B'].id}")
    page.get_by_role("link", name="Kembalikan").click()
    page.get_by_role("button", name="Kembalikan").click()
    assert "Tuliskan alasannya." in page.inner_text("main") and faults(page) == []
    page.get_by_label("Alasan").fill("KAK kurang")
    page.get_by_role("button", name="Kembalikan").click()
    page.goto(f"/tugas/{items(demo, case)['A'].id}")
    assert "KAK kurang" in page.inner_text("main") and faults(page) == []
