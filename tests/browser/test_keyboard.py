"""A whole step without a mouse: from the door to the inbox, taking it, each kind of field, its files, what was wrong,
the receipt, and on to the next; on the way the focus is seen on every stop, covered by nothing, and never goes back."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from stage import Kept
from walks import PLAN, Walk

from engine.demo import answers
from tests.browser.conftest import DESK, PHONE, opened
from tests.browser.test_walk import PDF
from tests.conftest import acting
from tests.servers import served
from webapp import create_app

pytestmark = pytest.mark.browser
MOST = 120  # presses of Tab until something is reached
# the parts of a date are marked by the browser itself
SEEN = """() => { const at = document.activeElement, style = getComputedStyle(at);
return at.type === 'date' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }"""
OPEN = """() => { const at = document.activeElement, box = at.getClientRects()[0];
return at === document.body || [0.1, 0.5, 0.9].some(part => {
const there = document.elementFromPoint(box.x + box.width * part, box.y + box.height / 2);
return !!there && (at.contains(there) || there.contains(at)) }) }"""
ONWARD = """() => { const before = window.stop, at = window.stop = document.activeElement;
return !before?.isConnected || before === at || !!(before.compareDocumentPosition(at) & 4) }"""


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, kept: Kept) -> Iterator[Page]:
    with served(create_app(kept.again().database)) as url:
        yield from opened(browser, url, viewport=request.param)


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, and see it on every stop of the way, each further down the page."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        assert page.evaluate(SEEN), f"the focus cannot be seen on {focused}"
        assert page.evaluate(OPEN), f"something covers {focused}"
        assert page.evaluate(ONWARD), f"the focus goes back to {focused}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def enter(page: Page, key: str, value: Any) -> None:
    """Fill in one field from the keyboard, whatever it looks like."""
    if isinstance(value, list):
        for one in value:
            reach(page, f'[name="{key}"][value="{one}"]')
            page.keyboard.press("Space")
        return
    reach(page, f'[name="{key}"]')
    kind = page.evaluate("document.activeElement.type")
    if kind == "radio":
        for _ in range(20):
            if page.locator(f'[name="{key}"][value="{value}"]').is_checked():
                return
            page.keyboard.press("ArrowDown" if page.locator(f'[name="{key}"]:checked').count() else "Space")
    elif kind == "checkbox":
        page.keyboard.press("Space")
    elif kind == "date":
        page.keyboard.type(f"{value:%m%d%Y}")  # in the order of the browser's own language
        assert page.evaluate("document.activeElement.value") == value.isoformat()
    else:
        page.keyboard.type(str(value))


def follow(page: Page) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def attach(page: Page, name: str) -> None:
    """Choose a file; the window that Space opens is the browser's own."""
    selector = f'input[name="{name}"]:not([capture])'  # the other opens a camera
    reach(page, selector)
    page.locator(selector).set_input_files({"name": f"{name}.pdf", **PDF})


def test_a_step_is_done_from_the_keyboard_alone(kept: Kept, page: Page) -> None:
    stage = kept.stage
    Walk(stage.database, acting(stage.database), number=3)
    page.goto("/masuk")
    for name, text in {"username": "ppk", "password": stage.visitors["ppk"].password("ppk")}.items():
        reach(page, f'[name="{name}"]')
        page.keyboard.type(text)
    follow(page)
    item = stage.things["new"]["item_id"]
    reach(page, f'form[action="/tugas/{item}/ambil"] button')
    follow(page)
    expect(page.locator("main")).to_contain_text("Anda memegang tugas ini")
    reach(page, 'button[value="selesai"]')
    follow(page)
    expect(page.locator("#salah")).to_be_focused()
    reach(page, '#salah a[href="#f-kode_rup"]')
    page.keyboard.press("Enter")
    expect(page.locator("#f-kode_rup")).to_be_focused()
    page.goto(f"/tugas/{item}")
    typed = answers.step("A01", 1, PLAN, 1, date(2026, 11, 23))
    order = page.evaluate("[...new Set([...document.querySelectorAll('form.work [name]')].map(e => e.name))]")
    for name in order:
        if name in typed:
            enter(page, name, typed[name])
        elif name.startswith("berkas-"):
            attach(page, name)
    reach(page, 'button[value="selesai"]')
    follow(page)
    expect(page.locator("h1")).to_contain_text("anda terima")
    reach(page, ".receipt a.btn.main")
    follow(page)
    expect(page.locator("h1")).to_contain_text("Menyusun HPS")
