"""The modeler's own script: what an analyst writes in the panel reaches the XML; in Indonesian, under a strict CSP."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench_page import Bench, served
from tests.browser.conftest import DESK, opened

pytestmark = pytest.mark.browser
MODELS = Path(__file__).parent.parent.parent / "bpmn"
NAMES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL", "sopan": "urn:sopan:bpmn:1"}

SELECT = "id => sopanModeler.get('selection').select(sopanModeler.get('elementRegistry').get(id))"
OPEN = """id => {
    const element = sopanModeler.get('elementRegistry').get(id);
    sopanModeler.get('selection').select(element);
    sopanModeler.get('contextPad').open(element);
    sopanModeler.get('popupMenu').open(element, 'bpmn-replace', { x: 300, y: 300 });
}"""


@pytest.fixture
def bench() -> Iterator[Bench]:
    with served() as running:
        yield running


@pytest.fixture
def modeler(browser: Browser, bench: Bench) -> Iterator[Page]:
    for page in opened(browser, bench.address, viewport=DESK):
        page.goto("/id")
        page.wait_for_selector("body[data-ready='1']")
        yield page


def select(page: Page, element: str) -> None:
    page.locator(f"#canvas [data-element-id='{element}'] .djs-hit").first.click()


def saved(page: Page, bench: Bench) -> ElementTree.Element:
    count = len(bench.saved)
    page.click("#save")
    expect(page.locator("#status")).not_to_have_text("Mengirim ...")
    assert len(bench.saved) == count + 1
    return ElementTree.fromstring(bench.saved[-1][1])


def test_the_model_opens_without_warnings(modeler: Page) -> None:
    assert modeler.evaluate("sopanWarnings") == []
    expect(modeler.locator(".bjs-powered-by")).to_be_visible()


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.bpmn")), ids=lambda file: file.stem)
def test_our_models_open_without_warnings_and_pass_bpmnlint(browser: Browser, bench: Bench, file: Path) -> None:
    bench.model = file
    for page in opened(browser, bench.address, viewport=DESK):
        page.goto("/id")
        page.wait_for_function("window.sopanIssues !== undefined && document.body.dataset.ready")
        assert page.evaluate("sopanWarnings") == []
        assert page.evaluate("sopanIssues") == {}


def test_the_number_of_a_step_is_written_into_the_xml(modeler: Page, bench: Bench) -> None:
    select(modeler, "A01")
    modeler.get_by_label("Nomor dalam SOP").fill("1")
    modeler.get_by_label("Kegiatan, menurut teks SOP").fill("Menyusun HPS")
    sop = saved(modeler, bench).find(".//sopan:sop", NAMES)
    assert (sop.get("nomor"), sop.get("kegiatan")) == ("1", "Menyusun HPS")


def test_a_required_document_is_added_and_undone_in_one_step(modeler: Page, bench: Bench) -> None:
    select(modeler, "A01")
    modeler.locator("[data-group-id='group-sopan-Kelengkapan'] .bio-properties-panel-add-entry").click()
    modeler.locator("[data-entry-id='sopan-Kelengkapan-1-nama'] input").fill("KAK")
    modeler.locator("[data-entry-id='sopan-Kelengkapan-1-dokumen'] input").check()
    found = saved(modeler, bench).findall(".//sopan:kelengkapan", NAMES)
    assert [(e.get("nama"), e.get("dokumen")) for e in found] == [("HPS", "true"), ("KAK", "true")]
    for _ in range(3):
        modeler.click("#undo")
    assert len(saved(modeler, bench).findall(".//sopan:kelengkapan", NAMES)) == 1


def test_a_time_limit_is_one_timer_with_unit_warning_and_maximum(modeler: Page, bench: Bench) -> None:
    select(modeler, "A01_sla")
    modeler.get_by_label("Maksimum (ISO 8601)").fill("P20D")
    modeler.get_by_label("Peringatan (minimum, ISO 8601)").fill("P7D")
    modeler.get_by_label("Satuan").select_option("hari kalender")
    timer = saved(modeler, bench).find(".//bpmn:timerEventDefinition", NAMES)
    written = {name.split("}")[-1]: value for name, value in timer.attrib.items() if "sopan" in name}
    assert timer.find("bpmn:timeDuration", NAMES).text == "P20D"
    assert written == {"unit": "hari_kalender", "warn": "P7D"}


@pytest.fixture
def named(browser: Browser, bench: Bench) -> Iterator[Page]:
    """The modeler with every element that has a name of ours."""
    bench.model = Path(__file__).parent / "names.bpmn"
    for page in opened(browser, bench.address, viewport=DESK):
        page.goto("/id")
        page.wait_for_selector("body[data-ready='1']")
        yield page


def named_by_moddle() -> set[str]:
    """The field of each property of sopan.moddle.json: on an element of ours, or on one of BPMN's."""
    types = json.loads((MODELS / "sopan.moddle.json").read_text())["types"]
    return {
        f"sopan-{kind['name']}-{one['name']}" if "superClass" in kind else f"sopan-{one['name']}"
        for kind in types
        for one in kind["properties"]
    }


