"""Every page against axe (WCAG 2.2 AA and best practice), on a desk and on a phone; no page scrolls sideways."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.database import Database

pytestmark = pytest.mark.browser
PAGES = {
    "ppk": [
        "/",
        "/?lihat=terlambat",
        "/?lihat=selesai",
        "/berkas",
        "/berkas/baru/pembuatan_aplikasi",
        "/tugas/tidak-ada",
        "/akun/saya",
        "/akun/saya/kode",
        "/pemberitahuan",
        "/lacak",
    ],
    "auditor": ["/berkas?q=Arsip", "/analisis", "/analisis/pembuatan_aplikasi"],
    "operator": [
        "/operasi",
        "/akun",
        "/operasi/pemberitahuan",
        "/orang",
        "/orang/impor",
        "/operasi/tabel/jalur",
        "/operasi/tabel/pisah",
    ],
}
LEADING = {"ppk": "table.cards th[scope=row] a", "auditor": "table.cards a"}  # to a step, to a case


def sign_in(page: Page, folder: Path, username: str) -> None:
    accounts = {a["username"]: a["password"] for a in json.loads((folder / "demo-accounts.json").read_text())}
    page.goto("/masuk")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(accounts[username])
    page.get_by_role("button", name="Masuk").click()
    expect(page.locator("h1")).to_contain_text("Selamat")


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    found = [f"{page.url}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url}: scrolls sideways")
    return found


@pytest.mark.parametrize("username", PAGES)
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_every_page_is_accessible(request: pytest.FixtureRequest, demo: Database, username: str, screen: str) -> None:
    page: Page = request.getfixturevalue(screen)
    found = []
    sign_in(page, demo.folder, username)
    for path in PAGES[username]:
        page.goto(path)
        found += faults(page)
    if username in LEADING:
        page.goto("/berkas?q=Arsip" if username == "auditor" else "/")
        page.locator(LEADING[username]).first.click()
        page.wait_for_url("**/berkas/*" if username == "auditor" else "**/tugas/*")
        found += faults(page)
        if username == "auditor":
            page.goto(page.url + "/riwayat?t=3")
        else:
            task = page.url
            page.goto(f"{task}/teks")
            found += faults(page)
            page.goto(task)
            page.get_by_role("button", name="Selesaikan langkah ini").click()
            expect(page.locator("#salah")).to_be_focused()
        found += faults(page)
    assert found == []
