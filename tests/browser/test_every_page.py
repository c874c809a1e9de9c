"""Every page that somebody reaches, full of text that tries to break out of it, in a real browser: its policy holds,
axe (WCAG 2.2 AA) finds nothing on a desk or on a phone, on a phone nothing lies over what can be pressed, neither there
nor at 400 % zoom does anything scroll sideways but diagrams and tables, and no date is written as machines do."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from crawling import Found, crawl
from playwright.sync_api import Browser, Page
from poison import TAG
from stage import STRANGER, Stage

from tests.browser.conftest import DESK, PHONE, opened
from tests.servers import served
from webapp import create_app

pytestmark = pytest.mark.browser
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
LANGUAGES = {STRANGER: "id", "ppk": "id", "penyedia": "id", "pa": "en", "auditor": "en"}
LANGUAGES |= {"analis": "id", "operator": "id"}
NO_PAGES = {
    "auth.language",
    "health.alive",
    "health.metrics",
    "health.ready",
    "news.arrived",
    "reporting.told",
    "static",
}
BEFORE_SIGNING_IN = {
    "codes.ask",
    "codes.offer",
    "links.opened",
    "oidc.arrive",
    "oidc.end",
    "oidc.leave",
}  # test_web_accounts, _sso
FROM_PAPER = {"papers.mark", "papers.picture"}  # a QR code leads there; of a PDF that can be drawn
GONE_BACK = {"reversals.ask_recall", "reversals.ask_return"}  # test_reversals.py
EXAMPLE = "2026-01-31"  # how a file of people writes a date
WITH_DATA = {"analysis.modeler"}  # pages that may show pictures out of data
LISTEN = """window.broken = [];
document.addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + ' ' + e.blockedURI));"""
MOVING = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.modeler')).filter(e => {
const style = getComputedStyle(e); return style.transitionDuration !== '0s' || style.animationName !== 'none' })
.map(e => `${e.tagName}.${e.className}`).slice(0, 4)"""  # a page may not move for who asked for stillness
WIDE = """[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
.map(e => `${e.tagName}.${e.className}`).slice(0, 4)"""
COVERED = """[...document.querySelectorAll('a, button, input, select, textarea, summary')]
.filter(e => !e.closest('.modeler, .skip') && e.checkVisibility({visibilityProperty: true})).filter(e => {
e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
const box = e.getClientRects()[0], there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
return !e.contains(there) && !there?.contains(e) }).map(e => e.outerHTML.slice(0, 120)).slice(0, 4)"""
SCREENS = {"desk": DESK, "phone": PHONE, "400 %": ZOOMED}
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIOLATIONS = """options => axe.run(document, options).then(found =>
found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`))"""  # all that passes would take seconds to send


@pytest.fixture(scope="module")
def url(poisoned: Stage) -> Iterator[str]:
    with served(create_app(poisoned.database)) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    yield from opened(browser, url, viewport=DESK, reduced_motion="reduce")


@pytest.fixture(scope="module")
def reached(poisoned: Stage) -> dict[str, list[Found]]:
    """One page of each kind that each of them reaches."""
    return {who: crawl(poisoned.visitors[who], 1, "/masuk" if who == STRANGER else "/") for who in LANGUAGES}


def faults(page: Page, one: Found) -> list[str]:
    """What is wrong with the page that is shown."""
    found = [f"policy: {said}" for said in page.evaluate("broken")]
    found += [f"markup: {n} elements" for n in [page.locator(TAG).count()] if n]
    found += [f"moves though nothing should: {what}" for what in page.evaluate(MOVING)]
    dates = set(re.findall(r"\b\d{4}-\d\d-\d\d\b", page.locator("body").text_content() or "")) - {EXAMPLE}
    found += [f"a date not in words: {date}" for date in sorted(dates)]
    page.evaluate(Axe().axe_script)
    for screen, size in SCREENS.items():
        page.set_viewport_size(size)
        if size != ZOOMED:
            found += [f"axe on a {screen}: {said}" for said in page.evaluate(VIOLATIONS, STANDARDS)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"scrolls sideways, {screen}: {page.evaluate(WIDE)}")
        if size == PHONE:
            found += [f"lies under something else, {screen}: {what}" for what in page.evaluate(COVERED)]
    page.set_viewport_size(DESK)
    return [f"{one.path}: {what}" for what in found]


@pytest.mark.parametrize(("who", "language"), LANGUAGES.items())
def test_every_page_holds_its_policy_and_can_be_read_by_everybody(
    poisoned: Stage, reached: dict[str, list[Found]], page: Page, url: str, who: str, language: str
) -> None:
    page.add_init_script(LISTEN)
    page.on("dialog", lambda dialog: pytest.fail(f"{page.url} runs a script of the text: {dialog.message}"))
    cookie = poisoned.visitors[who].client.get_cookie("sopan").value
    page.context.add_cookies([{"name": "sopan", "value": cookie, "url": url}])
    page.goto(f"/bahasa/{language}?next=/masuk")
    found = []
    for one in reached[who]:
        sandboxed = "sandbox" in one.answer.headers["Content-Security-Policy"]  # test_documents.py opens it up
        if one.answer.mimetype == "text/html" and one.answer.status_code == 200 and not sandboxed:
            page.goto(one.path)
            if one.endpoint in WITH_DATA:
                page.wait_for_selector("body[data-ready='1']")
            found += faults(page, one)
    assert found == [], "\n".join(found)


def test_every_page_is_reached_by_somebody(poisoned: Stage, reached: dict[str, list[Found]]) -> None:
    """Else it is tried by nobody here."""
    rules = poisoned.visitors["ppk"].client.application.url_map.iter_rules()
    there = {rule.endpoint for rule in rules if "GET" in rule.methods}
    assert there - {one.endpoint for found in reached.values() for one in found} == (
        NO_PAGES | BEFORE_SIGNING_IN | FROM_PAPER | GONE_BACK
    )


def test_only_the_modeler_may_show_pictures_out_of_data(reached: dict[str, list[Found]]) -> None:
    for one in (one for found in reached.values() for one in found):
        allowed = "data:" in one.answer.headers["Content-Security-Policy"]
        assert allowed == (one.endpoint in WITH_DATA and one.answer.status_code == 200), one.path
