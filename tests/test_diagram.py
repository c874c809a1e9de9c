"""Our own drawing of a BPMN file: ours, foreign ones, hostile ones, and those without a picture."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.diagram import Mark, draw, limit, mini
from engine.diagram.text import width, wrap
from engine.errors import BadValue

MODEL = (Path(__file__).parent.parent / "bpmn" / "pembuatan-aplikasi.bpmn").read_bytes()
HEAD = (
    '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:c="http://www.omg.org/spec/DD/20100524/DC" xmlns:d="http://www.omg.org/spec/DD/20100524/DI">'
)


def foreign(element: str, bounds: str = 'x="10" y="10" width="100" height="80"', more: str = "") -> bytes:
    """A file of another tool with one element X, and its picture."""
    shape = f'<i:BPMNShape bpmnElement="x:X"><c:Bounds {bounds}/></i:BPMNShape>{more}'
    plane = f"<i:BPMNDiagram><i:BPMNPlane>{shape}</i:BPMNPlane></i:BPMNDiagram>"
    return f"{HEAD}<b:process id='p'>{element}</b:process>{plane}</b:definitions>".encode()


def body(*args: object, **options: object) -> etree._Element:
    return etree.fromstring(draw(*args, **options).body)  # type: ignore[arg-type]


def text(drawing: etree._Element) -> str:
    return " ".join(drawing.itertext())


def test_every_step_is_drawn_with_its_number_beside_its_name() -> None:
    drawing = body(MODEL)
    step = drawing.find(".//g[@id='k-A05']")
    assert step is not None and "5. " not in " ".join(step.xpath("text[not(@class='n')]/text()"))
    assert step.findtext("text[@class='n']") == "5"


def test_the_lanes_are_a_drawing_of_their_own_at_the_same_height() -> None:
    drawing = draw(MODEL)
    names, main = etree.fromstring(drawing.names), etree.fromstring(drawing.body)
    assert names.get("height") == main.get("height")
    assert names.findtext("text[@class='lane']") == "PPK" and "Penyimpan" in text(names)
    assert str(drawing) == f'<div class="flow">{drawing.names}{drawing.body}</div>' == drawing.__html__()


def test_the_state_of_a_step_is_a_class_a_spot_and_words() -> None:
    drawing = body(MODEL, {"A09a": Mark("late", "terlambat 2 hk", "MA", 2), "A08": Mark("done")}, title="Berkas 7")
    late, done = drawing.find(".//g[@id='k-A09a']"), drawing.find(".//g[@id='k-A08']")
    assert late is not None and done is not None
    assert late.get("class") == "task over" and done.get("class") == "task done"
    assert late.findtext("g[@class='ava']/text") == "MA" and done.find("g[@class='seal']") is not None
    assert "putaran 2" in text(late) and "terlambat 2 hk" in text(late)
    assert drawing.findtext("title") == "Berkas 7"
    assert "9. Memeriksa kelengkapan administrasi: terlambat 2 hk, putaran 2." in (drawing.findtext("desc") or "")
    assert "pencatatan aset: selesai." in (drawing.findtext("desc") or "")


def test_the_clock_says_the_maximum_and_stands_for_its_end_event() -> None:
    drawing = body(MODEL)
    assert {"5 hk", "90 hkal", "120 mnt"} <= set(drawing.xpath("text[@class='t']/text()"))
    assert "Lewat batas" not in text(drawing) and drawing.find(".//g[@id='k-A01_Lewat']") is None
    fired = body(MODEL, taken=["F_A01_SLA_A01_Lewat"]).find(".//g[@id='k-A01_SLA']")
    assert fired is not None and fired.get("class") == "clock fired"


def test_flows_that_were_taken_and_added_ones_are_told_apart() -> None:
    plain, went = body(MODEL), body(MODEL, taken=["F_G07_M06", "F_G07_A08"])
    assert not plain.xpath("path[contains(@class, 'went')]")
    assert sorted(path.get("class", "") for path in went.xpath("path[contains(@class, 'went')]")) == [
        "edge went",
        "edge went plus",
    ]
    assert "plus" in went.find(".//g[@id='k-A02X']").get("class")  # type: ignore[union-attr,operator]


@pytest.mark.parametrize("href", ["/tugas/1", "#k", "https://contoh.id/"])
def test_a_step_with_an_address_is_a_link_with_a_name(href: str) -> None:
    drawing = body(MODEL, {"A01": Mark("run", href=href)})
    [link] = drawing.iter("a")
    assert link.get("href") == href and link.get("aria-label") == "1. Menyusun HPS dan KAK: sedang berjalan"
    assert drawing.get("role") == "group"


def test_a_link_that_would_run_a_script_is_not_drawn() -> None:
    assert not list(body(MODEL, {"A01": Mark("run", href="javascript:alert(1)")}).iter("a"))


def test_nothing_in_a_drawing_needs_a_style_or_a_script() -> None:
    drawing = draw(MODEL, {"A01": Mark("run", "peringatan", "RS", 3)})
    for part in (drawing.names, drawing.body, mini(MODEL, "A07")):
        root = etree.fromstring(part)
        assert not [e for e in root.iter() if e.tag in ("style", "script") or e.get("style") or e.get("fill")]


@given(st.text(max_size=60), st.text(max_size=8))
def test_no_name_and_no_words_break_out_of_the_drawing(words: str, initials: str) -> None:
    hostile = f"</text><script>alert(1)</script>{words}\x00"
    marks = {"A01": Mark("late", hostile, f"<b>{initials}", 2, f'/"><script>{words}')}
    assert not list(body(MODEL, marks, title=hostile).iter("script"))


def test_a_hostile_name_in_the_file_is_only_text() -> None:
    drawing = body(foreign('<b:task id="X" name="&lt;script&gt;alert(1)&lt;/script&gt;"/>'))
    assert not list(drawing.iter("script")) and "<script>" in text(drawing).replace(" ", "")


@pytest.mark.parametrize(
    "element",
    [
        '<b:adHocSubProcess id="X" name="A"/>', '<b:complexGateway id="X" name="A"/>', '<b:group id="X" name="A"/>',
        '<b:dataObjectReference id="X" name="A"/>', '<b:somethingNew id="X" name="A"/>',
        '<b:callActivity id="X" name="A"/>',
        '<b:textAnnotation id="X"><b:text>A</b:text></b:textAnnotation>', '<b:eventBasedGateway id="X" name="A"/>',
        '<b:intermediateThrowEvent id="X" name="A"><b:escalationEventDefinition/></b:intermediateThrowEvent>',
    ],
)  # fmt: skip
def test_a_foreign_element_is_drawn_somehow(element: str) -> None:
    drawing = draw(foreign(element))
    assert drawing.names == "" and 'id="k-X"' in drawing.body and ">A</t" in drawing.body


@pytest.mark.parametrize("bounds", ['x="a" y="1" width="1" height="1"', 'x="nan" y="1" width="1" height="1"',
                                    'x="1e300" y="1" width="1" height="1"', 'x="1"'])  # fmt: skip
def test_a_shape_without_a_real_place_counts_as_none(bounds: str) -> None:
    drawing = body(foreign('<b:task id="X" name="A"/>', bounds))  # the automatic layout draws it
    assert drawing.find(".//g[@id='k-X']") is not None and len(drawing.get("viewBox") or "") < 30


def test_a_line_to_nowhere_is_left_out() -> None:
    more = '<i:BPMNEdge bpmnElement="F"><d:waypoint x="1" y="1"/></i:BPMNEdge>'
    more += '<i:BPMNEdge bpmnElement="none"><d:waypoint x="1" y="1"/><d:waypoint x="2" y="1"/></i:BPMNEdge>'
    element = '<b:task id="X"/><b:sequenceFlow id="F" name="N" sourceRef="X" targetRef="Y"/>'
    assert not body(foreign(element, more=more)).xpath("path[contains(@class, 'edge')]")


def test_a_file_without_a_picture_is_laid_out_by_lane() -> None:
    bare = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", MODEL, flags=re.S)
    drawing = draw(bare, {"A01": Mark("done")})
    assert "Penyimpan" in drawing.names
    assert {g.get("id") for g in etree.fromstring(drawing.body).iter("g")} >= {"k-A01", "k-G10", "k-Selesai"}


@pytest.mark.parametrize("junk", [b"", b"not xml", b"<a>", MODEL[:3000]])
def test_what_is_not_xml_is_refused(junk: bytes) -> None:
    with pytest.raises(BadValue):
        draw(junk)


def test_the_small_drawing_says_where_you_are_and_what_comes_next() -> None:
    drawing = etree.fromstring(mini(MODEL, "A09a"))
    said = drawing.findtext("title") or ""
    assert "Anda di langkah 9. Memeriksa kelengkapan administrasi, jalur Pejabat pemeriksa" in said
    assert "Sebelumnya: 8." in said and "10. Menyerahkan aplikasi kepada OPD, atau Melengkapi" in said
    assert "Anda di sini" in text(drawing)


def test_there_is_no_small_drawing_of_a_step_that_the_file_does_not_have() -> None:
    assert mini(MODEL, "B01") == ""


@pytest.mark.parametrize(
    ("duration", "unit", "short"),
    [("P5D", "hari_kerja", "5 hk"), ("P90D", "hari_kalender", "90 hkal"), ("PT60M", "jam_kerja", "60 mnt"),
     ("PT24H", "", "24 jam"), ("P1DT2H", "", "1 hari 2 jam"), ("=batas waktu kerja", "", "=batas waktu")],
)  # fmt: skip
def test_a_deadline_is_told_in_few_letters(duration: str, unit: str, short: str) -> None:
    assert limit.tell(duration, unit) == short


@given(st.text(max_size=200), st.floats(30, 300), st.integers(1, 6))
def test_wrapped_lines_fit_and_are_few(words: str, room: float, most: int) -> None:
    lines = wrap(words, room, 12, most)
    assert len(lines) <= most
    assert all(width(line, 12) <= room for line in lines)


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=8), max_size=20))
def test_wrapping_loses_no_word(words: list[str]) -> None:
    assert " ".join(wrap(" ".join(words), 80, 12, 99)).split() == words
