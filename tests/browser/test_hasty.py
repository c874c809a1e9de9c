"""Who sends too fast, in a real browser: told to wait by a page that anybody can read, and sent by one press after."""

import pytest
from playwright.sync_api import Browser, expect
from servers import served
from walks import Walk

from engine.database import Database
from engine.people import Actor
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_accessible import faults
from tests.browser.test_live import page_of
from webapp import create_app

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_what_was_sent_too_fast_is_sent_again_by_one_press(
    browser: Browser, deployed: Database, cast: dict[str, Actor], screen: dict[str, int]
) -> None:
    app, walk = create_app(deployed, commands=1), Walk(deployed, cast)
    with served(app) as url, page_of(browser, walk, url, "ppk", viewport=screen) as page:
        for _ in range(2):
            page.goto("/pemberitahuan")
            page.locator("#a-surel").fill("ppk@pontianak.example")
            page.get_by_role("button", name="Simpan").first.click()
        expect(page.locator("h1")).to_contain_text("Terlalu cepat. Tunggu")
        assert faults(page) == []
        app.extensions["sopan.pace"].until.clear()
        page.get_by_role("button", name="Kirim lagi").click()
        expect(page.get_by_text("Pilihan Anda tersimpan.")).to_be_visible()
        assert page.locator("#a-surel").input_value() == "ppk@pontianak.example"
