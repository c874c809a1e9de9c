"""The two models of the first SOP: what they say, how they are drawn, and that the scenarios walk all of it."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree
from sop_text import SOP

from engine import definition, lint, scenario
from engine.definition import Definition, Timer
from engine.diagram import plane
from engine.diagram.shapes import Box, Plane

BPMN = Path(__file__).parent.parent / "bpmn"
FORMS = BPMN.parent / "forms"
FULL, STRICT = "pembuatan-aplikasi.bpmn", "pembuatan-aplikasi-setia.bpmn"
BOTH = pytest.mark.parametrize("file", [FULL, STRICT])
SCENARIOS = sorted(BPMN.glob("*.yaml"))
LANES = {
    "Pejabat Pembuat Komitmen (PPK)": "A01 A02X A03 A07 A09x",
    "PPTK": "A05",
    "Panitia / Pejabat barang dan Jasa": "A02",
    "Penyedia": "A06",
    "PA": "A08 A10",
    "Penyimpan Barang": "A09b",
    "Pejabat pemeriksa Hasil Pekerjaan": "A09a",
    "OPD": "A11",
}
STEPS = {
    "A01": "1. Menyusun HPS dan KAK",
    "A02": "2. Melakukan pemilihan penyedia",
    "A02X": "Menindaklanjuti pemilihan gagal (ulang / perbaiki HPS-KAK / batal)",
    "A03": "3. Menerima hasil pemilihan dan memproses administrasi",
    "A05": "5. Melakukan proses administrasi pembuatan aplikasi (kontrak)",
    "A06": "6. Membuat/meningkatkan aplikasi dan mempresentasikan kepada PPK",
    "A07": "7. Menerima aplikasi dan menyerahkan kepada PA",
    "A08": "8. Meminta pemeriksaan administrasi dan pencatatan aset",
    "A09a": "9. Memeriksa kelengkapan administrasi",
    "A09x": "Melengkapi kekurangan administrasi",
    "A09b": "9. Menyimpan aplikasi dan mencatat sebagai aset dinas",
    "A10": "10. Menyerahkan aplikasi kepada OPD",
    "A11": "11. Menerima aplikasi, sosialisasi dan pelatihan",
}
ADDED = {"A02X", "A09x"}
CONTRACT = Timer("duration", "P90D", "hari_kalender", "P60D", "bersama:kontrak", "tgl_mulai_kerja")
SLA = {
    "A01": Timer("duration", "P5D", "hari_kerja"),
    "A02": Timer("duration", "P20D", "hari_kerja", "P7D"),
    "A02X": Timer("duration", "P3D", "hari_kerja", "P2D"),
    "A03": Timer("duration", "P3D", "hari_kerja", "P2D"),
    "A05": Timer("duration", "P14D", "hari_kerja", "P7D"),
    "A06": CONTRACT,
    "A07": CONTRACT,
    "A08": Timer("duration", "PT60M", "jam_kerja"),
    "A09a": Timer("duration", "PT120M", "jam_kerja"),
    "A09b": Timer("duration", "PT120M", "jam_kerja"),
    "A09x": Timer("duration", "P2D", "hari_kerja", "P1D"),
    "A10": Timer("duration", "PT15M", "jam_kerja"),
    "A11": Timer("duration", "PT120M", "jam_kerja"),
}
UPLOADS = {
    "A01": ["HPS", "KAK"],
    "A02": ["BAHP"],
    "A05": ["Kontrak"],
    "A07": ["BAST penyedia"],
    "A09a": ["BA pemeriksaan"],
    "A11": ["BAST aplikasi"],
}
CHOICES = {  # gateway -> condition -> target; "" is the default
    "G02": {'hasil_pemilihan = "berhasil"': "A03", "": "A02X"},
    "G02X": {'tindak_lanjut = "batal"': "Batal", 'tindak_lanjut = "perbaiki_hps"': "M01", "": "M02"},
    "G03": {'persetujuan = "terima"': "A05", "": "M02"},
    "G07": {'keputusan = "diterima"': "A08", "": "M06"},
    "G09c": {'hasil_pemeriksaan = "lengkap"': "G09b", "": "A09x"},
    "G10": {'bentuk_penyerahan = "hanya_digunakan"': "M11", "": "M11"},
}
ELEMENTS = {
    "startEvent", "userTask", "exclusiveGateway", "parallelGateway", "boundaryEvent", "endEvent", "sequenceFlow",
    "laneSet", "extensionElements",
}  # fmt: skip


def read(file: str) -> Definition:
    [found] = definition.read((BPMN / file).read_bytes(), file)
    return found


def picture(file: str) -> Plane:
    return plane.read((BPMN / file).read_bytes())


def steps(file: str) -> set[str]:
    return set(STEPS) if file == FULL else set(STEPS) - ADDED


@BOTH
def test_every_step_has_its_id_its_name_and_its_lane(file: str) -> None:
    model = read(file)
    assert {n.id: n.name for n in model.nodes.values() if n.is_work_item} == {i: STEPS[i] for i in steps(file)}
    assert model.lanes == tuple(LANES)
    for lane, held in LANES.items():
        assert {n.id for n in model.nodes.values() if n.lane == lane and n.is_work_item} == set(held.split()) & steps(
            file
        )


@BOTH
def test_only_plain_elements_are_used_and_each_lies_in_a_lane(file: str) -> None:
    model = read(file)
    assert {etree.QName(child).localname for child in model.element} <= ELEMENTS
    assert all(node.lane in LANES for node in model.nodes.values())
    assert model.executable and model.prefix == "APL" and model.start().form == "mulai"


@BOTH
def test_incoming_and_outgoing_are_written_as_the_flows_go(file: str) -> None:
    model = read(file)
    for node in model.element.iterfind("{*}*[@id]"):
        name = node.get("id")
        if name in model.nodes:
            assert [e.text for e in node.iterfind("{*}incoming")] == [f.id for f in model.incoming(name)], name
            assert [e.text for e in node.iterfind("{*}outgoing")] == [f.id for f in model.outgoing(name)], name


@BOTH
def test_every_step_has_one_deadline_that_leads_to_an_end_of_its_own(file: str) -> None:
    model = read(file)
    assert {step: model.sla(step) for step in steps(file)} == {step: SLA[step] for step in steps(file)}
    for step in steps(file):
        [flow] = model.outgoing(f"{step}_SLA")
        assert model.nodes[flow.target].tag == "endEvent" and len(model.incoming(flow.target)) == 1


@BOTH
def test_every_step_has_a_form_and_names_what_is_uploaded(file: str) -> None:
    model = read(file)
    for step in steps(file):
        node = model.nodes[step]
        assert node.form == step.lower() and (FORMS / f"{node.form}.json").exists()
        assert [r.name for r in node.requirements if r.upload] == UPLOADS.get(step, [])


@BOTH
def test_the_ten_rows_of_the_sop_come_back_word_for_word(file: str) -> None:
    model = read(file)
    found = {}
    for sop in model.element.iter(f"{{{definition.SOPAN}}}sop"):
        output = sop.getparent().find(f"{{{definition.SOPAN}}}output").get("nama")
        row = (*(sop.get(name) for name in ("nomor", "kegiatan", "kelengkapan", "waktu")), output)
        assert found.setdefault(row[0], row) == row
    assert sorted(found.values(), key=lambda row: int(row[0])) == SOP


@BOTH
def test_every_choice_is_written_as_a_condition_and_a_default(file: str) -> None:
    model = read(file)
    for gateway in [g for g in CHOICES if g in model.nodes]:
        default = model.nodes[gateway].default
        got = [("" if f.id == default else f.condition, f.target) for f in model.outgoing(gateway)]
        assert got == list(CHOICES[gateway].items())
    assert {g for g in CHOICES if g in model.nodes} == (set(CHOICES) if file == FULL else {"G10"})


def test_what_the_sop_does_not_say_is_marked_with_its_basis_and_absent_from_the_strict_model() -> None:
    full, strict = read(FULL), read(STRICT)
    extra = {node for node in full.nodes if node not in strict.nodes and not node.endswith(("_SLA", "_Lewat"))}
    assert extra >= {*ADDED, "G02", "G02X", "G03", "G07", "G09c", "A06_Putus", "A07_Putus", "Batal", "Putus"}
    assert all(full.nodes[node].basis for node in extra)
    assert not any(node.basis for node in strict.nodes.values())


def test_a_contract_can_be_terminated_only_while_the_provider_builds_or_the_ppk_examines() -> None:
    model = read(FULL)
    events = [n for n in model.nodes.values() if n.message]
    assert {(n.attached_to, n.message, n.interrupting) for n in events} == {
        ("A06", "kontrak_diputus", True),
        ("A07", "kontrak_diputus", True),
    }
    assert {model.nodes[end].event for end in ("Batal", "Putus")} == {"terminateEventDefinition"}


@BOTH
def test_the_models_break_no_rule(file: str) -> None:
    files = {p.name: p.read_bytes() for p in (BPMN / file, *FORMS.glob("*.json"))}
    assert [str(problem) for problem in lint.check(files) if problem.severity == "error"] == []


@BOTH
def test_no_shape_or_label_lies_on_another(file: str) -> None:
    drawn = picture(file)
    things = [(s.id, s.host, s.box) for s in drawn.shapes] + [(s.id, "", s.label) for s in drawn.shapes if s.label]
    things += [(edge.id, "", edge.label) for edge in drawn.edges if edge.label]
    for (one, host, box), (other, other_host, second) in combinations(things, 2):
        if host != other and other_host != one:
            assert not overlap(box, second), (one, other)


@BOTH
def test_lines_are_upright_or_level_and_cross_no_shape_and_no_text(file: str) -> None:
    drawn = picture(file)
    texts = [(s.id, s.label) for s in drawn.shapes if s.label] + [(e.id, e.label) for e in drawn.edges if e.label]
    for edge in drawn.edges:
        ends = {edge.source, edge.target, drawn.by_id[edge.source].host}
        for start, end in pairwise(edge.points):
            assert start[0] == end[0] or start[1] == end[1], edge.id
            line = Box(*map(min, start, end), abs(start[0] - end[0]), abs(start[1] - end[1]))
            assert not [s.id for s in drawn.shapes if s.id not in ends and overlap(line, s.box)], edge.id
            assert not [name for name, label in texts if overlap(line, label)], edge.id


@BOTH
def test_every_line_begins_and_ends_at_the_border_of_its_shapes(file: str) -> None:
    drawn = picture(file)
    assert len(drawn.edges) == len(read(file).flows)
    for edge in drawn.edges:
        assert on_border(drawn.by_id[edge.source].box, edge.points[0]), edge.id
        assert on_border(drawn.by_id[edge.target].box, edge.points[-1]), edge.id


@BOTH
def test_every_shape_is_drawn_in_its_own_lane(file: str) -> None:
    drawn, model = picture(file), read(file)
    assert [band.name for band in sorted(drawn.bands, key=lambda band: band.box.y)] == list(LANES)
    bands = {band.name: band.box for band in drawn.bands}
    assert {shape.id for shape in drawn.shapes} == set(model.nodes)
    for shape in drawn.shapes:
        for box in filter(None, (shape.box, shape.label)):
            assert inside(bands[model.nodes[shape.id].lane or ""], box), shape.id


@pytest.fixture(scope="module")
def results() -> dict[str, scenario.Result]:
    return {path.name: scenario.run(scenario.read(str(path))) for path in SCENARIOS}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_holds(path: Path, results: dict[str, scenario.Result]) -> None:
    result = results[path.name]
    assert result.ok, [step.message for step in result.steps if not step.ok] or result.refused


@BOTH
def test_the_scenarios_together_walk_every_flow(file: str, results: dict[str, scenario.Result]) -> None:
    model = read(file)
    walked: set[tuple[str, str]] = set()
    outcomes = set()
    for path in SCENARIOS:
        if file in path.read_text():
            walked |= taken(model, results[path.name].path)
            outcomes.add(results[path.name].variables.get("bentuk_penyerahan"))
    assert {(flow.source, flow.target) for flow in model.flows.values()} - walked == set()
    assert outcomes >= {"hanya_digunakan", "penggunaan_dan_pemeliharaan"}  # the two flows that share their ends


def taken(model: Definition, path: list[str]) -> set[tuple[str, str]]:
    """The flows that a path shows: from each node to the first of its successors that completed after it."""
    found = set()
    for place, node in enumerate(path):
        targets = {flow.target for flow in model.outgoing(node)}
        wanted = targets if model.nodes[node].tag == "parallelGateway" else set()
        first = next((later for later in path[place + 1 :] if later in targets), None)
        found |= {(node, target) for target in {first, *(wanted & set(path[place + 1 :]))} - {None}}
    return found


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def inside(outer: Box, box: Box) -> bool:
    return outer.x <= box.x and outer.y <= box.y and box.right <= outer.right and box.bottom <= outer.bottom


def on_border(box: Box, point: tuple[float, float]) -> bool:
    x, y = point
    within = box.x <= x <= box.right and box.y <= y <= box.bottom
    return within and (x in (box.x, box.right) or y in (box.y, box.bottom))
