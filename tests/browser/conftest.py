"""A real Chromium through Playwright. A missing browser fails these tests; it never skips them."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tools.browser import find

QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def launch(playwright: Playwright) -> Browser:
    """The browser of this machine; its sandbox is given up only where it cannot work: for root, and in containers."""
    found = find()
    environment = {**os.environ, **found.environment}

    def start(sandbox: bool) -> Browser:
        return playwright.chromium.launch(
            executable_path=found.path, args=list(QUIET), env=environment, chromium_sandbox=sandbox
        )

    if os.geteuid() == 0:
        return start(sandbox=False)
    try:
        return start(sandbox=True)
    except Error as error:
        if "sandbox" not in error.message:
            raise
        return start(sandbox=False)


def opened(browser: Browser, live_url: str, **options: object) -> Iterator[Page]:
    """A page of its own session; a script that fails or breaks the content security policy fails the test."""
    context: BrowserContext = browser.new_context(
        base_url=live_url, locale="id-ID", timezone_id="Asia/Pontianak", **options
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert broken == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_url: str) -> Iterator[Page]:
    """A fresh session on a desk: no cookies, addresses relative to the running application."""
    yield from opened(browser, live_url, viewport=DESK)


@pytest.fixture
def phone(browser: Browser, live_url: str) -> Iterator[Page]:
    """A fresh session on a phone 360 px wide."""
    yield from opened(browser, live_url, viewport=PHONE, has_touch=True, is_mobile=True)
