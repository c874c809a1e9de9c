"""The browser itself: it launches, renders and runs scripts."""

import pytest
from playwright.sync_api import Browser

from tools.browser import NoBrowser, find

pytestmark = pytest.mark.browser


def test_the_browser_renders_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.goto("data:text/html,<h1>Kotak tugas</h1><script>document.title = 6 * 7</script>")
    assert (page.title(), page.locator("h1").inner_text()) == ("42", "Kotak tugas")
    assert page.locator("h1").bounding_box()["width"] > 100
    page.close()


def test_a_browser_that_is_named_but_missing_is_an_error_and_not_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPAN_BROWSER", "/nonexistent/chromium")
    with pytest.raises(NoBrowser, match="SOPAN_BROWSER"):
        find()
