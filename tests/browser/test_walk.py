"""The walk of the first issue in a real browser: a case through all eight lanes, once straight and without JavaScript,
once with rework."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import people
from engine.database import Database
from engine.demo import answers
from engine.demo.plans import PATHS, Plan
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
LANE = {
    "A01": "ppk", "A02": "pejabat_pengadaan", "A03": "ppk", "A05": "pptk", "A06": "penyedia", "A07": "ppk", "A08": "pa",
    "A09a": "pphp", "A09b": "penyimpan_barang", "A09x": "ppk", "A10": "pa", "A11": "opd",
}  # fmt: skip
PDF = {"mimeType": "application/pdf", "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"}


class Office:
    """Everybody's browser, each signed in once."""

    def __init__(self, browser: Browser, url: str, folder: Path, **options: Any) -> None:
        self.browser, self.url, self.options = browser, url, options
        self.passwords = {a["username"]: a["password"] for a in json.loads((folder / "demo-accounts.json").read_text())}
        self.pages: dict[str, Page] = {}
        self.violations: list[str] = []

    def page(self, username: str) -> Page:
        if username not in self.pages:
            context = self.browser.new_context(base_url=self.url, locale="id-ID", **self.options)
            page = self.pages[username] = context.new_page()
            page.set_default_timeout(20_000)
            page.on("console", lambda said: self.violations.append(said.text) if said.type == "error" else None)
            page.goto("/masuk")
            page.get_by_label("Nama pengguna").fill(username)
            page.get_by_label("Kata sandi").fill(self.passwords[username])
            page.get_by_role("button", name="Masuk").click()
            expect(page.locator("h1")).to_contain_text("Selamat")
        return self.pages[username]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def fill(page: Page, data: dict[str, Any]) -> None:
    """Fill a form the way a person does, from its top, whatever each looks like; folded groups are opened first."""
    while (folded := page.locator("form details:not([open]) > summary")).count():
        folded.first.click()
    names = page.evaluate("[...new Set([...document.querySelectorAll('form [name]')].map(field => field.name))]")
    for key, value in sorted(data.items(), key=lambda pair: names.index(pair[0])):
        if isinstance(value, list) or page.locator(f"input[type=radio][name={key}]").count():
            for one in value if isinstance(value, list) else [value]:
                page.locator(f'input[name={key}][value="{one}"]').check()
        elif isinstance(value, bool):
            page.locator(f"#f-{key}").set_checked(value)
        elif page.locator(f"select#f-{key}").count():
            page.locator(f"#f-{key}").select_option(str(value))
        else:
            page.locator(f"#f-{key}").fill(value.isoformat() if isinstance(value, date) else str(value))


def start(office: Office, plan: Plan) -> str:
    page = office.page("ppk")
    page.goto("/berkas/baru/pembuatan_aplikasi")
    fill(page, answers.start(plan, 77, people.today()))
    page.locator("form:has(#f-nama_paket) button.main").click()
    expect(page.locator("h1")).to_contain_text(plan.title)
    found = re.search(r"APL-\d{4}-\d{4}", page.content())
    assert found
    return found[0]


def do(office: Office, plan: Plan, number: str, element: str, round_: int) -> Page:
    """Find the step in the inbox by its case number, fill it, upload what it asks for, complete it."""
    page = office.page(LANE[element])
    page.goto(f"/?q={number}")
    name = "Melengkapi" if element == "A09x" else f"{int(element[1:3])}. "
    page.locator("table.cards th[scope=row] a", has_text=name).first.click()
    page.wait_for_url("**/tugas/*")
    fill(page, answers.step(element, round_, plan, 77, people.today()))
    for number_, field in enumerate(page.locator("input[type=file]").all()):
        field.set_input_files({"name": f"dokumen-{number_}.pdf", **PDF})
    page.get_by_role("button", name="Selesaikan langkah ini").click()
    expect(page.locator("h1")).to_contain_text("anda terima")
    return page


@pytest.fixture
def office(request: pytest.FixtureRequest, browser: Browser, live_url: str, demo: Database) -> Any:
    found = Office(browser, live_url, demo.folder, **getattr(request, "param", {}))
    yield found
    found.close()
    assert found.violations == []


ON_A_PHONE = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "java_script_enabled": False}
ON_A_DESK = {"viewport": DESK}


WALKS = {"phone without JavaScript": (ON_A_PHONE, "lurus"), "desk": (ON_A_DESK, "kurang")}


@pytest.mark.parametrize(("office", "path"), WALKS.values(), indirect=["office"], ids=WALKS)
def test_a_case_goes_through_all_eight_lanes(office: Office, path: str) -> None:
    plan, rounds = Plan(f"Aplikasi Uji {path}", "Dinas Kesehatan", 20, path=path), dict[str, int]()
    number = start(office, plan)
    for element in PATHS[path]:
        rounds[element] = rounds.get(element, 0) + 1
        do(office, plan, number, element, rounds[element])
    auditor = office.page("auditor")
    auditor.goto(f"/berkas?q={number}")
    auditor.locator("table.cards a", has_text=number).first.click()
    auditor.wait_for_url("**/berkas/*")
    expect(auditor.locator("main")).to_contain_text("selesai")
    auditor.goto(auditor.url.split("?")[0] + "/riwayat?t=1")
    for position in range(2, len(PATHS[path]) + 1):
        auditor.get_by_role("link", name="Berikutnya").first.click()
        expect(auditor).to_have_url(re.compile(rf"t={position}\b"))
        expect(auditor.locator("svg .task.run, svg .task.done").first).to_be_attached()


def test_the_second_person_is_told_who_was_first(office: Office) -> None:
    plan = Plan("Aplikasi Dua Orang", "Dinas Kesehatan", 20)
    number = start(office, plan)
    rival = office.page("ppk2")
    rival.goto(f"/?q={number}")
    rival.locator("table.cards th[scope=row] a").first.click()
    do(office, plan, number, "A01", 1)
    fill(rival, answers.step("A01", 1, plan, 77, people.today()))
    rival.get_by_role("button", name="Selesaikan langkah ini").click()
    expect(rival.locator("main")).to_contain_text("udah dikerjakan oleh Rahmawati Siregar")
    office.violations = [said for said in office.violations if "409" not in said]
