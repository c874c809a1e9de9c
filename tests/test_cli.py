"""The command line as CONTRACT has it: exit codes, JSON shapes, and never a traceback."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from backends import behind_the_triggers
from models import model
from walks import KEY, PLAN, Walk

from engine.cli import models
from engine.database import Database
from engine.demo import answers
from engine.people import Actor

ROOT = Path(__file__).resolve().parent.parent
GOOD = "start S | user A | end E | S > A | A > E"
BAD = "start S | user A | end E | S > A | A > X"
Cast = dict[str, Actor]


def sopan(*words: str | Path, folder: Path | None = None, code: int = 0, out: str = "json") -> Any:
    """Run `sopan`; its JSON document, or its text."""
    place = ["--data", str(folder)] if folder else []
    command = [sys.executable, "-c", "from webapp.cli import main; main()", *map(str, words), *place]
    if out == "json":
        command.append("--json")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if out == "json" else done.stdout + done.stderr


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name, text in (("good", GOOD), ("bad", BAD)):
        found[name] = tmp_path / f"{name}.bpmn"
        found[name].write_bytes(model(text))
    return found


def test_lint_names_the_element_and_exits_with_1(files: dict[str, Path]) -> None:
    told = sopan("lint", files["bad"], code=1)
    assert not told["ok"]
    assert {"file", "element", "rule", "severity", "message"} == set(told["problems"][0])
    assert sopan("lint", files["good"])["ok"]


def test_lint_finds_the_called_process_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "m.bpmn").write_bytes((ROOT / "tests/rules/call_known/invalid-A.bpmn").read_bytes())
    assert "call-known" in {p["rule"] for p in sopan("lint", tmp_path / "m.bpmn", code=1)["problems"]}
    (tmp_path / "n.bpmn").write_bytes(model(GOOD, "tidak_ada"))
    assert models.neighbours({str(tmp_path / "m.bpmn"): b""}) == {"tidak_ada", "proses", "lain"}


def test_lint_of_a_form_gone_wrong_names_it(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"id": "x", "type": "default", "components": [{"type": "iframe", "id": "i"}]}')
    assert sopan("lint", tmp_path / "x.json", code=1)["problems"]


def test_our_own_models_and_forms_have_no_error() -> None:
    assert sopan("lint", "bpmn", "forms")["ok"]


def test_due_explains_itself() -> None:
    told = sopan("due", "--from", "2026-11-23T09:00:00+07:00", "--time", "5 hari")
    assert told["due"] == "2026-11-30T16:00:00+07:00" and told["warn"] and told["why"]
    iso = sopan("due", "--from", "2026-11-23T09:00:00+07:00", "--time", "P5D", "--unit", "hari_kerja")
    assert iso["due"] == told["due"]


@pytest.mark.parametrize(
    "words", [("--from", "kemarin", "--time", "5 hari"), ("--from", "2026-11-23", "--time", "lama")]
)
def test_a_time_that_cannot_be_read_is_refused(words: tuple[str, ...]) -> None:
    assert not sopan("due", *words, code=2)["ok"]


@pytest.mark.parametrize("words", [("tidakada",), ("due",), ("lint",), ("due", "--zzz")])
def test_wrong_usage_exits_with_3(words: tuple[str, ...]) -> None:
    sopan(*words, code=3, out="text")


def test_a_database_that_is_not_there_exits_with_4(tmp_path: Path) -> None:
    for words in (("tasks",), ("verify",), ("history", "x"), ("serve",), ("start", "p")):
        sopan(*words, folder=tmp_path / "x", code=4, out="text")


def test_a_file_that_is_not_there_is_refused() -> None:
    sopan("lint", "tidak-ada.bpmn", code=2)


def test_a_process_from_deployment_to_proof(tmp_path: Path, files: dict[str, Path]) -> None:
    folder = tmp_path / "data"
    sopan("db", "upgrade", folder=folder, out="text")
    assert sopan("deploy", files["bad"], folder=folder, code=2)["problems"]
    first = sopan("deploy", files["good"], folder=folder)
    assert first["deployed"] == [{"key": "p", "version": 1, "file": str(files["good"]), "new": True}]
    assert not sopan("deploy", files["good"], folder=folder)["deployed"][0]["new"]
    files["good"].write_bytes(model(GOOD.replace("user A", "user A called=Baru")))
    assert sopan("deploy", files["good"], folder=folder)["deployed"][0]["version"] == 2
    started = sopan("start", "p", "--data", '{"x": 1.5}', folder=folder)
    assert started["number"].startswith("P-")
    [task] = sopan("tasks", folder=folder)["tasks"]
    assert task["element"] == "A" and task["name"] == "Baru"
    events = sopan("history", started["instance"], folder=folder)
    assert events["instance"] == started["instance"] and events["events"][0]["fields"] == {"x": 1.5}
    assert sopan("verify", folder=folder)["ok"]
    sopan("complete", task["id"], "--as", "siapa", folder=folder, code=2)


def test_a_person_completes_from_the_shell(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.upload("A01")
    [task] = sopan("tasks", folder=deployed.folder)["tasks"]
    refused = sopan("complete", task["id"], "--as", "ppk", "--data", "{}", folder=deployed.folder, code=2)
    assert "nilai_hps" in refused["fields"]
    sopan("complete", task["id"], "--as", "pphp", "--data", "{}", folder=deployed.folder, code=2)
    data = {
        "jenis": "pembuatan", "kode_rup": "56480001", "sumber_dana": "apbd_kota", "nilai_pagu": 100, "nilai_hps": 90,
        "tgl_hps": "2026-11-23", "metode": "tender", "jenis_kontrak": "lumsum",
    }  # fmt: skip
    words = ("complete", task["id"], "--as", "ppk", "--data", json.dumps(data))
    assert sopan(*words, folder=deployed.folder)["opened"] == ["2. Melakukan pemilihan penyedia"]


def test_a_start_from_the_shell_may_have_happened_on_paper(deployed: Database) -> None:
    data = json.dumps(answers.start(PLAN, 1, date(2026, 11, 20)) | {"tahun_anggaran": 2026}, default=str)
    words = ("start", KEY, "--data", data, "--happened", "2026-11-20T10:00")
    assert "kertas-dasar" in sopan(*words, folder=deployed.folder, code=2)["fields"]
    started = sopan(*words, "--basis", "BA 12/2026", folder=deployed.folder)["instance"]
    [event] = sopan("history", started, folder=deployed.folder)["events"]
    assert event["body"]["happened"] == "2026-11-20T10:00:00+07:00" and event["fields"][":dasar"] == "BA 12/2026"
    assert "kertas 2026-11-20T10:00" in sopan("history", started, folder=deployed.folder, out="text")


def test_verify_exits_with_1_for_a_broken_chain(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.engine.begin() as connection:
        behind_the_triggers(connection, ("UPDATE history_event SET actor = 'x' WHERE instance_id != 'system'", {}))
    [broken] = sopan("verify", folder=deployed.folder, code=1)["broken"]
    assert broken["instance"] == walk.id and broken["seq"] == 1


def test_try_tells_what_was_expected(tmp_path: Path, files: dict[str, Path]) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text("models: [good.bpmn]\nsteps:\n  - start: p\n  - expect: {ids: [A]}\n")
    told = sopan("try", scenario)
    assert set(told["scenarios"][0]) == {"file", "name", "ok", "refused", "steps", "path", "variables"}
    assert told["scenarios"][0]["steps"][1] == {
        "n": 2, "ok": True, "message": "", "tasks": ["A"], "ids": ["A"], "ended": False,
    }  # fmt: skip
    scenario.write_text("models: [good.bpmn]\nsteps:\n  - start: p\n  - expect: {ids: [B]}\n")
    sopan("try", scenario, code=1)
    scenario.write_text("models: [bad.bpmn]\nsteps:\n  - start: p\n")
    sopan("try", scenario, code=2)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_demo_database_is_refused_by_what_is_not_the_demo(demo: Database, command: str) -> None:
    assert "demo" in sopan(command, folder=demo.folder, code=4, out="text")


def test_a_calendar_is_imported_dry_then_really_and_counts_from_then_on(deployed: Database, tmp_path: Path) -> None:
    sheet, folder = tmp_path / "skb.csv", deployed.folder
    sheet.write_text("tanggal,nama,jenis,sumber\n2026-11-26,Pilkada,libur nasional,Keppres 99/2026\n")
    due = ("due", "--from", "2026-11-23T09:00", "--time", "5 hari")
    for options, number, tells, day in (
        (["--dry-run"], 1, {"moves": []}, "2026-11-30"),
        (["--reason", "Keppres"], 2, {"operation": None}, "2026-12-01"),
    ):
        told = sopan("calendar", "import", sheet, *options, folder=folder)
        assert told == {"ok": True, "calendar": "kota-pontianak", "number": number, "stored": number == 2} | tells
        assert sopan(*due, "--calendar", "kota-pontianak", folder=folder)["due"] == f"{day}T16:00:00+07:00"
    assert sopan(*due, folder=folder)["due"] == "2026-11-30T16:00:00+07:00"
    assert sopan("calendar", "show", folder=folder)["holidays"] == [{"date": "2026-11-26", "name": "Pilkada"}]
    assert sopan("operations", folder=folder) == []


def test_a_new_house_begins_with_roles_and_a_file_of_people(database: Database, tmp_path: Path) -> None:
    file, place = tmp_path / "orang.csv", database.folder
    head = "nama,nip,nama_pengguna,peran,opd,jabatan,sk,mulai,selesai"
    file.write_text(f"{head}\nCitra Rekaan,,citra,operator,Dinas,,SK 1/2026,2026-01-01,\n")
    told = sopan("people", "import", file, "--dry-run", folder=place, code=2)
    assert told["problems"] == [{"line": 2, "field": "role_key", "message": "Peran ini tidak dikenal."}]
    assert sopan("role", "add", "operator", "Operator", folder=place)["role"] == "operator"
    tried = sopan("people", "import", file, "--dry-run", folder=place)
    assert not tried["stored"] and tried["lines"][0]["changes"] == ["orang", "akun", "jabatan"]
    assert sopan("people", "import", file, folder=place)["stored"]
    assert "/tautan/" in sopan("account", "link", "citra", folder=place)["link"]