def test_every_name_of_the_moddle_file_has_a_field(named: Page) -> None:
    found: set[str] = set()
    for element in ("nama_proses", "S", "T", "T_sla", "R", "K", "N", "P"):
        named.evaluate(SELECT, element)
        named.wait_for_selector("#properties [data-group-id^='group-sopan'] >> nth=0", state="attached")
        entries = named.locator("#properties [data-entry-id^='sopan-']")
        found |= {re.sub(r"-\d+(?=-)", "", entry.get_attribute("data-entry-id") or "") for entry in entries.all()}
    lists = {"sopan-Kelengkapan-0", "sopan-Output-0"}  # rows of lists, with their fields inside
    assert found - {"sopan-maximum"} - lists == named_by_moddle()
    assert named.evaluate("[...sopanUntranslated]") == []


def test_a_rule_task_names_its_decision_and_an_event_its_key(named: Page, bench: Bench) -> None:
    written = {  # from right to left: the pad beside what is selected covers its neighbour
        "P": {"Kunci pesan (FEEL)": "id"}, "N": {"Kunci pesan (FEEL)": "nomor"}, "K": {"Kunci pesan (FEEL)": "nomor"},
        "R": {"Keputusan": "metode", "Isian yang menerima jawabannya": "cara"}, "S": {"Formulir (kunci)": "mulai"},
    }  # fmt: skip
    for element, fields in written.items():
        select(named, element)
        for label, value in fields.items():
            named.get_by_label(label, exact=True).fill(value)
    root = saved(named, bench)
    ours = {name: {k.split("}")[1]: v for k, v in root.find(f".//*[@id='{name}']").attrib.items() if "sopan" in k}
            for name in "RKNP"}  # fmt: skip
    assert ours == {"R": {"decision": "metode", "result": "cara"}, "K": {"key": "nomor"}, "N": {"key": "nomor"},
                    "P": {"key": "id"}}  # fmt: skip
    assert root.find(".//sopan:form", NAMES).get("key") == "mulai"


def test_what_the_server_found_is_listed_and_leads_to_the_element(modeler: Page, bench: Bench) -> None:
    problem = {"element": "A01", "rule": "form-known", "severity": "error", "message": "Formulir A01 tidak ada."}
    bench.answer = {"ok": False, "problems": [problem]}
    saved(modeler, bench)
    assert bench.saved[-1][0] == "abc"
    expect(modeler.locator("#status")).to_have_text("Tidak tersimpan: 1 masalah, tertulis di bawah.")
    modeler.get_by_role("button", name="Kesalahan: Formulir A01 tidak ada.").click()
    assert modeler.evaluate("sopanModeler.get('selection').get().map(e => e.id)") == ["A01"]


def test_leaving_asks_until_the_drawing_is_saved_or_downloaded(modeler: Page, bench: Bench) -> None:
    leaves = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert modeler.evaluate(leaves)
    select(modeler, "A01")
    modeler.get_by_label("Nomor dalam SOP").fill("1")
    saved(modeler, bench)
    expect(modeler.locator("#status")).to_have_text("Tidak ada yang salah. Belum ada yang disimpan.")
    assert not modeler.evaluate(leaves)
    with modeler.expect_download():
        modeler.click("#download")
    assert modeler.evaluate(leaves)


def test_the_file_can_be_downloaded(modeler: Page) -> None:
    with modeler.expect_download() as download:
        modeler.click("#download")
    assert download.value.suggested_filename == "contoh.bpmn"
    assert b"sopan:unit" in download.value.path().read_bytes()


def test_nothing_that_the_page_says_is_left_in_english(browser: Browser, bench: Bench) -> None:
    bench.model = MODELS / "pembuatan-aplikasi.bpmn"
    for page in opened(browser, bench.address, viewport=DESK):
        page.goto("/id")
        page.wait_for_selector("body[data-ready='1']")
        for element in (
            "A01",
            "A01_SLA",
            "Mulai",
            "G02",
            page.evaluate("sopanModeler.get('canvas').getRootElement().id"),
        ):
            page.evaluate(OPEN, element)
            page.wait_for_timeout(100)
        page.evaluate("sopanModeler.get('modeling').removeElements([sopanModeler.get('elementRegistry').get('A03')])")
        page.wait_for_function("Object.keys(sopanIssues).length > 0")
        assert page.evaluate("[...sopanUntranslated]") == []
