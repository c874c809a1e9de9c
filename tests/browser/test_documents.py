"""Looking at documents in a real Chromium: pictures, and nothing that a document brings along ever runs."""

import drawn
import pytest
from browsing import Visitor, file
from playwright.sync_api import Page, Route
from sqlalchemy import func, select

from engine.database import Database
from engine.model import Account, Document, ItemStatus, WorkItem

from .test_accessible import faults, sign_in

pytestmark = pytest.mark.browser
SCRIPT = b"<script>document.title='taken over'</script>"
FILES = {
    "naskah.pdf": drawn.scripted_pdf(),
    "foto.jpg": drawn.photo(behind=SCRIPT, size=(640, 480)),
    "gambar.png": drawn.photo("PNG", behind=SCRIPT),
}


def given(database: Database) -> tuple[str, list[str]]:
    """A step of the PPK with these files on it: its id, and theirs."""
    ppk = select(Account.person_id).where(Account.username == "ppk").scalar_subquery()
    steps = select(WorkItem.id).where(WorkItem.element == "A01", WorkItem.status == ItemStatus.OPEN)
    with database.session() as session:
        item = session.scalars(steps.where(func.coalesce(WorkItem.holder, ppk) == ppk)).first()
    sent = {"berkas-0": [file(*one) for one in FILES.items()], "basah-0": "ya"}
    assert Visitor(database, "ppk", demo=True).send(item, sent, action="draf").status_code == 302
    with database.session() as session:
        query = select(Document.id).where(Document.work_item_id == item, Document.filename.in_(FILES))
        return item, list(session.scalars(query))


def without_sandbox(page: Page) -> Page:
    """The same page again where axe, which is a script, can run."""

    def open_up(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": ""})

    page.route("**/lihat", open_up)
    page.reload()
    page.unroute("**/lihat")
    return page


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_documents_are_looked_at_as_pictures_and_nothing_in_them_runs(
    request: pytest.FixtureRequest, demo: Database, screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    item, documents = given(demo)
    assert len(documents) == len(FILES)
    sign_in(page, demo.folder, "ppk")
    found = []
    for document in documents:
        page.goto(f"/dokumen/{document}/lihat")
        picture = page.locator("img.leaf")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("document.images[0].complete")
        assert picture.evaluate("image => image.naturalWidth") > 10
        assert "taken over" not in page.title()
        found += faults(without_sandbox(page))
        page.goto(f"/dokumen/{document}/lihat/1")
        assert "taken over" not in page.title()
        page.goto(f"/dokumen/{document}/versi")
        found += faults(page)
    page.goto(f"/tugas/{item}")
    assert page.locator("input[capture]").first.is_visible() is (screen == "phone")
    found += faults(page)
    assert found == []


def test_the_link_back_and_the_download_work_from_the_sandbox(page: Page, demo: Database) -> None:
    _, documents = given(demo)
    sign_in(page, demo.folder, "ppk")
    page.goto(f"/dokumen/{documents[0]}/lihat")
    with page.expect_download() as download:
        page.get_by_role("link", name="unduh").click()
    assert download.value.suggested_filename in FILES
    page.get_by_role("link", name="Kembali ke berkas").click()
    page.wait_for_url("**/berkas/*")
    assert page.locator("h1").inner_text()
