"""CONTRACT, *Scenarios* and the shell beside it, sentence by sentence: keys, defaults, what fails, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from models import model
from test_scenario import TEXT, run

from engine.cli import models
from engine.errors import BadValue, EngineError
from engine.scenario import script

BROKEN = "start S | user A called=x | end E | S > A | A > X"
START = "  - {start: p, data: {x: 1, yes: true, hari: 2026-11-23, isi: {a: [1, true]}}}\n"


def told(tmp_path: Path, steps: str, text: str = TEXT, head: str = "") -> str:
    """Nothing if a scenario holds, else what its last step says."""
    result = run(tmp_path, steps, text, head)
    return "" if result.ok else result.steps[-1].message


@pytest.mark.parametrize("expected", [
    "tasks: [Pertama]", "ids: [A]", "open: 1", "open: 1.0", "ended: false", "path: [S]", "visited: []", "variables: {}",
    "variables: {x: 1.0, yes: true}", "variables: {hari: '2026-11-23'}", "variables: {isi: {a: [1, true]}}",
    "instance: 1", "instance: '1'", "instances: {ended: 0}", "instances: {open: 1}",
])  # fmt: skip
def test_what_is_so_holds(tmp_path: Path, expected: str) -> None:
    assert told(tmp_path, f"{START}  - expect: {{{expected}}}\n") == ""


@pytest.mark.parametrize("expected", [
    "tasks: [A]", "tasks: [Pertama, Pertama]", "ids: [A, A]", "open: 0", "open: true", "ended: 0", "ended: 'false'",
    "path: []", "path: [S, A]", "visited: [S, S]", "variables: {x: true}", "variables: {yes: 1}", "variables: {x: '1'}",
    "variables: {tidak: null}", "variables: {isi: {a: [true, true]}}", "instances: {ended: 1}",
    "instances: {ended: false}",
])  # fmt: skip
def test_what_is_not_so_is_told_with_both(tmp_path: Path, expected: str) -> None:
    message = told(tmp_path, f"{START}  - expect: {{{expected}}}\n")
    assert ": diharapkan " in message and ", ternyata " in message


@pytest.mark.parametrize("step", [
    "expect: {salah: 1}", "expect: {instances: {salah: null}}", "expect: {tasks: 3}", "expect: {ids: null}",
    "expect: {tasks: [{a: 1}]}", "expect: {visited: S}", "expect: {path: 1}", "expect: {instance: b}", "expect: 1",
    "expect: {instance: [a]}", "expect: {variables: [x]}", "message: {}", "message: {name: 1}",
    "message: {name: m, k: 1}",
    "signal: {}", "signal: null", "advance: P", "advance: besok", "advance: P9999Y", "advance: P999999999999D",
    "advance: 0001-01-01T00:00:00+07:00", "refuse: {salah: 1}", "refuse: null", "salah: 1", "start: p, salah: 1",
    "complete: A, data: 1",
])  # fmt: skip
def test_what_a_scenario_cannot_mean_fails_with_a_sentence_even_where_a_refusal_is_awaited(
    tmp_path: Path, step: str
) -> None:
    for line in (f"  - {{{step}}}\n", f"  - refuse: {{{step}}}\n"):
        assert told(tmp_path, START + line).endswith(".")


def test_any_step_can_be_refused_and_changes_nothing(tmp_path: Path) -> None:
    steps = """
  - refuse: {start: tidak_ada}
  - {start: p, as: a}
  - refuse: {start: p, as: a}
  - refuse: {complete: Z}
  - refuse: {message: {name: tidak_ditunggu}}
  - refuse: {advance: 2026-01-05T07:59:59+07:00}
  - refuse: {expect: {ended: true}}
  - refuse: {refuse: {complete: A}}
  - expect: {instance: a, path: [S], open: 1, instances: {open: 1, ended: 0}}
"""
    assert told(tmp_path, steps) == ""
    for step in ("complete: A", "signal: {name: s}", "advance: P1D", "expect: {open: 1}", "refuse: {complete: Z}"):
        assert "seharusnya ditolak" in told(tmp_path, f"  - start: p\n  - refuse: {{{step}}}\n")


def test_the_clock_stands_at_eight_on_a_monday_unless_now_says_otherwise(tmp_path: Path) -> None:
    at = "  - start: p\n  - refuse: {{advance: {0}T07:59:59+07:00}}\n  - advance: {0}T08:00:00+07:00\n"
    assert told(tmp_path, at.format("2026-01-05")) == ""
    assert told(tmp_path, at.format("2026-11-23"), head="now: 2026-11-23T08:00:00+07:00") == ""


def test_the_oldest_of_several_is_completed_and_a_star_completes_what_opens_meanwhile(tmp_path: Path) -> None:
    assert told(tmp_path, """
  - {start: p, as: a}
  - {start: p, as: b}
  - complete: A
  - expect: {instance: a, ids: [B]}
  - expect: {instance: b, ids: [A]}
  - complete: "*"
  - expect: {instance: b, path: [S, A, B, E], instances: {ended: 2, open: 0}}
