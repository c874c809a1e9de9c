"""An aide and the official, and a comment, in a real browser: axe finds nothing, and no page scrolls sideways."""

import pytest
from playwright.sync_api import Page, expect

from engine.database import Database
from tests.browser.test_accessible import faults, sign_in

pytestmark = pytest.mark.browser


def press(page: Page, name: str, then: str) -> None:
    """Press a button, and wait for what the next page says."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text(then).first).to_be_visible()


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_preparing_sending_back_and_comments_are_accessible(
    request: pytest.FixtureRequest, demo: Database, screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    sign_in(page, demo.folder, "penyiap")
    expect(page.get_by_text("Saya siapkan")).to_be_visible()
    found = faults(page)
    page.locator("table.cards th[scope=row] a").first.click()
    page.get_by_label("Tulis komentar").fill("Mohon diperiksa.\nTerima kasih.")
    press(page, "Kirim komentar", "Komentar ditulis.")
    press(page, "Tandai siap disetujui", "Menunggu persetujuan.")
    found, step = found + faults(page), page.url
    page.context.clear_cookies()
    sign_in(page, demo.folder, "ppk")
    expect(page.get_by_text("Disiapkan oleh").first).to_be_visible()
    found += faults(page)
    page.goto(step)
    page.get_by_role("link", name="Kembalikan ke penyiap").click()
    page.locator("#kembalikan summary").click()
    press(page, "Kembalikan ke penyiap", "Tuliskan apa yang perlu diperbaiki penyiap.")
    found += faults(page)
    page.locator(".crumbs a").nth(1).click()
    press(page, "Kirim komentar", "Tuliskan komentarnya.")
    assert found + faults(page) == []
