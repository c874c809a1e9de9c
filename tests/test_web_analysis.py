"""Models: the list, one model, its file, checking a drawing, publishing."""

import io
from pathlib import Path

import pytest
from browsing import Visitor, said
from models import model
from walks import Walk
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine import deployments
from engine.model import Deployment

KEY = "pembuatan_aplikasi"
BPMN = Path(__file__).resolve().parent.parent / "bpmn" / "pembuatan-aplikasi.bpmn"
SMALL = model("start S | user A lane=PPK called=Menulis | end E | S > A | A > E", "surat")
DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HOSTILE = {
    "not xml": b"halo",
    "empty": b"",
    "a doctype": DOCTYPE,
    "ten megabytes": b"<a>" + b" " * 10_000_000 + b"</a>",
    "an unknown form": model("start S | user A lane=PPK form=tidak_ada | end E | S > A | A > E", "surat"),
    "a task outside every lane": SMALL.replace(b"<bpmn:flowNodeRef>A</bpmn:flowNodeRef>", b""),
    "a script": SMALL.replace(b"userTask", b"scriptTask"),
}


def sets(database):
    with database.session() as session:
        return session.query(Deployment).count()


def publish(visitor, content, name="surat.bpmn", **fields):
    visitor.read_token("/analisis")
    sent = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"csrf_token": visitor.token, "request": "k" * 22, "berkas": sent, **fields})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return visitor.client.post("/analisis/terbitkan", data=body, content_type=kind)


@pytest.mark.parametrize("path", ["", f"/{KEY}", f"/{KEY}/bpmn", f"/{KEY}/modeler"])
def test_who_works_in_a_lane_does_not_see_models(deployed, path):
    assert Visitor(deployed, "ppk").get(f"/analisis{path}").status_code == 403


def test_an_auditor_reads_models_and_changes_none(deployed):
    visitor = Visitor(deployed, "auditor")
    assert [visitor.get(f"/analisis{path}").status_code for path in ("", f"/{KEY}", f"/{KEY}/bpmn")] == [200] * 3
    assert visitor.get(f"/analisis/{KEY}/modeler").status_code == 403
    assert publish(visitor, SMALL).status_code == 403 and sets(deployed) == 1
    assert visitor.post("/analisis/periksa").status_code == 403


def test_the_list_counts_the_running_cases(deployed, cast):
    Walk(deployed, cast)
    [row] = Visitor(deployed, "analis").page("/analisis").xpath(f"//tbody/tr[.//*[@class='no' and text()='{KEY}']]")
    cells = [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
    assert cells[0] == "1" and cells[2] == "1" and cells[3].startswith("Gambar")


def test_a_model_is_drawn_and_its_file_is_a_download(deployed):
    visitor = Visitor(deployed, "analis")
    assert visitor.page(f"/analisis/{KEY}").xpath("//*[local-name()='g' and @id='k-A01']")
    answer = visitor.get(f"/analisis/{KEY}/bpmn")
    assert answer.data == BPMN.read_bytes() and answer.mimetype == "application/xml"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["tidak_ada", f"{KEY}?versi=99", f"{KEY}?versi=x", f"{KEY}/bpmn?versi=0", "tidak_ada/modeler"]
)
def test_a_model_or_version_that_is_not_there_is_a_404(deployed, path):
    assert Visitor(deployed, "analis").get(f"/analisis/{path}").status_code == 404


def test_the_modeler_page_gives_the_bundle_what_it_looks_for(deployed, monkeypatch):
    monkeypatch.setattr("webapp.analysis.BUNDLE", "sopan.svg")  # a file that is always there
    answer = Visitor(deployed, "analis").get(f"/analisis/{KEY}/modeler")
    for part in ('id="canvas"', "data-src=", "data-save=", 'id="save"', 'id="download"', 'id="problems"', "csrf-token"):
        assert part in answer.text
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]


def test_without_the_bundle_the_page_says_why_and_draws_the_model(deployed, monkeypatch):
    monkeypatch.setattr("webapp.analysis.BUNDLE", "dist/tidak-ada.js")
    page = Visitor(deployed, "analis").page(f"/analisis/{KEY}/modeler")
    assert "Penyunting diagram belum dibangun" in page.text_content()
    assert page.xpath("//*[local-name()='g' and @id='k-A01']") and not page.xpath("//*[@id='canvas']")


def test_a_check_answers_with_the_problems_and_stores_nothing(deployed):
    visitor = Visitor(deployed, "analis")
    visitor.read_token("/analisis")
    headers = {"X-CSRFToken": visitor.token, "Content-Type": "application/xml"}
    good = visitor.client.post("/analisis/periksa?kunci=surat", data=SMALL, headers=headers).json
    bad = visitor.client.post("/analisis/periksa", data=HOSTILE["a task outside every lane"], headers=headers).json
    assert good["ok"] and good["message"] and not bad["ok"]
    assert any(one["element"] == "A" and one["severity"] == "error" for one in bad["problems"])
    assert sets(deployed) == 1


def test_what_is_published_is_in_force_for_new_cases(deployed):
    visitor = Visitor(deployed, "analis")
    assert publish(visitor, SMALL).status_code == 302
    with deployed.session() as session:
        assert "surat" in {entry.key for entry in deployments.processes(session)}
    assert "surat" in visitor.words("/analisis")


def test_the_same_content_makes_no_new_version(deployed):
    visitor = Visitor(deployed, "analis")
    publish(visitor, SMALL)
    before = sets(deployed)
    publish(visitor, SMALL)
    assert sets(deployed) == before


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_or_hostile_file_is_refused_with_its_problems(deployed, content):
    answer = publish(Visitor(deployed, "analis"), content)
    assert answer.status_code == 422 and "Tidak diterbitkan" in answer.text and "surat.bpmn" in answer.text
    assert sets(deployed) == 1 and "root:" not in answer.text


def test_publishing_without_a_file_says_so(deployed):
    assert Visitor(deployed, "analis").post("/analisis/terbitkan").status_code == 422


@pytest.mark.parametrize("name", ["../../x", "a\x00b.bpmn", "x" * 5000, "C:\\x\\surat.bpmn", "surat.exe"])
def test_an_odd_file_name_is_only_a_name(deployed, name):
    assert publish(Visitor(deployed, "analis"), SMALL, name).status_code in (302, 422)


def test_who_draws_an_old_version_is_told_who_published_the_new_one(deployed):
    base = {"kunci": "surat", "versi": "1"}
    others = [SMALL.replace(b"Menulis", word) for word in (b"Menyunting", b"Mengirim")]
    first, second = Visitor(deployed, "operator"), Visitor(deployed, "analis")
    assert publish(second, SMALL).status_code == 302
    assert publish(first, others[0], **base, request="o" * 22).status_code == 302
    answer = publish(second, others[1], **base, request="a" * 22)
    assert answer.status_code == 409 and "diterbitkan oleh Fitri Operasional pukul 09.00" in said(answer.text)
    assert publish(second, others[1], kunci="surat", versi="2", request="a" * 22).status_code == 302
    assert sets(deployed) == 4