""") == ""  # fmt: skip


def test_called_processes_are_part_of_their_instance_and_not_counted(tmp_path: Path) -> None:
    text = "start S | call C of=q | end E | S > C | C > E\n"
    text += "process q | start T | user Y called=Dalam | end F | T > Y | Y > F"
    assert told(tmp_path, """
  - start: p
  - expect: {tasks: [Dalam], ids: [Y], open: 1, instances: {open: 1, ended: 0}}
  - complete: Dalam
  - expect: {ended: true, path: [S, T, Y, F, C, E], instances: {open: 0, ended: 1}}
""", text) == ""  # fmt: skip


@pytest.mark.parametrize(("head", "holds"), [
    ("", True), ("element: f_4", True), ("rule: flow-refs", True), ("element: f_4\nrule: flow-refs", True),
    ("element: A", False), ("rule: timer", False), ("element: f_4\nrule: timer", False),
])  # fmt: skip
def test_a_refusal_may_name_the_element_and_the_rule(tmp_path: Path, head: str, holds: bool) -> None:
    result = run(tmp_path, "", BROKEN, f"deploy: refused\n{head}")
    assert result.ok is holds and result.refused and not result.unexpected
    assert [step.n for step in result.steps] == ([] if holds else [1])


@pytest.mark.parametrize("head", [
    "deploy: accepted", "deploy: refused\nsteps: [{start: p}]", "element: A", "rule: timer", "salah: 1", "steps: 1",
    "now: kemarin", "models: m.bpmn", "forms: {}", "models: [tidak-ada.bpmn]",
])  # fmt: skip
def test_a_file_that_says_what_no_scenario_says_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "m.bpmn").write_bytes(model(TEXT))
    (tmp_path / "s.yaml").write_text(head if head.startswith("models") else f"models: [m.bpmn]\n{head}\n")
    with pytest.raises(BadValue):
        script.read(str(tmp_path / "s.yaml"))


@pytest.mark.parametrize("text", [
    "a: .nan", "a: .NaN", "a: -.inf", "a: NaN", "a: Infinity", "a: !!timestamp 2026-01-01", "a: !!binary aGk=",
    "a: !!set {b}", "? [a]\n: 1", "a: {b: 1, b: 2}", "1: a\n'1': b", "a: 1e999999999", "a: 0x" + "f" * 99,
    "--- a\n--- b",
])  # fmt: skip
def test_yaml_beyond_the_core_schema_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        script.parse(text.encode())


@pytest.mark.parametrize(("text", "value"), [
    ("yes", "yes"), ("No", "No"), ("on", "on"), ("true", True), ("FALSE", False), ("", None), ("Null", None),
    ("~", None),
    ("0x1F", 31), ("0o17", 15), ("+12", 12), ("-.5", "-0.5"), ("1_000", "1_000"), ("2026-11-23", "2026-11-23"),
    ("12:30", "12:30"), ('".nan"', ".nan"), ("!!str 5", "5"), ("[yes, {true: 1}]", ["yes", {"true": 1}]),
])  # fmt: skip
def test_yaml_is_that_of_the_core_schema(text: str, value: Any) -> None:
    found = script.parse(f"a: {text}".encode())["a"]
    assert str(found) == value if text == "-.5" else (found == value and type(found) is not float)


NOWHERE = {"folder": "tidak-ada", "url": None}  # nothing is stored


def sopan(command: Any, *words: str | Path) -> tuple[int, Any]:
    """The exit code of a command, and its JSON."""
    done = CliRunner().invoke(command, [*map(str, words), "--json"], catch_exceptions=False, obj=NOWHERE)
    return done.exit_code, json.loads(done.stdout)


def test_try_prints_what_contract_says_and_a_refused_model_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "m.bpmn").write_bytes(model(TEXT))
    (tmp_path / "x.bpmn").write_bytes(model(BROKEN))
    files = []
    for name, body in {
        "a": "models: [m.bpmn]\nname: Baik\nsteps: [{start: p, data: {x: 1.5}}, {expect: {open: 1}}]",
        "b": "models: [x.bpmn]\nsteps: [{start: p}]",
        "c": "models: [m.bpmn]\nsteps: [{start: p}, {expect: {open: 2}}, {complete: A}]",
    }.items():
        (tmp_path / f"{name}.yaml").write_text(body)
        files.append(tmp_path / f"{name}.yaml")
    code, said = sopan(models.try_command, *files)
    good, refused, wrong = said["scenarios"]
    assert code == 2 and said["ok"] is False and list(said) == ["ok", "scenarios"]
    steps = [{"n": n, "ok": True, "message": "", "tasks": ["Pertama"], "ids": ["A"], "ended": False} for n in (1, 2)]
    assert good == {"file": str(files[0]), "name": "Baik", "ok": True, "refused": [], "steps": steps, "path": ["S"],
                    "variables": {"x": 1.5}}  # fmt: skip
    assert set(refused["refused"][0]) == {"file", "element", "rule", "severity", "message"} and not refused["steps"]
    assert [(step["n"], step["ok"]) for step in wrong["steps"]] == [(1, True), (2, False)]
    assert (wrong["name"], wrong["steps"][1]["message"]) == ("c", "open: diharapkan 2, ternyata 1")
    assert [sopan(models.try_command, file)[0] for file in files] == [0, 2, 1]


def test_a_scenario_without_end_fails_by_its_steps_or_seconds(tmp_path: Path) -> None:
    text = "start S | user A | xor G default=again | end E | S > A | A > G | G > A again | G > E : done"
    (tmp_path / "m.bpmn").write_bytes(model(text))
    (tmp_path / "s.yaml").write_text('models: [m.bpmn]\nsteps: [{start: p, data: {done: false}}, {complete: "*"}]')
    defaults = {option.name: option.default for option in models.try_command.params}
    assert (defaults["limit"], defaults["seconds"]) == (100_000, 10.0)
    for words, reason in ((("--limit", "50"), "50 langkah"), (("--seconds", "0.2"), "batas waktunya")):
        code, said = sopan(models.try_command, *words, tmp_path / "s.yaml")
        assert code == 1 and reason in said["scenarios"][0]["steps"][-1]["message"]


MONDAY = "2026-01-05T10:00:00+07:00"


@pytest.mark.parametrize(("words", "due", "warn"), [
    (("5 hari",), "2026-01-12T16:00:00", "2026-01-09T16:30:00"),
    (("60-90 hari kalender",), "2026-04-05T23:59:59", "2026-03-06T23:59:59"),
    (("120 menit",), "2026-01-05T12:00:00", "2026-01-05T11:36:00"),
    (("1 x 24 jam",), "2026-01-06T10:00:00", "2026-01-06T05:12:00"),
    (("30 detik",), "2026-01-05T10:00:30", "2026-01-05T10:00:24"),
    (("1 hari",), "2026-01-06T16:00:00", None), (("1-3 hari",), "2026-01-08T16:00:00", "2026-01-07T16:00:00"),
    (("P5D", "--unit", "hari_kerja"), "2026-01-12T16:00:00", "2026-01-09T16:30:00"),
    (("P5D", "--unit", "hari_kalender"), "2026-01-10T23:59:59", "2026-01-09T23:59:59"),
    (("PT3H", "--unit", "jam_kerja"), "2026-01-05T14:00:00", "2026-01-05T13:24:00"),
])  # fmt: skip
def test_due_counts_as_contract_says(words: tuple[str, ...], due: str, warn: str | None) -> None:
    code, said = sopan(models.due, "--from", MONDAY, "--time", *words, "--calendar", "kota-pontianak")
    assert code == 0 and list(said) == ["due", "warn", "why"]
    assert (said["due"], said["warn"]) == (f"{due}+07:00", warn and f"{warn}+07:00")
    assert said["why"] and all(isinstance(line, str) for line in said["why"])


@pytest.mark.parametrize("words", [
    ("--from", "kemarin", "--time", "5 hari"), ("--from", "0001-01-01T00:00:00+07:00", "--time", "5 hari"),
    ("--from", "9999-12-30T00:00:00+07:00", "--time", "5 hari"), ("--from", MONDAY, "--time", "99999999 hari"),
    ("--from", MONDAY, "--time", "99999999 hari kalender"), ("--from", MONDAY, "--time", "P5D", "--calendar", "bulan"),
    ("--from", MONDAY, "--time", "5 hari", "--unit", "hari_kerja"),
    ("--from", MONDAY, "--time", "PT5H", "--unit", "hari_kerja"),
    ("--from", MONDAY, "--time", "9-5 hari"), ("--from", MONDAY, "--time", ""),
])  # fmt: skip
def test_due_refuses_with_a_sentence(words: tuple[str, ...]) -> None:
    with pytest.raises(EngineError, match=r"[.?]$"):
        CliRunner().invoke(models.due, [*words, "--json"], catch_exceptions=False, obj=NOWHERE)
